import { ActionTable } from '../../src/store/action-table.ts';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Action } from '../../src/core/action/action.ts';
import { asObject, type Json } from '../../src/core/json.ts';
import { NaviError } from '../../src/errors/navi-error.ts';
import { askDaemon } from '../../src/control/control-client.ts';
import { controlSocketPath } from '../../src/control/socket-path.ts';
import { startSimulator, type Simulator } from '../../src/simulator/simulator.ts';
import { userFile } from '../../src/store/data-directory.ts';
import { openUserWriter } from '../../src/store/user-store.ts';
import { untilSettled } from '../support/daemon-probes.ts';
import { installNavi, type NaviDaemon, type NaviInstallation, type NaviResult } from '../support/navi-process.ts';
import { naviProgram } from '../support/synced-navi.ts';
import { queuedActions, untilQueueSettled } from '../support/queue-probes.ts';

/** A value that must never lie on the disk. */
const secretValue = Buffer.from('a-value-that-nobody-may-find').toString('base64');

let simulator: Simulator;
let navi: NaviInstallation;
let folder: string;
let kubeconfig: string;

beforeAll(async () => {
  simulator = await startSimulator();
  const { state } = simulator;
  for (const name of ['one', 'two', 'three', 'four']) {
    state.create('configmaps', { metadata: { name, namespace: 'default' }, data: { color: 'red' } });
  }
  state.create('secrets', {
    metadata: { name: 'hidden', namespace: 'default' },
    type: 'Opaque',
    data: { key: secretValue },
  });
  folder = mkdtempSync(join(tmpdir(), 'navi-queue-'));
  kubeconfig = join(folder, 'kubeconfig');
  writeFileSync(kubeconfig, simulator.kubeconfig());
  navi = installNavi(kubeconfig);
  expect((await navi.run(['sync', '--once'])).code).toBe(0);
});
afterAll(async () => {
  await navi.remove();
  await simulator.stop();
  rmSync(folder, { recursive: true, force: true });
});

const run = async (line: string): Promise<NaviResult> => await navi.run(line.split(' '));

async function withDaemon<T>(work: (daemon: NaviDaemon) => Promise<T>): Promise<T> {
  const daemon = navi.daemon();
  try {
    await untilSettled(navi.dataDir, daemon, ['simulator']);
    return await work(daemon);
  } finally {
    await daemon.kill('SIGKILL');
  }
}

const labelsOf = (name: string): unknown =>
  asObject(simulator.state.get('configmaps', { namespace: 'default', name }).metadata.labels);

/** What a command writes on a terminal whose user types an answer. */
async function typed(args: readonly string[], answer: string): Promise<string> {
  const line = [process.execPath, naviProgram, ...args].map((word) => `'${word}'`).join(' ');
  const env = { ...process.env, KUBECONFIG: kubeconfig, NAVI_DATA_DIR: navi.dataDir, XDG_CONFIG_HOME: folder };
  const child = spawn('script', ['-qec', line, '/dev/null'], { env, stdio: ['pipe', 'pipe', 'inherit'] });
  let told = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    const isAsked = told.includes('(y/N)');
    told += chunk;
    if (!isAsked && told.includes('(y/N)')) child.stdin.write(`${answer}\n`);
  });
  await once(child, 'close');
  return told;
}

