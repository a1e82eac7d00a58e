import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { JsonObject } from '../../src/core/json.ts';
import { expectError, steeringCharacters, syncedNavi, type SyncedNavi } from '../support/synced-navi.ts';

describe('navi describe', () => {
  let navi: SyncedNavi;

  beforeAll(async () => {
    navi = await syncedNavi(3);
    const { state } = navi.simulator;
    const uid = state.list('pods').find(({ metadata }) => metadata.name === 'pod-2')?.metadata.uid ?? '';
    state.create('events', {
      metadata: { name: 'about', namespace: 'default' },
      type: 'Warning',
      reason: 'Unhealthy',
      message: 'the probe failed',
      count: 4,
      lastTimestamp: '2026-01-01T00:00:00Z',
      involvedObject: { kind: 'Pod', name: 'pod-2', namespace: 'default', uid },
    });
    expect((await navi.navi(['sync', '--once'])).code).toBe(0);
    const at = { namespace: 'default', name: 'pod-2' };
    const conditions = (status: string): JsonObject => ({
      status: { conditions: [{ type: 'Ready', status, reason: 'Probe', lastTransitionTime: '2026-01-01T00:00:00Z' }] },
    });
    for (const status of ['True', 'False']) {
      state.patch('pods', at, conditions(status));
      expect((await navi.navi(['sync', '--once'])).code).toBe(0);
    }
  });

  afterAll(async () => {
    await navi.remove();
  });

  async function textOf(...args: readonly string[]): Promise<string> {
    const { stdout, stderr, code } = await navi.ask(['describe', ...args]);
    expect({ stderr, code }).toEqual({ stderr: '', code: 0 });
    return stdout;
  }

  test('tells facts, containers, conditions, what changed in which field, and events', async () => {
    const text = await textOf('pod/pod-2');
    expect(text).toMatch(/^Pod default\/pod-2\nAPI version +v1\nCreated +\d+\w+ ago \(\d{4}-/);
    expect(text).toMatch(/\nLabel +app=payments\n +app\.kubernetes\.io/);
    expect(text).toMatch(/\nContainers\nCONTAINER +STATE .*\nmain +- .*shop\/payments:1\.2\.0\nproxy +- /);
    expect(text).toMatch(/\nConditions\nTYPE +STATUS .*\nReady +False +\d+d +Probe\n/);
    expect(text).toMatch(/\nspec:\n {2}/);
    expect(text).toMatch(/\nRelated\nPod\/pod-2 /);
    expect(text).toMatch(/ updated +status\.conditions\[Ready\]\.status: True → False\n/);
    expect(text).toMatch(/\nEvents\nLAST SEEN .*\n\d+d \(x4\) +Warning +Unhealthy +the probe failed\n$/);
  });

  test('takes what a name begins with, several names, a selector, and all of a type', async () => {
    const titles = async (...args: readonly string[]): Promise<readonly string[]> =>
      Array.from((await textOf(...args)).matchAll(/^(.+)\nAPI version /gm), ([, title = '']) => title);
    const all = ['Pod default/pod-0', 'Pod default/pod-1', 'Pod default/pod-2'];
    expect(await titles('pods', 'pod')).toEqual(all);
    expect(await titles('po')).toEqual(all);
    expect(await titles('pods', 'pod-1', 'pod-0')).toEqual([all[1], all[0]]);
    expect(await titles('pods', '-l', 'app=payments')).toEqual([all[2]]);
    expect(await titles('ns/shop', 'pod/pod-0')).toEqual(['Namespace shop', all[0]]);
    expect(await titles('cm', '-n', 'shop')).toEqual(['ConfigMap shop/in-shop']);
  });

  test('nor any other command takes the input of a shell for an argument that is missing', async () => {
    const loop = 'printf "one\\ntwo\\n" | while read -r line; do navi tree pod/pod-0 > /dev/null && echo "$line"; done';
    expect(await navi.shell(loop)).toEqual({ stdout: 'one\ntwo\n', stderr: '', code: 0 });
    expectError(await navi.shell('echo pods | navi refresh'), 2, /needs a type/, /navi refresh pods/);
  });

  test('lets nothing from the cluster steer a terminal', async () => {
    expect(steeringCharacters(await textOf('cm', 'evil'))).toEqual([]);
    expect(steeringCharacters(await textOf('cm', 'evil', '-o', 'json'))).toEqual([]);
  });

  test('of what does not exist is an error with a way out, and so is bad input', async () => {
    expectError(
      await navi.ask(['describe', 'pod', 'nothing']),
      3,
      /pods "nothing" does not exist/,
      /navi search nothing/,
    );
    expectError(await navi.ask(['describe', 'pood', 'a']), 2, /no type called "pood"/, /did you mean pod\?/);
    expectError(await navi.ask(['describe']), 2, /needs a type/, /navi describe pod web-0/);
    expectError(await navi.ask(['describe', 'pod/a/b']), 2, /is no TYPE\/NAME/, /navi describe/);
    expectError(await navi.ask(['describe', 'pods', 'a', '-l', 'b']), 2, /exclude each other/, /navi describe/);
    expectError(await navi.ask(['describe', 'pods', '-l', 'a in']), 2, /label selector cannot be read/, /-l app=web/);
    const none = await navi.ask(['describe', 'pods', '-n', 'shop']);
    expect(none).toEqual({ stdout: '', stderr: 'no object is like that\n', code: 0 });
  });
});
