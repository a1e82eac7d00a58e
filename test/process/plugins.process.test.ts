import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectError, naviProgram, syncedNavi, type ProgramResult, type SyncedNavi } from '../support/synced-navi.ts';

const root = join(import.meta.dirname, '../..');

let navi: SyncedNavi;
let bin: string;

beforeAll(async () => {
  navi = await syncedNavi((simulator) => {
    const containerStatuses = [
      { name: 'main', restartCount: 7, image: 'app', imageID: '', ready: true, state: {}, lastState: {} },
    ];
    const spec = { containers: [{ name: 'main', image: 'app' }] };
    simulator.state.create('pods', {
      metadata: { name: 'web-0', namespace: 'default' },
      spec,
      status: { containerStatuses },
    });
  });
  bin = join(navi.folder, 'bin');
  mkdirSync(bin);
});
afterAll(() => navi.remove());

function program(name: string, text: string, mode = 0o755, folder = bin): string {
  const file = join(folder, name);
  writeFileSync(file, text);
  chmodSync(file, mode);
  return file;
}

const run = (args: readonly string[], path = bin): Promise<ProgramResult> =>
  navi.navi(args, { PATH: `${path}:${process.env['PATH'] ?? ''}` });

describe('a program navi-NAME on the path', () => {
  test('is run by navi NAME with all arguments, and is told where things are', async () => {
    program(
      'navi-args',
      '#!/bin/sh\nprintf "%s|" "$@"; echo; echo "$NAVI_BIN"; echo "$NAVI_DATA_DIR"; echo "$NAVI_CONTEXT"; ls "$NAVI_MIRROR"; exit 7\n',
    );
    const { stdout, stderr, code } = await run(['args', '--flag=x y', '-h', '', 'ö']);
    const [args, navi_, dataDir, context, mirror] = stdout.split('\n');
    expect({ args, navi_, dataDir, context, stderr, code }).toEqual({
      args: '--flag=x y|-h||ö|',
      navi_: naviProgram,
      dataDir: navi.dataDir,
      context: 'simulator',
      stderr: '',
      code: 7,
    });
    expect(mirror).toMatch(/mirror\.db$/);
  });

  test('never takes the place of a command, nor of one before it on the path', async () => {
    const before = join(navi.folder, 'before');
    mkdirSync(before);
    const own = program('navi-version', '#!/bin/sh\necho mine\n');
    const first = program('navi-twice', '#!/bin/sh\necho first\n', 0o755, before);
    const second = program('navi-twice', '#!/bin/sh\necho second\n');
    expect((await run(['version'])).stdout).toMatch(/^navi \d/);
    expect((await run(['twice'], `${before}:${bin}`)).stdout).toBe('first\n');
    const { stdout } = await run(['plugins', '-o', 'json'], `${before}:${bin}`);
    const kinds = { kind: 'program', package: null, version: null };
    expect(JSON.parse(stdout)).toMatchObject({
      plugins: expect.arrayContaining([
        { ...kinds, name: 'twice', file: first, shadowedBy: null },
        { ...kinds, name: 'twice', file: second, shadowedBy: first },
        { ...kinds, name: 'version', file: own, shadowedBy: 'navi version' },
      ]) as unknown,
    });
  });

  test('has to be a program of that form', async () => {
    program('navi-text', 'no program', 0o644);
    program('navi-Upper', '#!/bin/sh\n');
    mkdirSync(join(bin, 'navi-folder'));
    for (const name of ['text', 'Upper', 'folder', '../bin/args', 'nowhere'])
      expectError(await run([name]), 2, /is no command of navi|unexpected argument/);
    expect((await run(['plugins'])).stdout).not.toMatch(/text|Upper|folder/);
  });

  test('that cannot be run is an error of navi’s own', async () => {
    program('navi-broken', '#!/nowhere/interpreter\n');
    expectError(await run(['broken']), 2, /navi-broken cannot be run/);
  });

  test('the example of the package asks the views', async () => {
    expect(readFileSync(join(root, 'examples/navi-crashing'), 'utf8')).toContain('"$NAVI_BIN" sql');
    const { stdout, code } = await run(['crashing', 'default'], join(root, 'examples'));
    expect(code).toBe(0);
    expect(stdout.split('\n')[1]?.split(/ +/)).toEqual(['default', 'web-0', 'main', '7']);
  });
});

describe('navi alone', () => {
  test('explains itself to somebody who has mirrored nothing', async () => {
    const { stdout, code } = await navi.navi([], { NAVI_DATA_DIR: join(navi.folder, 'nothing') });
    const lines = stdout.trimEnd().split('\n');
    expect(code).toBe(0);
    expect(lines.length).toBeLessThanOrEqual(12);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
    expect(stdout).toContain('Your kubeconfig has one context; the current one is "simulator":\n  navi sync --once');
    const none = await navi.navi([], { NAVI_DATA_DIR: join(navi.folder, 'nothing'), KUBECONFIG: '/nowhere' });
    expect(none.stdout).toContain('You have no kubeconfig that can be read. Until you do:\n  navi demo');
  });

  test('lists its commands to everybody else', async () => {
    expect((await navi.navi([])).stdout).toMatch(/^A local, always-current.*\nCOMMANDS\n/s);
  });
});