describe('without a daemon', () => {
  test('a change is refused with what to do, and changes nothing', async () => {
    const { code, stdout, stderr } = await run('label configmap one a=b');
    expect({ code, stdout }).toEqual({ code: 5, stdout: '' });
    expect(stderr).toContain('--queue');
    expect(queuedActions(navi.dataDir)).toEqual([]);
  });

  test('whoever sits at a terminal is asked whether to queue it', async () => {
    expect(await typed(['label', 'configmap', 'one', 'a=b'], 'n')).toContain('Queue it until the cluster is back?');
    expect(queuedActions(navi.dataDir)).toEqual([]);
    expect(await typed(['label', 'configmap', 'one', 'a=b'], 'y')).toMatch(
      /queued \d+: label configmaps\/default\/one/,
    );
    expect(queuedActions(navi.dataDir)).toHaveLength(1);
    expect(await run(`queue drop ${queuedActions(navi.dataDir)[0]?.id}`)).toMatchObject({ code: 0 });
  });

  test('nothing that is queued can be run', async () => {
    expect(await run('label configmap one queued=yes --queue')).toMatchObject({ code: 0 });
    expect(await run('queue run')).toMatchObject({ code: 5, stdout: '' });
    expect(await run(`queue drop ${queuedActions(navi.dataDir)[0]?.id}`)).toMatchObject({ code: 0 });
    expect(queuedActions(navi.dataDir)).toEqual([]);
  });

  test('deleting needs a yes', async () => {
    const refused = await run('delete configmap one --queue');
    expect(refused).toMatchObject({ code: 2 });
    expect(refused.stderr).toContain('--yes');
    const told = await typed(['delete', 'configmap', 'one', '--queue'], 'n');
    expect(told).toContain('configmap/one');
    expect(told).toContain('deletion is cancelled');
    expect(queuedActions(navi.dataDir)).toEqual([]);
  });

  test('of a Secret nothing is queued, and nothing of it is on the disk', async () => {
    for (const line of [
      'label secret hidden a=b --queue',
      'delete secret/hidden --queue --yes',
      `patch secret hidden -p {"data":{"key":"${secretValue}"}} --queue`,
    ]) {
      const { code, stderr } = await run(line);
      expect({ line, code }).toEqual({ line, code: 2 });
      expect(stderr).toContain('never queued');
    }
    const manifest = join(folder, 'secret.json');
    writeFileSync(
      manifest,
      JSON.stringify({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'new' }, data: { key: secretValue } }),
    );
    expect(await run(`apply -f ${manifest} --queue`)).toMatchObject({ code: 2, stdout: '' });
    expect(filesWith(navi.dataDir, secretValue)).toEqual([]);
  });

  test('what was sent, or may have been, is dropped only by who says so', async () => {
    expect(await run('label configmap one doubt=yes --queue')).toMatchObject({ code: 0 });
    const [entry] = queuedActions(navi.dataDir);
    const id = entry?.id ?? 0;
    const writer = await openUserWriter(userFile(navi.dataDir));
    writer.change((tables) =>
      tables
        .of(ActionTable)
        .claim(id, 'somebody', { upon: { resourceVersion: '1', generation: 0 }, nowMs: Date.now() }),
    );
    writer.close();
    expect(await run('queue drop')).toMatchObject({ code: 2 });
    expect(queuedActions(navi.dataDir)).toHaveLength(1);
    const refused = await run(`queue drop ${id}`);
    expect(refused).toMatchObject({ code: 2 });
    expect(refused.stderr).toContain('may have carried it out');
    expect(await run(`queue drop ${id} --yes`)).toMatchObject({ code: 0 });
    expect(queuedActions(navi.dataDir)).toEqual([]);
  });
});

