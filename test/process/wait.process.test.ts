import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { JsonObject } from '../../src/core/json.ts';
import { startLongCommand, type LongCommand } from '../support/long-command.ts';
import { expectError, naviProgram, syncedNavi, type ProgramResult, type SyncedNavi } from '../support/synced-navi.ts';

let navi: SyncedNavi;

const available = (status: string, more: JsonObject = {}): JsonObject => ({
  conditions: [{ type: 'Available', status }],
  ...more,
});

function make(name: string, status: JsonObject = {}, namespace = 'shop', labels: JsonObject = {}): void {
  navi.simulator.state.create('deployments.apps', { metadata: { name, namespace, labels }, spec: {}, status });
}

function change(name: string, status: JsonObject): void {
  navi.simulator.state.patch('deployments.apps', { namespace: 'shop', name }, { status });
}

function remove(name: string): void {
  navi.simulator.state.delete('deployments.apps', { namespace: 'shop', name });
}

const wait = (...args: readonly string[]): Promise<ProgramResult> => navi.navi(['wait', '-n', 'shop', ...args]);

/** Starts a wait that goes on. */
function startWait(...args: readonly string[]): LongCommand {
  return startLongCommand(process.execPath, [naviProgram, 'wait', '-n', 'shop', ...args], navi.environment());
}

const isHeartbeat = ({ path, query }: { path: string; query: URLSearchParams }): boolean =>
  path === '/api/v1/events' && query.get('limit') === '1';

beforeAll(async () => {
  navi = await syncedNavi(2);
  for (const name of ['many', 'other']) navi.simulator.state.create('namespaces', { metadata: { name } });
  make('web', available('True'));
  make('slow', available('False'));
  make('old', available('True', { observedGeneration: 1 }), 'other');
  make('a', available('True'), 'many', { app: 'x' });
  make('b', available('True'), 'many', { app: 'x' });
  make('c', available('False'), 'many');
});

afterAll(async () => {
  await navi.remove();
});

describe('without a daemon navi wait', () => {
  test('answers nothing, whatever is stored', async () => {
    expectError(await wait('deployment/web', '--for=create'), 5, /no daemon follows the cluster/);
    expectError(
      await navi.navi(['wait', 'deployment/web', '--for=create'], { NAVI_DATA_DIR: `${navi.folder}/never` }),
      6,
      /is not mirrored yet/,
    );
  });
});

