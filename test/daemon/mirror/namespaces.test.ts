import { afterEach, describe, expect, test } from 'vitest';
import { SimulatedMirror, type SimulatedMirrorOptions } from '../../support/simulated-mirror.ts';

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

const allowNamespaces = (): void =>
  mirror.state.allow('viewer', { verbs: everything, resources: ['namespaces'], groups: [''] });
const allowIn = (namespaces: readonly string[], verbs: readonly string[] = everything): void =>
  mirror.state.allow('viewer', { verbs, namespaces });
const allowAll = (): void => mirror.state.allow('viewer', { verbs: everything });

const scopes = (type = 'configmaps'): Readonly<Record<string, string>> => mirror.scopesOf(type);

afterEach(() => mirror.checkAndStop());

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

/** Scopes of the namespaces that every cluster has. */
function systemRefused(): Readonly<Record<string, string>> {
  const own = ['a', 'b', 'c', ''];
  return Object.fromEntries(Object.keys(scopes()).flatMap((name) => (own.includes(name) ? [] : [[name, 'denied']])));
}
