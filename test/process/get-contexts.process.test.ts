import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startSimulator, type Simulator } from '../../src/simulator/simulator.ts';
import { expectError, syncedNavi, type ProgramResult, type SyncedNavi } from '../support/synced-navi.ts';

let navi: SyncedNavi;
let other: Simulator;
let env: NodeJS.ProcessEnv;

beforeAll(async () => {
  navi = await syncedNavi(3);
  other = await startSimulator();
  other.state.create('namespaces', { metadata: { name: 'shop' } });
  for (const name of ['lone', 'pod-1'])
    other.state.create('pods', { metadata: { name, namespace: 'default' }, status: { phase: 'Failed' } });
  other.state.create('pods', { metadata: { name: 'buyer', namespace: 'shop' } });
  navi.simulator.state.create('pods', { metadata: { name: 'seller', namespace: 'shop' } });
  const servers = { one: navi.simulator.url, two: other.url, never: 'http://127.0.0.1:1' };
  const config = {
    clusters: Object.entries(servers).map(([name, server]) => ({ name, cluster: { server } })),
    users: [{ name: 'admin', user: { token: 'token-of-admin' } }],
    contexts: Object.keys(servers).map((name) => ({ name, context: { cluster: name, user: 'admin' } })),
    'current-context': 'one',
  };
  env = { KUBECONFIG: navi.file('contexts', JSON.stringify(config)) };
  for (const name of ['one', 'two']) expect((await navi.navi(['sync', '--once', '--context', name], env)).code).toBe(0);
});

afterAll(async () => {
  await other.stop();
  await navi.remove();
});

const both = (...args: readonly string[]): Promise<ProgramResult> =>
  navi.navi(['get', '--context', 'one', '--context', 'two', ...args], env);

/** The first columns of a table. */
function columns({ stdout }: ProgramResult, count: number): readonly string[] {
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => line.split(/ {2,}/).slice(0, count).join(' '));
}

describe('navi get of several contexts', () => {
  test('prints one table, with a column that says which context a row is of', async () => {
    const pods = await both('pods');
    expect(columns(pods, 2)).toEqual(['CONTEXT NAME', 'one pod-0', 'one pod-1', 'one pod-2', 'two lone', 'two pod-1']);
    expect(pods).toMatchObject({ stderr: '', code: 0 });
    const all = columns(await both('pods', '-A', '--where', 'metadata.namespace == "shop"'), 3);
    expect(all).toEqual(['CONTEXT NAMESPACE NAME', 'one shop seller', 'two shop buyer']);
    const failed = await both('pods', '--where', 'cluster == "two" && status.phase == "Failed"', '--no-headers');
    expect(columns(failed, 2)).toEqual(['two lone', 'two pod-1']);
  });

  test('prints a table for each type', async () => {
    const tables = (await both('namespaces,pods', '-n', 'shop')).stdout.split('\n\n');
    expect(tables[0]).toMatch(/^CONTEXT +NAME [^]*\none +namespace\/shop [^]*\ntwo +namespace\/default /);
    expect(tables[1]).toMatch(/^CONTEXT +NAME .*\none +pod\/seller .*\ntwo +pod\/buyer /);
  });

  test('counts, for each of them', async () => {
    expect(columns(await both('pods', '--count'), 2)).toEqual(['CONTEXT COUNT', 'one 3', 'two 2']);
    const groups = await both('pods', '--group-by', 'status.phase');
    expect(columns(groups, 3)).toEqual(['CONTEXT COUNT VALUE', 'one 3 Pending', 'two 2 Failed']);
  });

  test('as JSON is an answer for each, with its age', async () => {
    const { stdout, code } = await both('pods', '-o', 'json');
    const { contexts } = JSON.parse(stdout) as { contexts: { answer: { items: unknown[] } }[] };
    expect(contexts.map(({ answer, ...rest }) => [rest, answer.items.length])).toEqual([
      [{ context: 'one', ageMs: expect.any(Number) as number, isStale: false }, 3],
      [{ context: 'two', ageMs: expect.any(Number) as number, isStale: false }, 2],
    ]);
    expect(code).toBe(0);
  });

  test('marks what is stale and drops nothing', async () => {
    const { stdout } = await navi.navi(['get', 'pods', '--context', 'one', '--context', 'two'], {
      ...env,
      NAVI_NOTICE_AFTER: '1ms',
    });
    expect(columns({ stdout, stderr: '', code: 0 }, 2).slice(-1)).toEqual(['two (stale) pod-1']);
  });

  test('names those that cannot answer, and prints the others', async () => {
    const all = await navi.navi(['get', 'pod/lone', '--all-contexts'], env);
    expect(columns(all, 2)).toEqual(['CONTEXT NAME', 'two lone']);
    expect(all.stderr).toMatch(/^one: Error from server \(NotFound\): pods "lone" not found$/m);
    expect(all.stderr).toMatch(/^error: context "never" \(http:\/\/127\.0\.0\.1:1\) is not mirrored yet$/m);
    expect(all.code).toBe(6);
    const none = await both('pods', '-n', 'nowhere');
    expect(none).toMatchObject({ stdout: '', stderr: 'No resources found\n', code: 0 });
  });

  test('refuses what is about one context', async () => {
    for (const args of [['-w'], ['-o', 'yaml'], ['--where', 'true', '--explain'], ['--raw', '/version']])
      expectError(await both('pods', ...args), 2, /one context at a time/, /--context NAME/);
    expect(await navi.navi(['get', 'pods', '--context', 'one', '--context', 'oen'], env)).toMatchObject({
      code: 1,
      stdout: '',
    });
  });
});

describe('navi get of several namespaces', () => {
  test('prints one table', async () => {
    const pods = await navi.navi(['get', 'pods', '-n', 'shop,default', '--context', 'one'], env);
    expect(columns(pods, 2)).toEqual([
      'NAMESPACE NAME',
      'shop seller',
      'default pod-0',
      'default pod-1',
      'default pod-2',
    ]);
    const ordered = ['get', 'pods', '-n', 'shop,default', '--order-by', 'NAME desc', '--limit', '2', '-o', 'name'];
    expect((await navi.navi(ordered, env)).stdout).toBe('pod/seller\npod/pod-2\n');
    expect((await navi.navi(['get', 'pods', '-n', 'shop,default', '--count'], env)).stdout).toBe('4\n');
  });

  test('with nothing in them says so, and refuses what is about one', async () => {
    const none = await navi.navi(['get', 'pods', '-n', 'a,b'], env);
    expect(none).toMatchObject({ stdout: '', stderr: 'No resources found in a, b namespaces.\n', code: 0 });
    expectError(await navi.navi(['get', 'pod', 'pod-1', '-n', 'a,b'], env), 2, /one namespace at a time/, /-A --where/);
    expectError(await navi.navi(['get', 'pod', 'pod-1', '-w', '-n', 'a,b'], env), 2, /one namespace at a time/);
  });
});
