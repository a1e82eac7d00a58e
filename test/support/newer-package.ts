import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');

/** What a package is built of. */
const parts = ['bin', 'build', 'completion', 'man', 'package.json', 'schemas', 'src'];

/**
 * Builds navi as the version after this one may be: each of its databases has one more migration, its version is 99.0.0. (The version before
 * cannot be made by taking migrations away: the daemon of today needs what they made.)
 * @param folder is made
 * @returns it, ready to be packed
 */
export function buildNewer(folder: string): string {
  mkdirSync(folder);
  for (const part of parts) cpSync(join(root, part), join(folder, part), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  change(join(folder, 'package.json'), /"version": "[^"]+"/, '"version": "99.0.0"');
  const migrator = join(folder, 'src/store/migrator.ts');
  for (const schema of ['mirrorSchema', 'historySchema', 'userSchema']) {
    change(
      migrator,
      new RegExp(`(${schema}: Schema = \\{\\n {2}migrations: \\{)`),
      `$1 '9999-next': async () => ({ up: async (db) => void (await db.schema.createTable('next').addColumn('a', 'integer').execute()) }),`,
    );
  }
  execFileSync(process.execPath, ['build/build.ts'], { cwd: folder, stdio: 'ignore' });
  return folder;
}

function change(file: string, from: RegExp, to: string): void {
  const before = readFileSync(file, 'utf8');
  const after = before.replace(from, to);
  if (after === before) throw new Error(`${file} has nothing like ${from}`);
  writeFileSync(file, after);
}
