import { spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  expectError,
  naviProgram,
  steeringCharacters,
  steeringText,
  syncedNavi,
  type SyncedNavi,
} from '../support/synced-navi.ts';

let synced: SyncedNavi;

beforeAll(async () => {
  synced = await syncedNavi(2_500);
});
afterAll(() => synced.remove());

describe('text from a cluster', () => {
  test('reaches no terminal alive in what navi itself prints', async () => {
    for (const args of [
      'search findme',
      'search findme -o json',
      'status --all',
      'get configmap evil',
      `get configmap evil -o 'jsonpath={.data}'`,
      'get configmap evil -o yaml',
      'get events',
      `get configmap '${steeringText}'`,
    ]) {
      const shown = await synced.onTerminal(args, 200, { NO_COLOR: '1' });
      expect(shown.trim()).not.toBe('');
      expect(steeringCharacters(shown), args).toEqual([]);
    }
  });

  test('is on one line of a search table, with its controls shown, also in a pipe', async () => {
    const { stdout } = await synced.navi(['search', 'findme']);
    expect(steeringCharacters(stdout)).toEqual([]);
    expect(stdout.split('\n')).toHaveLength(4);
    expect(stdout).toContain('^[[31mred^[[0m');
  });

  test('is whole and exact in JSON', async () => {
    const { stdout } = await synced.navi(['search', 'findme', '-o', 'json']);
    expect((JSON.parse(stdout) as { hits: { matched: string }[] }).hits[0]?.matched).toContain(steeringText);
    const { stdout: raw } = await synced.navi(['get', 'configmap', 'evil', '-o', 'jsonpath={.data.text}']);
    expect(raw).toBe(steeringText);
  });
});

describe('output', () => {
  test.each([
    'get pods',
    'get pods -o json',
    'get pods -o yaml',
    'get pods -o name',
    'search pod --limit 100000',
    'search pod --limit 100000 -o json',
    'status',
    'status -o json',
    '--help',
    'get --help',
  ])('%s ends quietly when its reader goes away', async (command) => {
    const { stdout, stderr } = await synced.shell(`set -o pipefail; navi ${command} | head -n 1; echo "$?"`);
    expect(stderr).toBe('');
    expect(stdout).toMatch(/^.+\n0\n$/);
  });

  test.each([
    ['get pods -n nowhere', 0],
    ['search nothing-like-that', 0],
    ['get pods nothing', 1],
    ['nothing', 2],
    ['tree pod/nothing', 3],
  ])('%s ends as ever where nobody reads what it tells', async (command, code) => {
    const closed = 'exec 3> >(exec true); wait "$!";';
    expect((await synced.shell(`${closed} navi ${command} 2>&3; echo "$?"`)).stdout).toBe(`${code}\n`);
  });

  test.each(['get pods', 'get pods -o json', 'search pod', 'status', 'status -o json'])(
    '%s that cannot be written is an error',
    async (command) => {
      const { stderr, code } = await synced.shell(`navi ${command} > /dev/full`);
      expect({ stderr, code }).toEqual({
        code: 1,
        stderr: expect.stringMatching(/^error: standard output cannot be written: the disk is full \(ENOSPC\)\n$/),
      });
    },
  );

  test.each(['get pods -o json', 'search pod --limit 100000 -o json'])(
    '%s loses nothing to a slow reader',
    async (command) => {
      const { stdout: whole } = await synced.shell(`navi ${command}`);
      expect(whole.length).toBeGreaterThan(200_000);
      const child = spawn(process.execPath, [naviProgram, ...command.split(' ')], { env: synced.environment() });
      expect(await readSlowly(child.stdout)).toBe(whole);
    },
  );

  test('is plain in a pipe, coloured on a terminal, and as the environment and --color say', async () => {
    const colors = async (args: string[], env: NodeJS.ProcessEnv): Promise<boolean> =>
      (await synced.navi(['status', ...args], env)).stdout.includes('\u001B[');
    expect(await colors([], {})).toBe(false);
    expect(await colors([], { FORCE_COLOR: '1' })).toBe(true);
    expect(await colors([], { FORCE_COLOR: '0' })).toBe(false);
    expect(await colors(['--color', 'always'], { NO_COLOR: '1' })).toBe(true);
    expect(await colors(['--color', 'never'], { FORCE_COLOR: '1' })).toBe(false);
    expect(await synced.onTerminal('status', 120)).toContain('\u001B[');
    expect(await synced.onTerminal('status', 120, { NO_COLOR: '1' })).not.toContain('\u001B[');
    expect(await synced.onTerminal('status', 120, { FORCE_COLOR: '0' })).not.toContain('\u001B[');
    expect(await synced.onTerminal('status --color never', 120)).not.toContain('\u001B[');
  });

  test('of navi’s own tables is cut to the terminal, and whole in a pipe', async () => {
    for (const args of ['status --all', 'search findme', 'search pod-1']) {
      const { stdout } = await synced.shell(`navi ${args}`);
      expect(stdout, args).not.toContain('…');
      for (const columns of [60, 80, 120]) {
        const shown = await synced.onTerminal(args, columns, { NO_COLOR: '1', NAVI_NOTICE_AFTER: '9h' });
        const table = shown.split('\n').filter((line) => / {3}/.test(line));
        expect(table.length).toBeGreaterThan(1);
        expect(Math.max(...table.map((line) => Array.from(line).length)), `${args} at ${columns}`).toBeLessThanOrEqual(
          columns,
        );
      }
    }
  });
});

