import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Interrupted, Interruption } from '../../../src/cli/export/interruption.ts';
import { NewFile, targetError } from '../../../src/cli/export/target.ts';
import { temporaryDirectory } from '../../support/temporary-mirror.ts';
import { thrownBy } from '../../support/thrown-by.ts';

let folder: string;

beforeEach(() => {
  folder = temporaryDirectory();
  vi.stubEnv('NAVI_DATA_DIR', join(folder, 'data'));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

const at = (name: string): string => join(folder, name);

describe('NewFile', () => {
  test('is there, whole and for this user alone, once it is committed, and not before', () => {
    writeFileSync(at('out'), 'before', { mode: 0o644 });
    const file = new NewFile(at('out'));
    file.write('x'.repeat(1_000_000));
    expect(readFileSync(at('out'), 'utf8')).toBe('before');
    file.commit();
    file.discard();
    expect(readFileSync(at('out'), 'utf8')).toBe('x'.repeat(1_000_000));
    expect(statSync(at('out')).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder)).toEqual(['out']);
  });

  test('leaves what was there, and nothing else, where it is discarded', () => {
    writeFileSync(at('out'), 'before');
    const file = new NewFile(at('out'));
    file.write('x'.repeat(1_000_000));
    file.discard();
    expect(readFileSync(at('out'), 'utf8')).toBe('before');
    expect(readdirSync(folder)).toEqual(['out']);
  });

  test('takes away what an export that was killed left, and not what one that runs has', () => {
    const ofRunning = `.navi-export-${process.ppid}.new`;
    for (const name of ['.navi-export-4194999.new', '.navi-export-4194999.new.mirror-wal', ofRunning, '.navi-export'])
      writeFileSync(at(name), '');
    const file = new NewFile(at('out'));
    file.discard();
    expect(readdirSync(folder).sort()).toEqual(['.navi-export', ofRunning].sort());
  });

  test('takes the place of what a link leads to', () => {
    writeFileSync(at('real'), 'before');
    symlinkSync('real', at('link'));
    const file = new NewFile(at('link'));
    file.write('now');
    file.commit();
    expect(readFileSync(at('real'), 'utf8')).toBe('now');
    expect(readdirSync(folder).sort()).toEqual(['link', 'real']);
  });

  test('is refused in the data directory, whatever leads there, and where something else is', () => {
    mkdirSync(at('data/mirrors'), { recursive: true });
    mkdirSync(at('database'));
    symlinkSync('data/mirrors', at('link'));
    for (const path of [
      'data',
      'data/x',
      'data/mirrors/x',
      'link/x',
      'database/../data/x',
      'database',
      '/dev/null',
      'nowhere/x',
    ])
      expect(thrownBy(() => new NewFile(path.startsWith('/') ? path : at(path)))).toMatchObject({ code: 'NAVI_USAGE' });
    expect(existsSync('/dev/null')).toBe(true);
    const beside = new NewFile(at('database/x'));
    beside.discard();
  });
});

test.each([
  ['ENOSPC', 'NAVI_DISK_FULL'],
  ['SQLITE_FULL', 'NAVI_DISK_FULL'],
  ['EACCES', 'NAVI_USAGE'],
  ['EROFS', 'NAVI_USAGE'],
])('what the system says with %s is %s, and names the target', (code, expected) => {
  const error = Object.assign(new Error('write'), { code, syscall: 'write' });
  expect(targetError(error, '/out')).toMatchObject({
    code: expected,
    message: expect.stringContaining('/out') as string,
  });
  const bug = new TypeError('x');
  expect(targetError(bug, '/out')).toBe(bug);
});

describe('Interruption', () => {
  test('ends work at its next look once there was a signal, and lets go of signals in the end', async () => {
    const before = process.listenerCount('SIGINT');
    const interruption = new Interruption();
    try {
      await interruption.look();
      expect(process.listenerCount('SIGINT')).toBe(before + 1);
      process.emit('SIGINT', 'SIGINT');
      const work = async (): Promise<never> => {
        for (;;) await interruption.look();
      };
      await expect(work()).rejects.toBeInstanceOf(Interrupted);
    } finally {
      interruption.end();
    }
    expect(process.listenerCount('SIGINT')).toBe(before);
  });
});