describe('with a daemon', () => {
  test('the next command sees what was changed, and a Secret that is changed leaves no value behind', async () => {
    await withDaemon(async () => {
      expect(await run('label configmap two tier=front')).toEqual({
        code: 0,
        signal: null,
        stdout: 'configmap/two labeled\n',
        stderr: '',
      });
      expect((await run('get configmap two -L tier --no-headers')).stdout).toMatch(/front\n$/);
      expect(await run('label secret hidden tier=front')).toMatchObject({ code: 0, stdout: 'secret/hidden labeled\n' });
      const value = Buffer.from('another-value').toString('base64');
      expect(await run(`patch secret hidden --type=merge -p {"data":{"key":"${value}"}}`)).toMatchObject({ code: 0 });
      for (const each of [secretValue, value]) expect(filesWith(navi.dataDir, each)).toEqual([]);
    });
  });

  test('what is queued while the cluster is there is carried out at once, in its order', async () => {
    await withDaemon(async () => {
      expect(await run('label configmap three tier=front --queue')).toMatchObject({ code: 0 });
      const entries = await untilQueueSettled(navi.dataDir);
      expect(entries.map(({ state }) => state)).toEqual(['done']);
      expect(labelsOf('three')).toEqual({ tier: 'front' });
      expect(await run('queue run')).toMatchObject({ code: 0, stdout: '' });
      expect(await run('queue drop --settled')).toMatchObject({ code: 0 });
    });
  });

  test('queue run carries out what waits, and tells what became of it', async () => {
    await withDaemon(async () => {
      simulator.faults.onRequest(() => ({ kind: 'reset' }));
      const queued = await run('label configmap two later=yes --queue');
      expect(queued).toMatchObject({ code: 0 });
      expect(queued.stderr).toContain('it waits for the cluster');
      const waiting = await run('queue run');
      expect(waiting).toMatchObject({ code: 6 });
      expect(waiting.stdout).toContain(': queued: ');
      simulator.faults.clear();
      const ran = await run('queue run');
      expect(ran).toMatchObject({
        code: 0,
        stdout: expect.stringMatching(/^\d+: label configmaps\/default\/two: done\n$|^$/) as string,
      });
      expect((await untilQueueSettled(navi.dataDir)).map(({ state }) => state)).toEqual(['done']);
      expect(await run('queue drop --settled')).toMatchObject({ code: 0 });
    });
  });

  test('what expired is not carried out', async () => {
    expect(await run('label configmap four late=yes --queue --expires 1ms')).toMatchObject({ code: 0 });
    await withDaemon(async () => {
      const entries = await untilQueueSettled(navi.dataDir);
      expect(entries.map(({ state }) => state)).toEqual(['expired']);
      expect(labelsOf('four')).toEqual({});
      expect(await run('queue drop --settled')).toMatchObject({ code: 0 });
    });
  });

  test('a conflict shows both versions', async () => {
    expect(await run('patch configmap four --type=merge -p {"data":{"color":"blue"}} --queue')).toMatchObject({
      code: 0,
    });
    simulator.state.patch('configmaps', { namespace: 'default', name: 'four' }, { data: { color: 'green' } });
    await withDaemon(async () => {
      const [entry] = await untilQueueSettled(navi.dataDir);
      expect(entry?.state).toBe('conflict');
      const { stdout } = await run('queue diff');
      expect(stdout).toContain('+  color: blue');
      expect(stdout).toContain('+  color: green');
      expect((await run(`queue show ${entry?.id}`)).stdout).toContain('somebody changed data.color meanwhile');
    });
  });
});

describe('through a gateway whose API server is away', () => {
  const deny = (body: Json, type: string, fits: (verb: string) => boolean = () => true): (() => void) =>
    simulator.faults.always(({ verb }) => fits(verb), {
      kind: 'answer',
      status: 503,
      body,
      headers: { 'content-type': type },
    });
  const page = '<html><title>503 Service Temporarily Unavailable</title></html>';

  test.each([
    ['a page', page, 'text/html'],
    ['a text', 'no healthy upstream', 'text/plain'],
    ['JSON of its own', { message: 'no peer in the ring' }, 'application/json'],
  ])('which answers with %s, a change is offered to be queued as where nothing answers', async (_what, body, type) => {
    await withDaemon(async () => {
      const end = deny(body, type);
      try {
        const { code, stdout, stderr } = await run('label configmap two far=yes');
        expect({ code, stdout }).toEqual({ code: 6, stdout: '' });
        expect(stderr).toContain('the cluster cannot be asked: a gateway in front of the API server answers HTTP 503');
        expect(stderr).toContain('--queue keeps it until the cluster is back');
        // Its streams end with it.
        simulator.state.restartApiServer();
        await expect
          .poll(async () => (await run('status')).stdout, { timeout: 30_000 })
          .toMatch(/disconnected[^]*a gateway in front of the API server answers HTTP 503/);
        if (type !== 'text/html') return;
        expect(await typed(['label', 'configmap', 'two', 'far=yes'], 'y')).toMatch(/queued \d+: label/);
      } finally {
        end();
      }
      await untilQueueSettled(navi.dataDir);
      expect(labelsOf('two')).toMatchObject({ far: 'yes' });
      expect(await run('queue drop --settled')).toMatchObject({ code: 0 });
    });
  });

  test('what was sent before it answered so is not called away: it may have been carried out', async () => {
    await withDaemon(async () => {
      let sent = 0;
      const end = simulator.faults.onRequest(({ verb }) => {
        if (verb === 'patch') sent += 1;
        const headers = { 'content-type': 'text/html' };
        return sent > 0 ? { kind: 'answer', status: 503, body: page, headers } : undefined;
      });
      const { code, stderr } = await run('label configmap three doubt=gateway');
      end();
      expect(code).toBe(1);
      expect(stderr).toContain('whether configmaps/default/three was changed is not known');
      expect(stderr).not.toContain('--queue');
      expect(sent).toBe(1);
    });
  });
});

