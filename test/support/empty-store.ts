import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { MirrorWriter } from '../../src/store/mirror-writer.ts';

let emptyStore: Promise<Buffer> | undefined;

async function makeEmptyStore(): Promise<Buffer> {
  const folder = mkdtempSync(join(tmpdir(), 'navi-empty-'));
  try {
    chmodSync(folder, 0o700);
    const file = join(folder, 'mirror.db');
    const writer = await MirrorWriter.open({ file, server: '', context: '', onProblem: () => undefined });
    writer.close();
    return readFileSync(file);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Puts a store of the present schema without rows where none is; faster than making its tables anew. */
export async function copyEmptyStore(file: string): Promise<void> {
  if (existsSync(file)) return;
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  emptyStore ??= makeEmptyStore();
  writeFileSync(file, await emptyStore, { mode: 0o600 });
}
