import { spawn } from 'node:child_process';
import { request } from 'node:http';
import { createServer, type AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { displayWidth } from '../../src/output/line-width.ts';
import { expositionFaults } from '../support/exposition-faults.ts';
import { expectError, naviProgram, syncedNavi, type SyncedNavi } from '../support/synced-navi.ts';
import { openTerminal, type Terminal } from '../support/terminal.ts';

let synced: SyncedNavi;
let terminal: Terminal | undefined;

beforeAll(async () => {
  synced = await syncedNavi();
});
afterEach(async () => {
  terminal?.close();
  terminal = undefined;
  await synced.navi(['stop']);
});
afterAll(() => synced.remove());

const startDaemon = async (env?: NodeJS.ProcessEnv): Promise<number> => {
  const { stderr, code } = await synced.navi(['sync', '--detach'], env);
  expect(code).toBe(0);
  return Number(/pid (\d+)/.exec(stderr)?.[1]);
};

/** Opens a terminal in which `navi status --watch` runs, and then the shell tells its exit code. */
async function watchOnTerminal(columns: number, rows: number): Promise<Terminal> {
  const line = `"${process.execPath}" "${naviProgram}" status --watch; echo "code $?"; sleep 60`;
  terminal = await openTerminal(line, { columns, rows }, synced.environment({ TERM: 'xterm-256color' }));
  return terminal;
}

const shows =
  (text: string) =>
  (lines: readonly string[]): boolean =>
    lines.some((line) => line.includes(text));

/** What `navi status --watch` writes into a pipe, line by line. */
class PipedWatch {
  text = '';
  readonly #child;
  readonly #ended: Promise<number | null>;

  constructor() {
    this.#child = spawn(process.execPath, [naviProgram, 'status', '--watch'], {
      env: synced.environment(),
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.#child.stdout.setEncoding('utf8').on('data', (chunk: string) => (this.text += chunk));
    this.#ended = new Promise((resolve) => this.#child.once('close', resolve));
  }

  async until(what: string, fits: (text: string) => boolean): Promise<void> {
    const endsAt = performance.now() + 60_000;
    while (!fits(this.text)) {
      if (performance.now() > endsAt) throw new Error(`the watch never told ${what}:\n${this.text}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  async end(signal: NodeJS.Signals): Promise<number | null> {
    this.#child.kill(signal);
    return await this.#ended;
  }

  closeReader(): Promise<number | null> {
    this.#child.stdout.destroy();
    return this.#ended;
  }
}

describe('navi status --watch on a terminal', () => {
  test('follows the daemon through its end and a new start, and ends by Ctrl-C with the screen as it was', async () => {
    const pid = await startDaemon();
    const screen = await watchOnTerminal(100, 20);
    const first = await screen.until('what is mirrored', shows('watching   healthy'));
    expect(first[0]).toBe(`navi sync is running (pid ${pid})`);
    process.kill(pid, 'SIGKILL');
    await screen.until('that nobody keeps it', shows('unhealthy (stopped)'));
    await startDaemon();
    const again = await screen.until('that somebody does', shows('watching   healthy'));
    expect(shows('stopped')(again)).toBe(false);
    await screen.press('C-c');
    const left = await screen.until('the exit code', shows('code 130'));
    expect(left.filter((line) => line !== '')).toEqual(['code 130']);
  });

  test('fits into every size, and follows it at once', async () => {
    await startDaemon();
    const screen = await watchOnTerminal(80, 24);
    await screen.until('a whole frame', shows('navi status --all'));
    for (const [columns, rows] of [
      [200, 30],
      [40, 8],
      [20, 3],
      [100, 24],
    ] as const) {
      await screen.resize(columns, rows);
      const hasEnd = shows(rows > 10 ? 'navi status --all' : 'more lines');
      const lines = await screen.until(
        `a frame of ${columns} columns`,
        (all) => (all[0] ?? '').startsWith('navi sync is runn') && hasEnd(all),
      );
      expect(lines.length).toBeLessThanOrEqual(rows + 1);
      expect(lines.filter((line) => line.startsWith('navi sync'))).toHaveLength(1);
      for (const line of lines) expect(displayWidth(line)).toBeLessThanOrEqual(columns);
    }
  });
});

describe('navi status --watch in a pipe', () => {
  test('appends a plain line for each change, also over the end of the daemon', async () => {
    const pid = await startDaemon();
    const watch = new PipedWatch();
    await watch.until('the daemon', (text) => text.includes(`daemon running (pid ${pid})`));
    process.kill(pid, 'SIGSTOP');
    await watch.until('that it is silent', (text) => text.includes(`daemon not answering (pid ${pid})`));
    process.kill(pid, 'SIGCONT');
    process.kill(pid, 'SIGKILL');
    await watch.until('that it is gone', (text) => text.includes('daemon not running'));
    expect(await watch.end('SIGINT')).toBe(130);
    expect(watch.text).toMatch(/^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z \S+ \S.*\n)+$/);
    expect(watch.text).not.toContain('\u001B');
    expect(watch.text).toMatch(/ simulator unhealthy \(stopped\)\n/);
  });

  test('ends with 0 when it is told to, and quietly when nobody reads any more', async () => {
    const told = new PipedWatch();
    await told.until('the daemon', (text) => text.includes('daemon not running'));
    expect(await told.end('SIGTERM')).toBe(0);
    const pid = await startDaemon();
    const unread = new PipedWatch();
    await unread.until('the daemon', (text) => text.includes('daemon running'));
    const ended = unread.closeReader();
    process.kill(pid, 'SIGKILL');
    expect(await ended).toBe(0);
  });

  test('has no other form', async () => {
    expectError(await synced.navi(['status', '--watch', '-o', 'json']), 2, /exclude each other/);
  });
});

describe('the metrics of a daemon', () => {
  test('are printed, and are an error where none runs', async () => {
    expectError(await synced.ask(['status', '-o', 'prometheus']), 5, /no daemon runs/);
    await startDaemon();
    const { stdout, code } = await synced.ask(['status', '-o', 'prometheus']);
    expect(code).toBe(0);
    expect(expositionFaults(stdout)).toEqual([]);
    expect(stdout).toMatch(/^navi_cluster_info\{context="simulator",mirror="[^"]+",health="\w+",reason="[\w-]+"\} 1$/m);
  });

  test('are served on the port that is configured, on loopback alone', async () => {
    const port = await freePort();
    const config = synced.file('config.toml', `[daemon]\nmetrics_port = ${port}\n`);
    await startDaemon({ NAVI_CONFIG: config });
    const answer = await get(port, `localhost:${port}`);
    expect(answer.status).toBe(200);
    expect(expositionFaults(answer.body)).toEqual([]);
    expect(answer.body).toContain('navi_mirrors 1\n');
    expect((await get(port, 'attacker.example')).status).toBe(403);
    await synced.navi(['stop']);
    await expect(get(port, `localhost:${port}`)).rejects.toThrow('ECONNREFUSED');
  });
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function get(port: number, host: string): Promise<{ readonly status: number; readonly body: string }> {
  return new Promise((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', port, path: '/metrics', headers: { host } }, (answer) => {
      let body = '';
      answer.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, body }));
    });
    asked.on('error', reject).end();
  });
}

describe('navi status TYPE', () => {
  test('tells of these types alone, named as for get', async () => {
    const { stdout, code } = await synced.ask(['status', 'po,cm', 'Namespace']);
    expect(code).toBe(0);
    expect(stdout.match(/^(pods|configmaps|namespaces) /gm)).toHaveLength(3);
    expect(stdout).not.toMatch(/^(services|nodes|\d+ types) /m);
    const json = await synced.ask(['status', 'pods', '-o', 'json']);
    const { clusters } = JSON.parse(json.stdout) as { clusters: { types: { type: string }[] }[] };
    expect(clusters[0]?.types.map(({ type }) => type)).toEqual(['pods']);
  });

  test('refuses what is no type, and knows the name of a context from that of a type', async () => {
    expectError(await synced.ask(['status', 'pods', 'nosuch']), 2, /no type called "nosuch"\n {2}navi status --all/);
    expectError(await synced.ask(['status', 'simulator']), 2, /navi status --context simulator/);
    expectError(await synced.ask(['status', 'pods', '-o', 'prometheus']), 2, /exclude each other/);
    expectError(await synced.ask(['status', '--nosuch']), 2, /unknown flag --nosuch/);
  });
});

describe('the time that navi status takes', () => {
  test('is not spent on a daemon that does not answer', async () => {
    const pid = await startDaemon();
    process.kill(pid, 'SIGSTOP');
    try {
      const { stdout, code } = await synced.ask(['status']);
      expect(code).toBe(0);
      expect(stdout).toMatch(/^navi sync \(pid \d+\) does not answer/);
      const json = JSON.parse((await synced.ask(['status', '-o', 'json'])).stdout) as {
        daemon: object;
        clusters: object[];
      };
      expect(json.daemon).toMatchObject({ pid, isAnswering: false });
      expect(json.clusters[0]).toMatchObject({ mirrored: true, live: null });
    } finally {
      process.kill(pid, 'SIGCONT');
    }
  });
});

test('a context that the running daemon does not keep is not called current', async () => {
  await startDaemon();
  const other = synced.simulator.kubeconfig().replaceAll('token-of-admin', 'token-of-viewer');
  const env = { KUBECONFIG: synced.file('other', other.replaceAll('admin', 'viewer')) };
  synced.simulator.state.allow('viewer', { verbs: ['get', 'list', 'watch'] });
  await synced.navi(['stop']);
  expect((await synced.navi(['sync', '--once'], env)).code).toBe(0);
  await startDaemon();
  const { stdout } = await synced.navi(['status', '-o', 'json'], env);
  const { daemon, clusters } = JSON.parse(stdout) as { daemon: object | null; clusters: object[] };
  expect(daemon).not.toBeNull();
  expect(clusters[0]).toMatchObject({ mirrored: true, health: 'unhealthy', reason: 'stopped', live: null });
});
