import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { schemaFaults, type JsonSchema } from '../support/json-schema.ts';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { startLongCommand } from '../support/long-command.ts';
import {
  expectError,
  naviProgram,
  steeringCharacters,
  steeringText,
  syncedNavi,
  type SyncedNavi,
} from '../support/synced-navi.ts';

const atPod = { namespace: 'default', name: 'pod-0' };

let navi: SyncedNavi;
/** Between the list and the first change, and between that and the second (RFC 3339). */
let beginning: string;
let between: string;

beforeAll(async () => {
  navi = await syncedNavi(3);
  const { state } = navi.simulator;
  const sync = async (): Promise<string> => {
    expect((await navi.navi(['sync', '--once'])).code).toBe(0);
    return new Date().toISOString();
  };
  beginning = await sync();
  state.patch('pods', atPod, { metadata: { labels: { app: 'second' } } });
  state.create('configmaps', { metadata: { name: 'new', namespace: 'shop' }, data: { a: steeringText } });
  between = await sync();
  state.patch('pods', atPod, { metadata: { labels: { app: null, tier: 'back' } } });
  state.delete('pods', { namespace: 'default', name: 'pod-1' });
  await sync();
});

afterAll(async () => {
  await navi.remove();
});

function schema(name: string): JsonSchema {
  return JSON.parse(readFileSync(join(import.meta.dirname, `../../schemas/${name}.json`), 'utf8')) as JsonSchema;
}

async function jsonOf(...args: readonly string[]): Promise<unknown> {
  const { stdout, stderr, code } = await navi.ask([...args, '-o', 'json']);
  expect({ stderr, code }).toEqual({ stderr: '', code: 0 });
  const told = JSON.parse(stdout) as unknown;
  expect(schemaFaults(told, schema(args[0] ?? ''))).toEqual([]);
  return told;
}

async function textOf(...args: readonly string[]): Promise<string> {
  const { stdout, stderr, code } = await navi.ask(args);
  expect({ stderr, code }).toEqual({ stderr: '', code: 0 });
  return stdout;
}

describe('navi history', () => {
  test('tells each change with its fields and the hand that made it, the newest last', async () => {
    const text = await textOf('history', 'pod/pod-0');
    const time = String.raw`\d{4}-\d\d-\d\dT[\d:.]+Z \(\d+s ago\)`;
    expect(text).toMatch(
      new RegExp(
        String.raw`^Pod default/pod-0\n${time}  updated.*\n    metadata\.labels\.app: checkout → second\n${time}  updated.*\n    metadata\.labels\.app - second\n    metadata\.labels\.tier \+ back\n$`,
      ),
    );
  });

  test('tells of an object that is gone', async () => {
    expect(await textOf('history', 'pod', 'pod-1')).toMatch(/^Pod default\/pod-1\n.* deleted\n$/);
  });

  test('says since when it looks on, where nothing has changed', async () => {
    const { stdout, stderr, code } = await navi.ask(['history', 'pod/pod-2']);
    expect({ stdout, code }).toEqual({ stdout: 'Pod default/pod-2\n', code: 0 });
    expect(stderr).toMatch(/^navi has seen no change of it since \d{4}-.*Z\n$/);
  });

  test('takes a limit and a time', async () => {
    const { stdout, stderr } = await navi.ask(['history', 'pod/pod-0', '--limit', '1']);
    expect(stdout).not.toContain('checkout');
    expect(stderr).toBe('navi: only the newest change is here; --limit takes more\n');
    expect(await textOf('history', 'pod/pod-0', '--since', between)).not.toContain('checkout');
  });

  test('as JSON fits its schema', async () => {
    expect(await jsonOf('history', 'pod/pod-0')).toMatchObject({
      histories: [{ isCut: false, changes: [{ operation: 'updated', isLost: false }, { operation: 'updated' }] }],
    });
    expect(await jsonOf('history', 'pod/pod-1')).toMatchObject({
      histories: [{ changes: [{ operation: 'deleted', cause: 'event' }] }],
    });
  });

  test('refuses what it has never seen, and what is no object', async () => {
    expectError(
      await navi.ask(['history', 'pod/nobody']),
      3,
      /pods "nobody" does not exist in namespace default, and navi has never seen it/,
    );
    expectError(await navi.ask(['history', 'pods']), 2, /navi history shows one object/);
    expectError(await navi.ask(['history', 'pod/pod-0', '--since', 'tea']), 2, /tea/);
    expectError(
      await navi.ask(['history', 'pod/pod-0', '--since', '2999-01-01T00:00:00Z']),
      2,
      /--since lies in the future/,
    );
  });
});

