import { once } from 'node:events';
import { globSync } from 'node:fs';
import { connect } from 'node:net';
import SqliteDatabase from 'better-sqlite3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { controlSocketPath } from '../../src/control/socket-path.ts';
import { expectError, syncedNavi, type SyncedNavi } from '../support/synced-navi.ts';

let navi: SyncedNavi;

beforeAll(async () => {
  navi = await syncedNavi(3);
});

afterAll(async () => {
  await navi.navi(['stop']);
  await navi.remove();
});

test('without a daemon there is nobody who could do it', async () => {
  expectError(await navi.navi(['verify']), 5, /no daemon is running/, /navi sync --detach/);
  expectError(await navi.navi(['refresh', 'pods']), 5, /no daemon is running/, /navi sync --detach/);
});

test('bad input is an error with a way out', async () => {
  expectError(await navi.navi(['refresh']), 2, /needs a type/, /navi refresh pods/);
  expectError(await navi.navi(['refresh', 'pood']), 2, /no type called "pood"/, /did you mean pod\?/);
  expectError(await navi.navi(['verify', 'pods,nods']), 2, /no type called "nods"/, /did you mean nodes\?/);
});

test('the daemon lists again and compares, and what differs is found and mended', async () => {
  expect((await navi.navi(['sync', '--detach'])).code).toBe(0);
  expect((await navi.navi(['sync', '--once'])).code).toBe(0);

  const all = await navi.navi(['verify']);
  expect(all).toMatchObject({ stderr: '', code: 0 });
  expect(all.stdout).toMatch(/^TYPE +OBJECTS +RESULT\n/);
  expect(all.stdout).toMatch(/^pods +3 +equal$/m);
  expect(all.stdout).toMatch(/^events +1 +equal$/m);

  const refreshed = await navi.navi(['refresh', 'po,svc']);
  expect(refreshed).toMatchObject({ stderr: '', code: 0 });
  expect(refreshed.stdout).toMatch(/^TYPE +OBJECTS +RESULT\npods +3 +listed\nservices +\d+ +listed\n$/);
  const { stdout } = await navi.navi(['status', '-o', 'json']);
  expect(stdout).toMatch(/"reason": "requested",\s+"relistCount": 1/);

  const [file = ''] = globSync(`${navi.dataDir}/mirrors/*/mirror.db`);
  const database = new SqliteDatabase(file);
  database.exec(`update object set resource_version = '1' where key = 'default/pod-1'`);
  database.close();
  const found = await navi.navi(['verify', 'pods', '-o', 'json']);
  expect(JSON.parse(found.stdout)).toEqual({
    contexts: [
      {
        context: 'simulator',
        scopes: [{ type: 'pods', namespace: '', objectCount: 3, differenceCount: 1, problem: null }],
      },
    ],
  });
  expect(found.code).toBe(6);
  // It is being listed again: that is waited for.
  expect(await navi.navi(['verify', 'pods'])).toMatchObject({
    stdout: expect.stringMatching(/equal/) as string,
    code: 0,
  });
});

test('a hundred commands may follow a daemon, and one more is told why not', async () => {
  expect((await navi.navi(['sync', '--detach'])).code).toBe(0);
  const kubeconfig = navi.kubeconfig;
  const request = `${JSON.stringify({ method: 'follow', contexts: ['simulator'], kubeconfig: [kubeconfig] })}\n`;
  const sockets = await Promise.all(
    Array.from({ length: 100 }, async () => {
      const socket = connect(controlSocketPath(navi.dataDir, {}));
      socket.write(request);
      const [answer] = (await once(socket.setEncoding('utf8'), 'data')) as [string];
      expect(answer).toContain('"ok":true');
      return socket;
    }),
  );
  try {
    const more = await navi.navi(['get', 'pods', '--watch', '--watch-only']);
    expectError(more, 5, /100 commands follow this daemon already, and it tells no more/, /--watch/);
    // What only waits for the mirror to show a change does without.
    expect(await navi.navi(['label', 'pod', 'pod-2', 'followed=no'])).toMatchObject({ stderr: '', code: 0 });
    sockets.pop()?.destroy();
    await expect
      .poll(
        async () => (await navi.navi(['wait', 'pod/pod-2', '--for=jsonpath={.metadata.labels.followed}=no'])).code,
        {
          timeout: 20_000,
        },
      )
      .toBe(0);
  } finally {
    for (const socket of sockets) socket.destroy();
  }
});
