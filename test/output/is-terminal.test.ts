import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { devNull, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

const module = join(import.meta.dirname, '../../src/output/is-terminal.ts');

let folder: string;
let program: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'navi-terminal-'));
  program = join(folder, 'program.mjs');
  // Ends with 0 where its standard output is a terminal; says on stderr whether Node's `tty` was loaded for that.
  writeFileSync(
    program,
    `import { writeSync } from 'node:fs';
    import { isTerminal } from ${JSON.stringify(module)};
    process.exitCode = isTerminal(1) ? 0 : 1;
    writeSync(2, String(process.moduleLoadList.includes('NativeModule tty')));`,
  );
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

function asked(stdout: 'pipe' | number): { readonly status: number | null; readonly stderr: string } {
  const { status, stderr } = spawnSync(process.execPath, [program], { stdio: ['ignore', stdout, 'pipe'] });
  return { status, stderr: String(stderr) };
}

function ofFile(path: string): ReturnType<typeof asked> {
  const file = openSync(path, 'r');
  try {
    return asked(file);
  } finally {
    closeSync(file);
  }
}

test('a pipe, a file and what takes everything are no terminals, and nobody loads what terminals need', () => {
  expect(asked('pipe')).toEqual({ status: 1, stderr: 'false' });
  expect(ofFile(module)).toEqual({ status: 1, stderr: 'false' });
  expect(ofFile(devNull)).toEqual({ status: 1, stderr: 'false' });
});

test('other devices are none either', () => {
  expect(ofFile('/dev/zero')).toEqual({ status: 1, stderr: 'true' });
});

test('a terminal is one', () => {
  const { status } = spawnSync('script', ['-qec', `'${process.execPath}' '${program}' 2>/dev/null`, devNull]);
  expect(status).toBe(0);
});

test('what is closed is none', () => {
  expect(spawnSync('bash', ['-c', `'${process.execPath}' '${program}' >&-`]).status).toBe(1);
});