describe('navi diff', () => {
  test('shows both states as one diff', async () => {
    const text = await textOf('diff', 'pod/pod-0', '--since', beginning);
    expect(text).toMatch(/^--- pods\/default\/pod-0 .*Z\n\+\+\+ pods\/default\/pod-0 .*Z\n@@ /);
    expect(text).toContain('\n-    app: checkout\n');
    expect(text).toContain('\n+    tier: back\n');
    const first = await textOf('diff', 'pod/pod-0', '--since', beginning, '--until', between);
    expect(first).toContain('\n+    app: second\n');
    expect(first).not.toContain('tier');
  });

  test('shows what is new, and what is gone, as a whole', async () => {
    const added = await textOf('diff', 'cm/new', '-n', 'shop', '--since', beginning);
    // A text with characters that no YAML has.
    expect(added).toContain('\n+  "kind": "ConfigMap",\n');
    expect(steeringCharacters(added)).toEqual([]);
    expect(await textOf('diff', 'pod/pod-1', '--since', between)).toContain('\n-kind: Pod\n');
  });

  test('says that nothing differs, and when it cannot know', async () => {
    const { stdout, stderr, code } = await navi.ask(['diff', 'pod/pod-2', '--since', beginning]);
    expect({ stdout, stderr, code }).toEqual({ stdout: '', stderr: 'it was the same then\n', code: 0 });
    expectError(
      await navi.ask(['diff', 'pod/pod-0', '--since', '2020-01-01T00:00:00Z']),
      6,
      /navi knows it only since/,
    );
    expectError(await navi.ask(['diff', 'pod/pod-0']), 2, /navi diff needs --since/);
    expectError(
      await navi.ask(['diff', 'pod/pod-0', '--since', '1ms', '--until', '1h']),
      2,
      /--until lies before --since/,
    );
  });

  test('as JSON fits its schema', async () => {
    expect(await jsonOf('diff', 'pod/pod-1', '--since', between)).toMatchObject({
      diffs: [{ before: { kind: 'Pod' }, after: null }],
    });
  });
});

describe('navi changes', () => {
  test('lists what changed everywhere, the newest last', async () => {
    const lines = (await textOf('changes', '-A')).trimEnd().split('\n');
    expect(lines[0]).toMatch(/^SEEN +CHANGE +NAMESPACE +OBJECT +BY +WHAT$/);
    const objects = lines.slice(1).map((line) => line.split(/ {2,}/).slice(1, 4).join(' '));
    expect(objects.slice(0, 2).toSorted()).toEqual(['added shop configmaps/new', 'updated default pods/pod-0']);
    expect(objects.slice(2).toSorted()).toEqual(['deleted default pods/pod-1', 'updated default pods/pod-0']);
  });

  test('of chosen types, places, kinds and times alone', async () => {
    const names = async (...args: readonly string[]): Promise<string> => await textOf('changes', '-o', 'name', ...args);
    expect(await names('-n', 'shop')).toBe('configmaps/new\n');
    expect(await names('cm,pods', '-A', '--operation', 'added')).toBe('configmaps/new\n');
    expect(await names('-A', '--since', between, '--operation', 'deleted')).toBe('pods/pod-1\n');
    const { stdout, stderr } = await navi.ask(['changes', '-A', '--limit', '1', '-o', 'name']);
    expect(stdout).toMatch(/^pods\/pod-[01]\n$/);
    expect(stderr).toContain('only the newest change is here');
    expectError(await navi.ask(['changes', 'podz']), 2, /the cluster has no type called "podz"/);
  });

  test('as JSON fits its schema', async () => {
    expect(await jsonOf('changes', '-A')).toMatchObject({ changes: { length: 4 } });
  });
});

