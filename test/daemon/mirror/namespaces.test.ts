import { afterEach, describe, expect, test } from 'vitest';
import type { OracleOptions } from '../../support/mirror-oracle.ts';
import { crdBody, crdName } from '../../support/sample-crd.ts';
import { fewTypes, SimulatedMirror, type SimulatedMirrorOptions } from '../../support/simulated-mirror.ts';

let mirror: SimulatedMirror;
let mark: ReturnType<SimulatedMirror['mark']>;

const everything = ['get', 'list', 'watch'];
const watched = 'watching healthy none';
const refused = 'stopped unhealthy forbidden';

const make = (type: string, key: string): void => {
  const [namespace = '', name = ''] = key.split('/');
  mirror.state.create(type, { metadata: { namespace, name } });
};

/** A mirror of `viewer`, who may list namespaces unless told otherwise, and everything in `a` and `b`. */
async function start(
  options: SimulatedMirrorOptions & {
    readonly namespaces?: readonly string[];
    readonly verbs?: readonly string[];
  } = {},
): Promise<void> {
  mirror = await SimulatedMirror.start({
    ...options,
    user: 'viewer',
    prepare: (made) => {
      mirror = made;
      for (const name of ['a', 'b', 'c']) {
        made.state.create('namespaces', { metadata: { name } });
        for (const object of ['x', 'y', 'z']) make('configmaps', `${name}/${object}`);
        make('secrets', `${name}/secret-of-${name}`);
      }
      allowIn(['a', 'b'], options.verbs ?? everything);
      allowNamespaces();
      options.prepare?.(made);
    },
  });
  await mirror.untilEqual();
  mark = mirror.mark();
}

/** Deletes a namespace as the namespace controller does once nothing is left in it. */
const endNamespace = (name: string): void => {
  mirror.state.delete('namespaces', { name });
  mirror.state.patch('namespaces', { name }, { spec: { finalizers: [] } });
};

const allowNamespaces = (): void =>
  mirror.state.allow('viewer', { verbs: everything, resources: ['namespaces'], groups: [''] });
const allowIn = (namespaces: readonly string[], verbs: readonly string[] = everything): void =>
  mirror.state.allow('viewer', { verbs, namespaces });
const allowAll = (): void => mirror.state.allow('viewer', { verbs: everything });

const scopes = (type = 'configmaps'): Readonly<Record<string, string>> => mirror.scopesOf(type);

/** What a test knows that the store and the server cannot tell. */
let known: OracleOptions = {};

afterEach(async () => {
  const options = known;
  known = {};
  await mirror.checkAndStop(options);
});