describe('beside a daemon navi wait', () => {
  beforeAll(async () => {
    expect((await navi.navi(['sync', '--detach'])).code).toBe(0);
    expect((await navi.navi(['sync', '--once'])).code).toBe(0);
  });

  afterAll(async () => {
    await navi.navi(['stop']);
  });

  test('says what is so already, once for each condition', async () => {
    expect(await wait('deployment/web', '--for=condition=available', '--for', 'create', '--timeout=0')).toEqual({
      stdout: 'deployment.apps/web condition met\ndeployment.apps/web condition met\n',
      stderr: '',
      code: 0,
    });
    const named = await wait('deploy', 'web', '--for=condition=Available=TRUE', '-o', 'name');
    expect(named).toEqual({ stdout: 'deployment.apps/web\n', stderr: '', code: 0 });
    const whole = await wait('deploy/web', '--for=jsonpath={.metadata.name}=web', '-o', 'json');
    expect(JSON.parse(whole.stdout)).toMatchObject({ kind: 'Deployment', metadata: { name: 'web' } });
  });

  test('is woken by the change that it waits for', async () => {
    const both = ['--for=condition=Available=false', '--for=condition=Available'];
    const waiting = startWait('deployment/slow', ...both, '--timeout=60s');
    await waiting.until('the first condition', () => waiting.stdout() !== '');
    change('slow', available('Unknown'));
    change('slow', available('True'));
    expect(await waiting.ended).toEqual({ code: 0, signal: null });
    expect(waiting.stdout()).toBe('deployment.apps/slow condition met\n'.repeat(2));
    expect(waiting.stderr()).toBe('');
  });

  test('waits for what is to be created, then for its condition, then for its deletion', async () => {
    const all = ['--for=condition=Available', '--for=Create', '--for=delete'];
    const waiting = startWait('deployment/coming', ...all, '--timeout=60s');
    make('coming', available('False'));
    change('coming', available('True'));
    await waiting.until('that it is there', () => waiting.stdout().length > 40);
    expect(waiting.stdout()).toBe('deployment.apps/coming condition met\n'.repeat(2));
    remove('coming');
    expect(await waiting.ended).toEqual({ code: 0, signal: null });
    expect(waiting.stdout()).toBe('deployment.apps/coming condition met\n'.repeat(3));
  });

  test('takes what is not there for deleted', async () => {
    expect(await wait('deployment/never-was', '--for=delete')).toEqual({ stdout: '', stderr: '', code: 0 });
  });

  test('counts no condition of an earlier generation', async () => {
    const place = { namespace: 'other', name: 'old' };
    navi.simulator.state.patch('deployments.apps', place, { spec: { replicas: 2 }, metadata: { generation: 2 } });
    const args = ['deployment/old', '-n', 'other', '--for=condition=Available', '--timeout=0'];
    expect(await navi.navi(['wait', ...args])).toEqual({
      stdout: '',
      stderr: 'error: condition not met for deployments/old\n',
      code: 1,
    });
  });

  test.each([
    [
      ['deployment/c', '--for=condition=Available', '--timeout=100ms'],
      'error: timed out waiting for the condition on deployments/c\n',
    ],
    [['deployment/c', '--for=delete', '--timeout=0'], 'error: condition not met for deployments/c\n'],
    [['deployment/nope', '--for=create', '--timeout=0'], 'error: timed out waiting for the condition\n'],
    [
      ['deployment/nope', '--for=condition=Available'],
      'Error from server (NotFound): deployments.apps "nope" not found\n',
    ],
    [
      ['deployment/nope', 'pod/nope', '--for=condition=Available'],
      'Error from server (NotFound): deployments.apps "nope" not found\nError from server (NotFound): pods "nope" not found\n',
    ],
    [
      ['deployment/c', '--for=jsonpath={.status}=x'],
      'error: jsonpath leads to a nested object or list which is not supported\n',
    ],
    [['deployments', '-l', 'app=nobody', '--for=condition=Available'], 'error: no matching resources found\n'],
    [['deployments', '--for=condition=Available'], 'error: resource(s) were provided, but no name was specified\n'],
    [['deploymnets', '--for=delete'], `error: the server doesn't have a resource type "deploymnets"\n`],
    [['deployment/c', '--for=ready'], 'error: unrecognized condition: "ready"\n'],
    [['deployment/c'], 'error: unrecognized condition: []\n'],
    [['-l', 'app=x', '--for=delete'], 'error: at least one resource must be specified to use a selector\n'],
    [
      ['deployment', 'c', '-l', 'app=x', '--for=delete'],
      'error: name cannot be provided when a selector is specified\n',
    ],
    [
      ['deployment', 'c', '-A', '--for=delete'],
      'error: a resource cannot be retrieved by name across all namespaces\n',
    ],
    [
      ['deployment/c', '--for=delete', '-o', 'nope'],
      'error: unable to match a printer suitable for the output format "nope"',
    ],
  ])('%j fails as kubectl does', async (args, says) => {
    const { stdout, stderr, code } = await navi.navi(['wait', '-n', 'many', ...args]);
    expect(stdout).toBe('');
    expect(stderr.slice(0, says.length)).toBe(says);
    expect(code).toBe(1);
  });

  test('without arguments fails as kubectl does', async () => {
    const { stderr, code } = await wait('--for=delete');
    expect(stderr).toMatch(/^error: You must provide one or more resources by argument or filename\.\n/);
    expect(code).toBe(1);
  });

  test('waits for all that a selector finds, and goes on after one that does not come', async () => {
    const of = (...args: readonly string[]): Promise<ProgramResult> =>
      navi.navi(['wait', 'deployments', '--for=condition=Available', '--timeout=0', ...args]);
    expect(await of('-n', 'many', '-l', 'app=x')).toEqual({
      stdout: 'deployment.apps/a condition met\ndeployment.apps/b condition met\n',
      stderr: '',
      code: 0,
    });
    const all = await of('-n', 'many', '--all');
    expect(all.stdout).toBe('deployment.apps/a condition met\ndeployment.apps/b condition met\n');
    expect(all).toMatchObject({ stderr: 'error: condition not met for deployments/c\n', code: 1 });
    const everywhere = await of('-A', '--field-selector', 'metadata.name=a');
    expect(everywhere).toEqual({ stdout: 'deployment.apps/a condition met\n', stderr: '', code: 0 });
  });

  test('answers for nothing that the mirror does not have', async () => {
    const secret = ['secret/x', '--for=jsonpath={.data.token}'];
    expectError(await wait(...secret), 6, /values of Secrets are not mirrored/, /kubectl wait -n shop secret\/x/);
    expectError(await wait('componentstatus/x', '--for=delete'), 6, /is not mirrored/, /kubectl wait/);
  });

  test.each([
    [['deployment/web', '--for=delete', '--timeout=soon'], /"soon" is no duration for --timeout/],
    [['deployment/web', '--for=delete', '--context', 'a', '--context', 'b'], /context/],
  ])('%j is an error with a way out', async (args, says) => {
    expectError(await wait(...args), 2, says);
  });

  test('goes on across a restart of the daemon', async () => {
    make('kept', available('False'));
    const both = ['--for=create', '--for=condition=Available'];
    const waiting = startWait('deployment/kept', ...both, '--timeout=120s');
    await waiting.until('the first condition', () => waiting.stdout() !== '');
    expect((await navi.navi(['stop'])).code).toBe(0);
    await waiting.until('that nobody tells', () => waiting.stderr().includes('no daemon is running'));
    change('kept', available('True'));
    expect((await navi.navi(['sync', '--detach'])).code).toBe(0);
    expect(await waiting.ended).toEqual({ code: 0, signal: null });
    expect(waiting.stdout()).toBe('deployment.apps/kept condition met\n'.repeat(2));
  });

  test('answers nothing from rows that the cluster does not prove, and answers once it does', async () => {
    const silence = navi.simulator.faults.always(isHeartbeat, { kind: 'answer', status: 503 });
    const waiting = startWait('deployment/web', '--for=condition=Available', '--timeout=120s');
    await waiting.until('why it waits', () => waiting.stderr().includes('waiting for it'));
    expect(waiting.stderr()).toMatch(/^navi: deployments\.apps was last confirmed with the cluster \d+s ago/);
    expect(waiting.stdout()).toBe('');
    silence();
    expect(await waiting.ended).toEqual({ code: 0, signal: null });
    expect(waiting.stdout()).toBe('deployment.apps/web condition met\n');
  });
});
