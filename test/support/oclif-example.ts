import { chmodSync, cpSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');

/** Copies the example of an oclif plugin into a folder, with what `npm install` would bring, for this user alone; the path of the copy. */
export function installExample(folder: string): string {
  const copy = join(folder, 'navi-plugin-tally');
  cpSync(join(root, 'examples/navi-plugin-tally'), copy, { recursive: true });
  // Checkouts may be writable by the group.
  for (const path of ['.', ...readdirSync(copy, { recursive: true })]) chmodSync(join(copy, String(path)), 0o700);
  mkdirSync(join(copy, 'node_modules/@oclif'), { recursive: true, mode: 0o700 });
  symlinkSync(join(root, 'node_modules/@oclif/core'), join(copy, 'node_modules/@oclif/core'));
  return copy;
}
