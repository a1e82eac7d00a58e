import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { naviProgram, syncedNavi, type SyncedNavi } from '../support/synced-navi.ts';

let synced: SyncedNavi;

beforeAll(async () => {
  synced = await syncedNavi();
});

afterAll(async () => {
  await synced.remove();
});

test('a watch without a daemon says how old the rows are that it printed', async () => {
  const env = synced.environment({ NAVI_NOTICE_AFTER: '1ms' });
  const child = spawn(process.execPath, [naviProgram, 'get', 'pods', '-w'], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const closed = once(child, 'close');
  try {
    let stderr = '';
    for await (const chunk of child.stderr.setEncoding('utf8')) {
      stderr += String(chunk);
      if (/no daemon is running[^]*pods of context .* old: /.test(stderr)) break;
    }
    expect(stderr).toMatch(/^navi: no daemon is running; .*\nnavi: pods of context .* old: .*\n$/);
  } finally {
    child.kill('SIGINT');
    await closed;
  }
});

test('a watch of what is not there says how old that answer is', async () => {
  const { code, stderr } = await synced.navi(['get', 'pod', 'nope', '-w'], { NAVI_NOTICE_AFTER: '1ms' });
  expect(stderr).toMatch(/^Error from server \(NotFound\): pods "nope" not found\nnavi: pods of context .* old: .*\n$/);
  expect(code).toBe(1);
});

test('a watch whose output cannot be written ends with an error', async () => {
  const { code, stderr } = await synced.shell('navi get pod pod-0 -w > /dev/full');
  expect(stderr).toBe('error: standard output cannot be written: the disk is full (ENOSPC)\n');
  expect(code).toBe(1);
});