test.each(['label cm one a=b', 'scale deploy/web --replicas 1', 'delete cm one', 'cordon one', 'apply -f x.yaml'])(
  'navi %s refuses --expires without --queue',
  async (line) => {
    for (const queue of ['', ' --queue=false']) {
      const { stdout, stderr, code } = await run(`${line}${queue} --expires 1h`);
      expect({ stdout, code }).toEqual({ stdout: '', code: 2 });
      expect(stderr).toMatch(/^error: --expires is for what is queued\n {2}navi \w+ … --queue --expires 1h\n/);
    }
  },
);

describe('where the configuration says read_only', () => {
  test('commands refuse, and so does the daemon', async () => {
    const config = join(dirname(navi.dataDir), 'navi', 'config.toml');
    mkdirSync(dirname(config), { recursive: true });
    writeFileSync(config, 'read_only = true\n');
    const sentBefore = writeCount();
    await withDaemon(async () => {
      for (const line of [
        'label configmap one a=b',
        'delete configmap one --yes',
        'scale deployment/x --replicas=1 --queue',
        'queue run',
      ]) {
        const { code, stderr } = await run(line);
        expect({ line, code }).toEqual({ line, code: 2 });
        expect(stderr).toContain('read_only');
      }
      const choice = { contexts: ['simulator'], kubeconfig: [kubeconfig] };
      const asked = askDaemon(controlSocketPath(navi.dataDir, process.env), {
        method: 'act',
        ...choice,
        headers: {},
        action: labelOne,
        isDryRun: false,
      });
      await expect(asked).rejects.toThrow(NaviError);
      await expect(asked).rejects.toThrow(/read_only/);
    });
    rmSync(config);
    expect(writeCount()).toBe(sentBefore);
  });

  test('navi queue says so of what waits, and of nothing else', async () => {
    const queued = await run('label configmap one waits=yes --queue');
    const [, id = ''] = /^queued (\d+):/m.exec(queued.stdout) ?? [];
    const why = async (): Promise<readonly string[]> => {
      const told = JSON.parse((await run('queue list -o json')).stdout) as {
        actions: { why: string; state: string }[];
      };
      return told.actions.filter((each) => each.why.includes('read_only')).map(({ state }) => state);
    };
    expect(await why()).toEqual([]);
    const config = join(dirname(navi.dataDir), 'navi', 'config.toml');
    writeFileSync(config, 'read_only = true\n');
    expect(await why()).toEqual(['queued']);
    const text = 'waits: the configuration says read_only, so nothing is carried out';
    expect((await run('queue list')).stdout).toMatch(new RegExp(`^${id} +queued .*${text}$`, 'm'));
    expect((await run(`queue show ${id}`)).stdout).toContain(`Why:        ${text}\n`);
    writeFileSync(config, 'spoiled\n');
    expect(await run('queue list')).toMatchObject({ code: 0 });
    rmSync(config);
    expect((await run(`queue drop ${id}`)).code).toBe(0);
  });
});

const labelOne: Action = {
  verb: 'label',
  target: {
    group: '',
    version: 'v1',
    resource: 'configmaps',
    kind: 'ConfigMap',
    namespace: 'default',
    name: 'one',
    uid: 'x',
  },
  subresource: '',
  fieldManager: 'navi',
  change: { kind: 'merge', body: { metadata: { labels: { a: 'b' } } } },
  touched: [],
};

function writeCount(): number {
  return simulator.requests.filter(({ method }) => method === 'PATCH' || method === 'DELETE').length;
}

/** Files below a folder that hold a text. */
function filesWith(directory: string, text: string): readonly string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => readFileSync(file).includes(text));
}