describe('freshness', () => {
  test('NAVI_NOTICE_AFTER moves the notice, which stdout never has', async () => {
    const get = ['get', 'namespaces', '-o', 'name'];
    const silent = await synced.navi(get, { NAVI_NOTICE_AFTER: '9h' });
    const told = await synced.navi(get, { NAVI_NOTICE_AFTER: '0s' });
    expect(silent).toMatchObject({ code: 0, stderr: '' });
    expect(told).toMatchObject({ code: 0, stdout: silent.stdout });
    expect(told.stderr).toMatch(/^navi: namespaces of context "simulator" is \d+\S* old: navi sync is not running\n$/);
  });

  test('notice_after of the configuration does the same, and the variable wins', async () => {
    const config = (value: string): NodeJS.ProcessEnv => ({
      NAVI_CONFIG: synced.file('notice.toml', `[output]\nnotice_after = ${value}\n`),
      NAVI_NOTICE_AFTER: '',
    });
    const get = ['get', 'namespaces', '-o', 'name'];
    expect((await synced.navi(get, config('"9h"'))).stderr).toBe('');
    const told = await synced.navi(get, config('"0"'));
    expect(told.stderr).toMatch(/^navi: namespaces of context "simulator" is \d+\S* old/);
    expect((await synced.navi(['search', 'shop'], config('"0"'))).stderr).toMatch(/ is \d+\S* old/);
    expect((await synced.navi(['sql', 'select 1'], config('"0"'))).code).toBe(0);
    expect((await synced.navi(get, { ...config('"0"'), NAVI_NOTICE_AFTER: '9h' })).stderr).toBe('');
    expectError(await synced.navi(get, config('true')), 2, /notice\.toml:2:1: output\.notice_after must be a duration/);
    const shown = await synced.navi(['config', 'show', '-o', 'json'], config('"9h"'));
    expect(shown.stdout).toContain('NAVI_NOTICE_AFTER');
  });

  test('an unknown type comes with a notice where the types known are old', async () => {
    const [young, old] = await Promise.all(
      ['9h', '0s'].map((after) => synced.navi(['get', 'nosuch'], { NAVI_NOTICE_AFTER: after })),
    );
    const refusal = `error: the server doesn't have a resource type "nosuch"\n`;
    expect(young).toMatchObject({ code: 1, stderr: refusal });
    expect(old?.stderr).toMatch(/^navi: customresourcedefinitions\S* of context "simulator" is \d+\S* old: .*\n/);
    expect(old?.stderr.endsWith(refusal)).toBe(true);
  });

  test('--max-age without a daemon refuses old data with 6, and takes young data', async () => {
    const old = await synced.navi(['get', 'namespaces', '--max-age', '1ms']);
    expectError(
      old,
      6,
      /the mirror of namespaces is \S+ old, older than --max-age/,
      /navi sync --detach keeps it fresh/,
    );
    expect((await synced.navi(['get', 'namespaces', '--max-age', '9h'])).code).toBe(0);
  });
});

/** Everything of a stream, by a thousand bytes a turn of the event loop, so that its writer finds the pipe full. */
async function readSlowly(stream: Readable): Promise<string> {
  const parts: Buffer[] = [];
  for (;;) {
    await turn();
    const part = stream.read(Math.min(1_000, Math.max(1, stream.readableLength))) as Buffer | null;
    if (part !== null) parts.push(part);
    else if (stream.readableEnded) return Buffer.concat(parts).toString();
  }
}