describe('navi get of the past', () => {
  test('--at prints what was there then, as it was', async () => {
    const names = async (...args: readonly string[]): Promise<string> =>
      await textOf('get', 'pods', '-o', 'name', ...args);
    expect(await names()).toBe('pod/pod-0\npod/pod-2\n');
    expect(await names('--at', beginning)).toBe('pod/pod-0\npod/pod-1\npod/pod-2\n');
    expect(await names('-l', 'app=second', '--at', between)).toBe('pod/pod-0\n');
    expect(await names('-l', 'app=second')).toBe('');
    expect(await names('--where', 'metadata.labels.app == "checkout"', '--at', beginning)).toBe('pod/pod-0\n');
    const yaml = await textOf('get', 'pod', 'pod-1', '-o', 'yaml', '--at', between);
    expect(yaml).toContain('\n  name: pod-1\n');
    expect(await textOf('get', 'pods', '--at', beginning, '--count')).toBe('3\n');
    const lines = (await textOf('get', 'pods', '--show-labels', '--at', between)).split('\n');
    expect(lines[1]).toMatch(/^pod-0 .*app=second/);
  });

  test('--deleted prints what is gone, as it was last, with when it went', async () => {
    const lines = (await textOf('get', 'pods', '--deleted')).trimEnd().split('\n');
    expect(lines[0]).toMatch(/^NAME +READY +STATUS +RESTARTS +AGE +DELETED$/);
    expect(lines.slice(1)).toEqual([expect.stringMatching(/^pod-1 .* \d+s ago$/)]);
    expect(await textOf('get', 'pod/pod-1', '--deleted', '-o', 'jsonpath={.metadata.name}')).toBe('pod-1');
    expect((await navi.ask(['get', 'pods', '--deleted', '-n', 'shop'])).stderr).toBe(
      'No resources found in shop namespace.\n',
    );
  });

  test('what is not known is an error, and what was not there is not found', async () => {
    expectError(
      await navi.ask(['get', 'pods', '--at', '2020-01-01T00:00:00Z']),
      6,
      /cannot tell how pods were at .*reaches back to/,
    );
    expectError(await navi.navi(['get', 'pods', '--at', '1m', '-w']), 2, /--at and --watch exclude each other/);
    expectError(await navi.ask(['get', 'pods', '--at', 'tea']), 2, /tea/);
    expect((await navi.ask(['get', 'cm', 'new', '-n', 'shop', '--at', beginning])).stderr).toBe(
      'Error from server (NotFound): configmaps "new" not found\n',
    );
    expect((await navi.ask(['get', 'pod', 'pod-0', '--deleted'])).code).toBe(1);
  });
});

describe('navi changes --watch', () => {
  beforeAll(async () => {
    expect((await navi.navi(['sync', '--detach'])).code).toBe(0);
    expect((await navi.navi(['sync', '--once'])).code).toBe(0);
  });

  afterAll(async () => {
    await navi.navi(['stop']);
  });

  test('prints the newest changes, then each that comes, and no other', async () => {
    const args = [naviProgram, 'changes', '-n', 'shop', '--watch', '--limit', '1'];
    const watch = startLongCommand(process.execPath, args, navi.environment());
    await watch.until('what was there', () => watch.stdout().includes('configmaps/new'));
    const begun = watch.stdout();
    const { state } = navi.simulator;
    state.patch('pods', atPod, { metadata: { labels: { tier: 'other' } } });
    state.patch('configmaps', { namespace: 'shop', name: 'new' }, { data: { b: 'two' } });
    state.delete('configmaps', { namespace: 'shop', name: 'new' });
    await watch.until('the last one', () => watch.stdout().includes('deleted'));
    const rest = watch.stdout().slice(begun.length).trimEnd().split('\n');
    expect(rest.map((line) => line.replace(/^\d+s ago +/, ''))).toEqual([
      expect.stringMatching(/^updated +configmaps\/new .*data\.b \+ two$/),
      expect.stringMatching(/^deleted +configmaps\/new +- +-$/),
    ]);
    expect(watch.stderr()).toBe('');
    await watch.kill('SIGINT');
  });
});
