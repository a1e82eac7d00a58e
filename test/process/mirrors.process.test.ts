import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openTerminal } from '../support/terminal.ts';
import { expectError, naviProgram, syncedNavi, type SyncedNavi } from '../support/synced-navi.ts';

let navi: SyncedNavi;
let pristine: string;

beforeAll(async () => {
  navi = await syncedNavi();
  pristine = join(navi.folder, 'pristine');
  renameSync(navi.dataDir, pristine);
});
afterAll(() => navi.remove());
beforeEach(restore);

/** With the modes that everything has. */
function restore(): void {
  rmSync(navi.dataDir, { recursive: true, force: true });
  execFileSync('cp', ['-a', pristine, navi.dataDir]);
}

const mirrorsLeft = (): readonly string[] => readdirSync(join(navi.dataDir, 'mirrors'));

describe('navi mirrors list', () => {
  test('shows each mirror with what lies in it, also without a kubeconfig', async () => {
    const { stdout, code } = await navi.navi(['mirrors', 'list'], { KUBECONFIG: '/nowhere' });
    expect(code).toBe(0);
    const [head = '', row = '', ...others] = stdout.trimEnd().split('\n');
    expect(head.split(/ {2,}/)).toEqual(['CONTEXT', 'SERVER', 'USER', 'OBJECTS', 'SIZE', 'CONTACT', 'ID']);
    expect(row).toMatch(/^simulator +http:\/\/127\.0\.0\.1:\d+ +admin +\d+ +[\d.]+ [KM]iB +\d+s ago +[0-9a-f]{16}$/);
    expect(others).toEqual([]);
  });

  test('says so where there is none', async () => {
    const { stdout, stderr, code } = await navi.navi(['mirrors', 'list'], { NAVI_DATA_DIR: join(navi.folder, 'no') });
    expect({ stdout, stderr, code }).toEqual({ stdout: '', stderr: 'nothing is mirrored on this machine\n', code: 0 });
  });
});

describe('navi mirrors forget', () => {
  test('deletes the files of the mirror, and what it asks then is not mirrored', async () => {
    const { stdout, stderr, code } = await navi.navi(['mirrors', 'forget', 'simulator', '--yes']);
    expect({ stdout, code }).toEqual({ stdout: '', code: 0 });
    expect(stderr).toMatch(/^deleted the mirror of simulator \([\d.]+ [KM]iB\)\n$/);
    expect(mirrorsLeft()).toEqual([]);
    expectError(await navi.navi(['get', 'pods']), 6, /is not mirrored yet/);
    expectError(await navi.navi(['mirrors', 'forget', 'simulator', '--yes']), 3, /no mirror is of a context called/);
  });

  test('takes the id of one, and its own name for it where the kubeconfig is gone', async () => {
    const [id = ''] = mirrorsLeft();
    expect((await navi.navi(['mirrors', 'forget', id, '-y'])).code).toBe(0);
    expect(mirrorsLeft()).toEqual([]);
    restore();
    const gone = await navi.navi(['mirrors', 'forget', 'simulator', '-y'], { KUBECONFIG: '/nowhere' });
    expect(gone.code).toBe(0);
    expect(mirrorsLeft()).toEqual([]);
  });

  test('deletes nothing where one of the names is of no mirror', async () => {
    const answer = await navi.navi(['mirrors', 'forget', 'simulator', 'simulater', '--yes']);
    expectError(answer, 3, /called "simulater"/, /did you mean simulator\?/);
    expect(mirrorsLeft()).toHaveLength(1);
  });

  test('refuses without --yes where nobody can be asked', async () => {
    expectError(await navi.navi(['mirrors', 'forget', 'simulator']), 2, /nobody is there to be asked/, /--yes/);
    expect(mirrorsLeft()).toHaveLength(1);
  });

  test('does not delete what a daemon keeps', async () => {
    expect((await navi.navi(['sync', '--detach'])).code).toBe(0);
    try {
      const answer = await navi.navi(['mirrors', 'forget', 'simulator', '--yes']);
      expectError(answer, 5, /the daemon \(pid \d+\) keeps the mirror of "simulator"/, /navi stop/);
      expect(mirrorsLeft()).toHaveLength(1);
    } finally {
      expect((await navi.navi(['stop'])).code).toBe(0);
    }
  });

  test('asks on a terminal; only yes is a yes', async () => {
    const typed = `"${process.execPath}" "${naviProgram}" mirrors forget simulator; echo "code $?"; cat`;
    for (const [answer, code, isLeft] of [
      ['n', 2, true],
      ['C-d', 2, true],
      ['y', 0, false],
    ] as const) {
      const terminal = await openTerminal(typed, { columns: 120, rows: 20 }, navi.environment());
      try {
        await terminal.until('the question', (lines) => lines.join('').includes('[y/N]'));
        await terminal.press(...(answer === 'C-d' ? [answer] : [answer, 'Enter']));
        await terminal.until('the end', (lines) => lines.includes(`code ${code}`));
        expect(existsSync(join(navi.dataDir, 'mirrors')) && mirrorsLeft().length === 1, answer).toBe(isLeft);
      } finally {
        terminal.close();
      }
    }
  });
});
