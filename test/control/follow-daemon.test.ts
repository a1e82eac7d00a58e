import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { DaemonFollower, type Wake } from '../../src/control/follow-daemon.ts';
import type { ControlRequest } from '../../src/control/protocol.ts';
import { serveControl, type ControlConnection, type ControlServer } from '../../src/daemon/control-server.ts';
import { lineLogger } from '../../src/daemon/logger.ts';
import { NaviError } from '../../src/errors/navi-error.ts';
import { temporaryDirectory } from '../support/temporary-mirror.ts';

const choice = { contexts: ['one'], kubeconfig: ['/none'] };
const patienceMs = 10_000;
const log = lineLogger(() => undefined, 'error');

let directory: string;
let path: string;
let followers: DaemonFollower[];
let requests: ControlRequest[];
let connections: ControlConnection[];

beforeEach(() => {
  directory = temporaryDirectory();
  path = join(directory, 'run', 'control.sock');
  followers = [];
  requests = [];
  connections = [];
});

afterEach(() => {
  for (const each of followers) each.close();
  rmSync(directory, { recursive: true, force: true });
});

function follow(): DaemonFollower {
  const follower = new DaemonFollower(path, choice);
  followers.push(follower);
  return follower;
}

/** A daemon that lets everyone follow. */
function serve(): Promise<ControlServer> {
  return serveControl(
    path,
    (request, connection) => {
      requests.push(request);
      connections.push(connection);
      return Promise.resolve(null);
    },
    log,
  );
}

/** Waits until it says so; what is said before is passed over. */
async function until(follower: DaemonFollower, wake: Wake): Promise<void> {
  while ((await follower.wait(patienceMs)) !== wake);
}

describe('DaemonFollower', () => {
  test('asks to follow the context, and wakes once it does and with each change', async () => {
    const server = await serve();
    const follower = follow();
    expect(await follower.wait(patienceMs)).toBe('connected');
    expect(requests).toEqual([{ method: 'follow', ...choice }]);
    expect(follower.isConnected).toBe(true);
    connections[0]?.nudge();
    expect(await follower.wait(patienceMs)).toBe('changed');
    server.close();
  });

  test('says when nothing happens in time', async () => {
    const server = await serve();
    const follower = follow();
    await until(follower, 'connected');
    expect(await follower.wait(1)).toBe('time');
    server.close();
  });

  test('makes one of many changes that nobody has looked at, and loses none that come after a look', async () => {
    const server = await serve();
    const follower = follow();
    await until(follower, 'connected');
    for (let count = 0; count < 50; count += 1) connections[0]?.nudge();
    expect(await follower.wait(patienceMs)).toBe('changed');
    connections[0]?.nudge();
    expect(await follower.wait(patienceMs)).toBe('changed');
    server.close();
  });

  test('finds a daemon that starts later', async () => {
    const follower = follow();
    expect(await follower.wait(patienceMs)).toBe('away');
    expect(follower.isConnected).toBe(false);
    const server = await serve();
    await until(follower, 'connected');
    server.close();
  });

  test('tells that a daemon went away and that another one is there', async () => {
    const mortal = await serve();
    const follower = follow();
    await until(follower, 'connected');
    mortal.close();
    await until(follower, 'away');
    expect(follower.isConnected).toBe(false);
    const next = await serve();
    await until(follower, 'connected');
    expect(follower.isConnected).toBe(true);
    next.close();
  });

  test('says why a daemon will not tell', async () => {
    const server = await serveControl(
      path,
      () => Promise.reject(new NaviError('NAVI_CONTEXT_UNKNOWN', 'context "one" does not exist')),
      log,
    );
    const follower = follow();
    expect(await follower.wait(patienceMs)).toBe('refused');
    expect(follower.refusal).toBe('context "one" does not exist');
    server.close();
  });

  test('ends its connection when it is closed', async () => {
    const server = await serve();
    const follower = follow();
    await until(follower, 'connected');
    const ended = new Promise((resolve) => connections[0]?.ended.addEventListener('abort', resolve));
    follower.close();
    await ended;
    server.close();
  });
});