describe('52: a user who may list only in the namespaces a and b', () => {
  test('has these watched, each as a scope of its own, and no other', async () => {
    await start();
    expect(scopes()).toEqual({ '': 'denied', a: 'synced', b: 'synced', c: 'denied', ...systemRefused() });
    expect([mirror.said('configmaps', 'a'), mirror.said('configmaps', 'b')]).toEqual([watched, watched]);
    expect(mirror.said('configmaps', 'c')).toBe(refused);
    expect(mirror.status('configmaps', 'c').refusal).toContain('in the namespace "c"');
    expect(mirror.status('configmaps').refusal).toContain('at the cluster scope');
    expect(mirror.keys('configmaps')).toEqual(['a/x', 'a/y', 'a/z', 'b/x', 'b/y', 'b/z']);
    mirror.state.patch('configmaps', { namespace: 'a', name: 'x' }, { data: { key: 'changed' } });
    mirror.state.delete('configmaps', { namespace: 'b', name: 'y' });
    make('configmaps', 'c/new');
    await mirror.advance(1_000);
    expect(mirror.differences()).toEqual([]);
    expect(mirror.rows('select key, operation from change order by seq')).toEqual([
      { key: 'a/x', operation: 'updated' },
      { key: 'b/y', operation: 'deleted' },
    ]);
    expect(mirror.saidOfCluster()).toBe('healthy none');
    // Only etcd proves that rows are fresh, and the events of one namespace come from there as well.
    await mirror.advance(64_000);
    const paths = mirror.requests(mark).flatMap(({ path, query }) => (query.get('limit') === '1' ? [path] : []));
    expect(paths).toContain('/api/v1/namespaces/a/events');
  });

  test('has them at once and without a list after a restart', async () => {
    await start();
    await mirror.stopProcess();
    mirror.state.patch('configmaps', { namespace: 'a', name: 'x' }, { data: { key: 'changed' } });
    mark = mirror.mark();
    await mirror.open();
    await mirror.until('a is live', () => mirror.said('configmaps', 'a') === watched, 10_000);
    expect(mirror.listRequests(mark, 'configmaps').filter(({ path }) => path.includes('/namespaces/a/'))).toEqual([]);
    await mirror.untilEqual();
  });

  test('has a namespace that appears, and one that is allowed later', async () => {
    await start();
    mirror.state.create('namespaces', { metadata: { name: 'd' } });
    make('configmaps', 'd/x');
    allowIn(['c', 'd']);
    await mirror.until('d is live', () => scopes()['d'] === 'synced', 60_000);
    await mirror.until('c is live', () => scopes()['c'] === 'synced', 800_000);
    await mirror.advance(30_000);
    expect(mirror.scopesOf('secrets')['c']).toBe('synced');
    await mirror.untilEqual();
  });

  test('has what is allowed within seconds where role bindings may be read', async () => {
    const bindings = 'rolebindings.rbac.authorization.k8s.io';
    await start({
      types: [...fewTypes, bindings],
      prepare: (made) => made.state.allow('viewer', { verbs: everything, resources: ['rolebindings'] }),
    });
    expect(mirror.said(bindings)).toBe(watched);
    allowIn(['c']);
    mirror.state.create(bindings, {
      metadata: { namespace: 'c', name: 'for-viewer' },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'view' },
    });
    await mirror.until(
      'c is live',
      () => scopes()['c'] === 'synced' && mirror.scopesOf('pods')['c'] === 'synced',
      40_000,
    );
    await mirror.untilEqual();
  });

  test('is a user of everything once that is allowed: nothing flickers, and the scopes of namespaces go in one step', async () => {
    await start();
    allowAll();
    mirror.state.delete('configmaps', { namespace: 'a', name: 'z' });
    await mirror.until('one scope is left', () => Object.keys(scopes()).length === 1, 1_000_000);
    await mirror.untilEqual();
    expect(mirror.said('configmaps')).toBe(watched);
    expect(mirror.keys('configmaps').filter((key) => /^[abc]\//.test(key))).toHaveLength(8);
    expect(mirror.rows("select key, cause from tombstone where key not like 'kube%'")).toEqual([
      { key: 'a/z', cause: 'event' },
    ]);
    mirror.state.patch('configmaps', { namespace: 'c', name: 'x' }, { data: { key: 'changed' } });
    await mirror.advance(1_000);
    expect(mirror.rows("select key, operation from change where key like 'c/%'")).toEqual([
      { key: 'c/x', operation: 'updated' },
    ]);
  });

  test('loses nothing that happens while the list of all is under way', async () => {
    await start({
      prepare: () => {
        for (let index = 0; index < 600; index += 1) make('configmaps', `c/many-${index}`);
      },
    });
    allowAll();
    mirror.faults.onRequest(({ path, query }) =>
      path === '/api/v1/configmaps' && query.has('continue') ? { kind: 'delay', delayMs: 5_000 } : undefined,
    );
    const isListing = (): boolean => mirror.status('configmaps').phase === 'listing';
    await mirror.until('the list of all runs', isListing, 1_000_000);
    make('configmaps', 'a/new');
    mirror.state.patch('configmaps', { namespace: 'a', name: 'x' }, { data: { key: 'changed' } });
    mirror.state.delete('configmaps', { namespace: 'b', name: 'y' });
    await mirror.advance(1_000);
    expect(isListing()).toBe(true);
    await mirror.until('one scope is left', () => Object.keys(scopes()).length === 1, 60_000);
    await mirror.untilEqual();
    expect(mirror.rows("select key, cause from tombstone where key not like 'kube%'")).toEqual([
      { key: 'b/y', cause: 'event' },
    ]);
  });

  test('goes on with single namespaces where the list of all is allowed but fails', async () => {
    await start();
    allowAll();
    mirror.faults.onRequest(({ path, query }) =>
      path === '/api/v1/configmaps' && query.get('limit') !== '1' && !query.has('watch')
        ? { kind: 'answer', status: 500, body: '{}' }
        : undefined,
    );
    await mirror.until('the list of all is tried', () => mirror.said('configmaps').includes('server-error'), 1_000_000);
    await mirror.advance(5_000);
    mirror.state.patch('configmaps', { namespace: 'a', name: 'x' }, { data: { key: 'changed' } });
    await mirror.advance(60_000);
    expect(mirror.differences().filter((line) => line.includes(' in '))).toEqual([]);
    expect(scopes()['a']).toBe('synced');
    mirror.faults.clear();
    await mirror.until('one scope is left', () => Object.keys(scopes()).length === 1, 1_000_000);
    await mirror.untilEqual();
  });
});

describe('53: a permission that is lost in one namespace', () => {
  const revokeB = (): void => {
    mirror.state.access.revoke('viewer');
    allowNamespaces();
    allowIn(['a']);
  };

  test('hides the rows there, takes Secrets off the disk, and harms no other scope', async () => {
    await start();
    revokeB();
    await mirror.until(
      'b is refused',
      () => scopes()['b'] === 'denied' && mirror.scopesOf('secrets')['b'] === 'denied',
    );
    expect(mirror.said('configmaps', 'a')).toBe(watched);
    expect(mirror.toldOf('configmaps/a', mark)).toEqual([]);
    expect(mirror.keys('configmaps')).toHaveLength(6);
    expect(mirror.keys('secrets')).toEqual(['a/secret-of-a']);
    expect(mirror.isOnDisk('secret-of-a')).toBe(true);
    expect(mirror.isOnDisk('secret-of-b')).toBe(false);
    allowIn(['b']);
    mirror.state.delete('configmaps', { namespace: 'b', name: 'x' });
    await mirror.until('b is back', () => scopes()['b'] === 'synced', 800_000);
    await mirror.untilEqual();
    expect(mirror.keys('secrets')).toEqual(['a/secret-of-a', 'b/secret-of-b']);
  });

  test('erases the types that the configuration names, and no other', async () => {
    await start({ settings: { eraseWhenDenied: ['configmaps'] } });
    mirror.state.patch('configmaps', { namespace: 'b', name: 'x' }, { metadata: { labels: { team: 'keepers' } } });
    mirror.state.delete('configmaps', { namespace: 'b', name: 'y' });
    await mirror.advance(1_000);
    expect(mirror.isOnDisk('keepers')).toBe(true);
    revokeB();
    await mirror.until(
      'b is refused',
      () => scopes()['b'] === 'denied' && mirror.scopesOf('secrets')['b'] === 'denied',
    );
    expect(mirror.keys('configmaps')).toEqual(['a/x', 'a/y', 'a/z']);
    expect(mirror.rows("select key from tombstone where key like 'b/%' union select key from change")).toEqual([]);
    expect(mirror.isOnDisk('keepers')).toBe(false);
    expect(mirror.keys('secrets')).toEqual(['a/secret-of-a', 'b/secret-of-b']);
  });

  test('erases large objects that were changed often as well', async () => {
    const long = (marker: string): string => `${marker}-`.repeat(1_500);
    const at = (index: number) => ({ namespace: 'b', name: `large-${index}` });
    await start();
    for (let index = 0; index < 40; index += 1)
      mirror.state.create('secrets', { metadata: { ...at(index), annotations: { note: long('hoarded') } } });
    for (let round = 0; round < 5; round += 1) {
      for (let index = 0; index < 40; index += 1)
        mirror.state.patch('secrets', at(index), { metadata: { annotations: { note: long(`hoarded${round}`) } } });
      for (let index = round; index < 40; index += 7) mirror.state.delete('secrets', at(index));
      for (let index = round; index < 40; index += 7)
        mirror.state.create('secrets', { metadata: { ...at(index), annotations: { note: long('hoarded') } } });
      await mirror.advance(1_000);
    }
    expect(mirror.isOnDisk('hoarded')).toBe(true);
    revokeB();
    await mirror.until('b is refused', () => mirror.scopesOf('secrets')['b'] === 'denied');
    expect(mirror.isOnDisk('hoarded')).toBe(false);
  });

  test('is taken for no loss where all was lost and some of it came back', async () => {
    mirror = await SimulatedMirror.start({
      user: 'viewer',
      prepare: (made) => {
        mirror = made;
        for (const name of ['a', 'b']) made.state.create('namespaces', { metadata: { name } });
        for (const key of ['a/x', 'a/y', 'b/x', 'b/y']) make('configmaps', key);
        allowAll();
      },
    });
    await mirror.untilEqual();
    mirror.state.access.revoke('viewer');
    allowNamespaces();
    allowIn(['a']);
    mirror.state.delete('configmaps', { namespace: 'b', name: 'x' });
    await mirror.until('a is live', () => scopes()['a'] === 'synced', 1_500_000);
    mirror.state.delete('configmaps', { namespace: 'a', name: 'y' });
    mirror.state.patch('configmaps', { namespace: 'a', name: 'x' }, { data: { key: 'changed' } });
    await mirror.untilEqual();
    expect(scopes()['']).toBe('denied');
    expect(mirror.keys('configmaps').filter((key) => /^[ab]/.test(key))).toEqual(['a/x', 'b/y']);
    allowAll();
    await mirror.until('one scope is left', () => Object.keys(scopes()).length === 1, 1_500_000);
    await mirror.untilEqual();
  });
});

describe('54: a namespace that is deleted', () => {
  test('has its scopes listed once more and dropped, with the end of every object told once', async () => {
    await start();
    for (const name of ['x', 'y', 'z']) mirror.state.delete('configmaps', { namespace: 'b', name });
    mirror.state.delete('secrets', { namespace: 'b', name: 'secret-of-b' });
    endNamespace('b');
    await mirror.until('b has no scope', () => !('b' in scopes()) && !('b' in mirror.scopesOf('secrets')), 60_000);
    expect(mirror.lists(mark)).toContain('configmaps namespace-gone full');
    expect(mirror.rows("select key, cause from tombstone where key like 'b/%' order by key")).toEqual(
      ['secret-of-b', 'x', 'y', 'z'].map((name) => ({ key: `b/${name}`, cause: 'event' })),
    );
    await mirror.untilEqual();
    mirror.state.create('namespaces', { metadata: { name: 'b' } });
    make('configmaps', 'b/new');
    await mirror.until('b is back', () => scopes()['b'] === 'synced', 60_000);
    await mirror.untilEqual();
  });

  test('has its scopes dropped where the permission went with it and the objects were not told', async () => {
    await start();
    mirror.state.access.revoke('viewer');
    allowNamespaces();
    allowIn(['a']);
    mirror.faults.onRequest(({ path, query }) =>
      path.includes('/namespaces/b/') && query.has('watch') ? { kind: 'hang', before: 'headers' } : undefined,
    );
    endNamespace('b');
    await mirror.until('b has no scope', () => !('b' in scopes()), 200_000);
    expect(mirror.rows("select key, cause from tombstone where key = 'b/x'")).toEqual([{ key: 'b/x', cause: 'purge' }]);
  });

  test('is believed only where the namespaces may be listed', async () => {
    await start();
    mirror.state.access.revoke('viewer');
    allowIn(['a', 'b']);
    await mirror.until('namespaces are refused', () => mirror.status('namespaces').phase === 'denied');
    endNamespace('b');
    await mirror.advance(1_000_000);
    expect(scopes()['b']).toBe('synced');
    expect(mirror.keys('configmaps')).toHaveLength(6);
  });

  test('is told by the projects of OpenShift where namespaces may not be listed', async () => {
    const project = { group: 'project.openshift.io', singular: 'project', namespaced: false, extraFieldCount: 0 };
    const definitions = 'customresourcedefinitions.apiextensions.k8s.io';
    await start({
      types: [...fewTypes, definitions],
      prepare: ({ state }) => {
        state.create(definitions, crdBody(project));
        for (const name of ['a', 'b']) state.create(crdName(project), { metadata: { name } });
        state.access.revoke('viewer');
        allowIn(['a', 'b']);
        state.allow('viewer', { verbs: everything, resources: ['projects', 'customresourcedefinitions'] });
      },
    });
    await mirror.until('there is a scope for each', () => scopes()['b'] === 'synced');
    expect(mirror.keys('configmaps')).toHaveLength(6);
    allowIn(['c']);
    mirror.state.create(crdName(project), { metadata: { name: 'c' } });
    await mirror.until('there is one for a new project', () => scopes()['c'] === 'synced');
    for (const name of ['x', 'y', 'z']) mirror.state.delete('configmaps', { namespace: 'b', name });
    mirror.state.delete(crdName(project), { name: 'b' });
    await mirror.until('there is none for one that is gone', () => !('b' in scopes()));
    expect(Object.keys(scopes())).toEqual(expect.arrayContaining(['', 'a', 'c']));
  });

  test('leaves a scope whose list is not empty alone', async () => {
    await start();
    endNamespace('b');
    await mirror.advance(400_000);
    expect(scopes()['b']).toBe('synced');
    for (const name of ['x', 'y', 'z']) mirror.state.delete('configmaps', { namespace: 'b', name });
    await mirror.until('b has no scope', () => !('b' in scopes()), 400_000);
  });
});

describe('75: a server that refuses everybody while it starts', () => {
  test('costs no scope of a namespace a row, Secrets included', async () => {
    await start();
    const before = [mirror.keys('configmaps'), mirror.keys('secrets'), scopes()];
    mirror.state.restartApiServer();
    const began = mirror.clock.monotonic();
    const isStarting = (): boolean => mirror.clock.monotonic() - began < 20_000;
    mirror.faults.onRequest(({ path }) => {
      if (!isStarting()) return undefined;
      if (path === '/readyz') return { kind: 'answer', status: 500, body: 'not yet' };
      return { kind: 'answer', status: 403, body: JSON.stringify({ kind: 'Status', code: 403, reason: 'Forbidden' }) };
    });
    await mirror.advance(60_000);
    await mirror.untilEqual();
    expect([mirror.keys('configmaps'), mirror.keys('secrets'), scopes()]).toEqual(before);
    expect(mirror.rows('select count(*) as count from tombstone')).toEqual([{ count: 0 }]);
  });
});

describe('a context with chosen namespaces', () => {
  const others = (): readonly string[] => mirror.keys('configmaps').filter((key) => !key.startsWith('a/'));

  test('has these alone, whatever else may be read', async () => {
    await start({ settings: { namespaces: ['a', 'later'] }, prepare: () => allowAll() });
    expect(scopes()).toEqual({ a: 'synced', later: 'synced' });
    expect(mirror.keys('configmaps')).toEqual(['a/x', 'a/y', 'a/z']);
    expect(mirror.said('namespaces')).toBe(watched);
    mirror.state.create('namespaces', { metadata: { name: 'later' } });
    make('configmaps', 'later/x');
    await mirror.advance(1_000);
    expect(mirror.keys('configmaps')).toContain('later/x');
    const asked = mirror.requests({ requestCount: 0, lineCount: 0, toldCount: 0 });
    // Revision counters are compared by lists of one object.
    const lists = asked.filter(({ path, query }) => path.endsWith('/configmaps') && query.get('limit') !== '1');
    expect(new Set(lists.map(({ path }) => path.split('/')[4]))).toEqual(new Set(['a', 'later']));
  });

  test('lets go of all others when it is chosen, and takes them in again when it is not', async () => {
    await start({ prepare: () => allowAll() });
    // What was let go of and comes back stands in the change log twice.
    known = { reshaped: true };
    expect(others()).not.toEqual([]);
    await mirror.stopProcess();
    mirror.settings = { namespaces: ['a'] };
    await mirror.open();
    await mirror.until('a is live', () => scopes()['a'] === 'synced');
    expect([scopes(), others()]).toEqual([{ a: 'synced' }, []]);
    expect(mirror.rows("select cause from tombstone where key = 'b/x'")).toEqual([{ cause: 'purge' }]);
    await mirror.stopProcess();
    mirror.settings = {};
    await mirror.open();
    await mirror.until('one scope is left', () => Object.keys(scopes()).join() === '');
    await mirror.untilEqual();
    expect(others()).not.toEqual([]);
  });
});

/** Scopes of the namespaces that every cluster has. */
function systemRefused(): Readonly<Record<string, string>> {
  const own = ['a', 'b', 'c', ''];
  return Object.fromEntries(Object.keys(scopes()).flatMap((name) => (own.includes(name) ? [] : [[name, 'denied']])));
}
