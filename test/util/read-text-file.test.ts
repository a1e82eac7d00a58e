import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readTextFile } from '../../src/util/read-text-file.ts';
import { temporaryDirectory } from '../support/temporary-mirror.ts';

let folder: string;

beforeEach(() => {
  folder = temporaryDirectory();
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('a file is read whole, also in pieces that cut a character', () => {
  const text = 'é😀'.repeat(50_000);
  writeFileSync(join(folder, 'a'), text);
  expect(readTextFile(join(folder, 'a'), 1024 ** 2)).toBe(text);
  writeFileSync(join(folder, 'b'), '');
  expect(readTextFile(join(folder, 'b'), 1)).toBe('');
});

test('a file that is too long is told as such, however long, and a device that never ends too', () => {
  writeFileSync(join(folder, 'a'), '');
  truncateSync(join(folder, 'a'), 1024 ** 4);
  expect(() => readTextFile(join(folder, 'a'), 1024 ** 2)).toThrow('it is larger than 1 MiB');
  expect(() => readTextFile('/dev/zero', 1024 ** 2)).toThrow('it is larger than 1 MiB');
});

test('an empty device is an empty file', () => {
  expect(readTextFile('/dev/null', 1)).toBe('');
});

test('a named pipe is refused and not waited for, with and without a link', () => {
  execFileSync('bash', ['-c', 'mkfifo "$0"', join(folder, 'pipe')]);
  expect(() => readTextFile(join(folder, 'pipe'), 1)).toThrow('it is a pipe, not a file');
  symlinkSync('pipe', join(folder, 'link'));
  expect(() => readTextFile(join(folder, 'link'), 1)).toThrow('it is a pipe, not a file');
});

test('a folder, nothing, and what may not be read are told by the system', () => {
  mkdirSync(join(folder, 'a'));
  expect(() => readTextFile(join(folder, 'a'), 1)).toThrow('EISDIR');
  expect(() => readTextFile(join(folder, 'b'), 1)).toThrow('ENOENT');
  expect(() => readTextFile(join(folder, 'a\u0000'), 1)).toThrow('null bytes');
});

test('what a shell gives as <(…) is read to its end', () => {
  const program = `
    import { readTextFile } from ${JSON.stringify(join(import.meta.dirname, '../../src/util/read-text-file.ts'))};
    process.stdout.write(readTextFile(process.argv[1], 1024));`;
  const line = `"$0" --input-type=module -e "$1" <(sleep 0.1; echo one; echo two)`;
  const told = execFileSync('bash', ['-c', line, process.execPath, program], { encoding: 'utf8', timeout: 20_000 });
  expect(told).toBe('one\ntwo\n');
});
