import { afterEach, describe, expect, test } from 'vitest';
import type { UsedType } from '../../../src/control/protocol.ts';
import { HistoryReader } from '../../../src/store/history-reader.ts';
import { openReader } from '../../../src/store/open-reader.ts';
import type { PastState } from '../../../src/store/rebuild-state.ts';
import { SimulatedMirror, type SimulatedMirrorOptions } from '../../support/simulated-mirror.ts';

let mirror: SimulatedMirror;

afterEach(() => mirror.checkAndStop());

const used = 'retrieval.configmaps = { mode = "used", idle = "5m" }';
const minute = 60_000;

async function start(options: SimulatedMirrorOptions = {}): Promise<void> {
  mirror = await SimulatedMirror.start({ configuration: used, ...options });
  await mirror.untilLive();
}

const create = (name: string): void => {
  mirror.state.create('configmaps', { metadata: { namespace: 'default', name }, data: { of: name } });
};

/** Asks as a command does, and lets time go on until the answer. */
async function ask(types: readonly string[], withinMs = minute): Promise<readonly UsedType[]> {
  const connection = new AbortController();
  let answer: readonly UsedType[] | undefined;
  let problem: unknown;
  mirror.mirror.use(types, { ended: connection.signal, purpose: 'question' }).then(
    (given) => (answer = given),
    (error: unknown) => (problem = error),
  );
  await mirror.until('it is answered', () => answer !== undefined || problem !== undefined, withinMs);
  if (problem !== undefined) throw new Error('it failed', { cause: problem });
  return answer ?? [];
}

/** The member that says which state of an object this is. */
function stepOf(state: PastState): string {
  if (state.kind !== 'state') return state.kind;
  const { data } = JSON.parse(state.body) as { readonly data: Readonly<Record<string, string>> };
  return data['step'] ?? '';
}

const use = (): unknown => mirror.mirror.live('').use;

describe('a type that is followed while it is asked for', () => {
  test('is not asked for before somebody does, and the answer waits for the first list', async () => {
    await start();
    create('a');
    await mirror.advance(10 * minute);
    const mark = mirror.mark();
    expect(mirror.scopesOf('configmaps')).toEqual({});
    expect(await ask(['configmaps', 'pods', 'nosuch'])).toEqual([{ type: 'configmaps', isHit: false, problem: null }]);
    expect(mirror.keys('configmaps')).toEqual(['default/a']);
    expect(mirror.lists(mark)).toEqual(['configmaps first-list full']);
    await mirror.untilLive();
    expect(await ask(['configmaps'])).toEqual([{ type: 'configmaps', isHit: true, problem: null }]);
    expect(use()).toEqual({ hitCount: 1, missCount: 1, evictionCount: 0, prefetchCount: 0 });
  });

  test('stops when nobody asked for a while, and goes on without a list', async () => {
    await start();
    create('a');
    await ask(['configmaps']);
    await mirror.advance(4 * minute);
    await ask(['configmaps']);
    await mirror.advance(4 * minute);
    expect(mirror.said('configmaps')).toBe('watching healthy none');
    await mirror.advance(minute + 1_000);
    expect(mirror.said('configmaps')).toBe('stopped degraded unused');
    expect(mirror.saidOfCluster()).toBe('healthy none');
    const { as_of: asOfMs } = mirror.status('configmaps');
    const mark = mirror.mark();
    create('b');
    await mirror.advance(5 * minute);
    expect(mirror.keys('configmaps')).toEqual(['default/a']);
    expect(mirror.status('configmaps').as_of).toBe(asOfMs);
    expect(mirror.watchRequests(mark, 'configmaps')).toEqual([]);

    expect(await ask(['configmaps'])).toEqual([{ type: 'configmaps', isHit: false, problem: null }]);
    expect(mirror.keys('configmaps')).toEqual(['default/a', 'default/b']);
    expect(mirror.said('configmaps')).toBe('watching healthy none');
    expect(mirror.lists(mark)).toEqual([]);
    expect(mirror.rows('select operation, key from change')).toEqual([{ operation: 'added', key: 'default/b' }]);
  });

  test('is listed again where its resume point is spent', async () => {
    await start();
    create('a');
    await ask(['configmaps']);
    await mirror.advance(6 * minute);
    create('b');
    mirror.state.renewCache('configmaps');
    const mark = mirror.mark();
    expect(await ask(['configmaps'])).toEqual([{ type: 'configmaps', isHit: false, problem: null }]);
    expect(mirror.keys('configmaps')).toEqual(['default/a', 'default/b']);
    expect(mirror.lists(mark).length).toBe(1);
  });

  test('stays in use for as long as somebody watches it', async () => {
    await start();
    const connection = new AbortController();
    void mirror.mirror.use(['configmaps'], { ended: connection.signal, purpose: 'watch' });
    await mirror.advance(30 * minute);
    expect(mirror.said('configmaps')).toBe('watching healthy none');
    // That is no question, and neither is another look.
    void mirror.mirror.use(['configmaps'], { ended: connection.signal, purpose: 'renewal' });
    expect(use()).toEqual({ hitCount: 0, missCount: 0, evictionCount: 0, prefetchCount: 0 });
    connection.abort();
    await mirror.advance(4 * minute);
    expect(mirror.said('configmaps')).toBe('watching healthy none');
    await mirror.advance(minute + 1_000);
    expect(mirror.said('configmaps')).toBe('stopped degraded unused');
  });

  test('tells why it cannot be current, and is followed once it can be', async () => {
    await start();
    create('a');
    await ask(['configmaps']);
    await mirror.advance(6 * minute);
    mirror.faults.always(() => true, { kind: 'reset' });
    await mirror.advance(3 * minute);
    const [answer] = await ask(['configmaps']);
    expect(answer?.problem).toMatch(/^disconnected/);
    expect(mirror.keys('configmaps')).toEqual(['default/a']);
    mirror.faults.clear();
    create('b');
    await mirror.untilEqual();
    expect(mirror.keys('configmaps')).toEqual(['default/a', 'default/b']);
  });

  test('is refused like any other, and a refusal is an answer', async () => {
    const everything = ['get', 'list', 'watch'];
    const resources = ['pods', 'events', 'namespaces', 'secrets', 'deployments', 'customresourcedefinitions'];
    await start({
      user: 'viewer',
      prepare: ({ state }) => state.allow('viewer', { verbs: everything, resources }),
    });
    create('a');
    expect(await ask(['configmaps'])).toEqual([{ type: 'configmaps', isHit: false, problem: null }]);
    expect(mirror.said('configmaps')).toBe('stopped unhealthy forbidden');
    await mirror.advance(6 * minute);
    // The refusal stays what is known of it, though nobody asks again.
    const mark = mirror.mark();
    await mirror.advance(60 * minute);
    expect(mirror.listRequests(mark, 'configmaps')).toEqual([]);
    expect(mirror.status('configmaps')).toMatchObject({ phase: 'denied', reason: 'forbidden' });
    mirror.state.allow('viewer', { verbs: everything });
    await ask(['configmaps']);
    expect(mirror.keys('configmaps')).toEqual(['default/a']);
  });

  test('has a scope for each chosen namespace, and the same ones when it is asked for again', async () => {
    await start({ settings: { namespaces: ['default', 'kube-system'] } });
    create('a');
    expect(await ask(['configmaps'])).toEqual([{ type: 'configmaps', isHit: false, problem: null }]);
    const scopes = { default: 'synced', 'kube-system': 'synced' };
    expect(mirror.scopesOf('configmaps')).toEqual(scopes);
    await mirror.advance(6 * minute);
    expect(mirror.said('configmaps', 'default')).toBe('stopped degraded unused');
    create('b');
    const mark = mirror.mark();
    expect(await ask(['configmaps'])).toEqual([{ type: 'configmaps', isHit: false, problem: null }]);
    expect(mirror.scopesOf('configmaps')).toEqual(scopes);
    expect(mirror.keys('configmaps')).toEqual(['default/a', 'default/b']);
    expect(mirror.lists(mark)).toEqual([]);
  });

  test('that the configuration names and the cluster lacks is told', async () => {
    await start({ configuration: `${used}\nretrieval.podz.mode = "used"` });
    expect(mirror.log.filter(({ level }) => level === 'warn').map(({ msg, type }) => `${msg}: ${type}`)).toEqual([
      'the configuration names a type that the cluster does not serve: podz',
    ]);
  });
});

describe('a restart', () => {
  test.each(['restart', 'kill'] as const)('(%s) goes on with what was in use, and with nothing else', async (how) => {
    const both = `${used}\nretrieval.secrets = { mode = "used", idle = "5m" }`;
    await start({ configuration: both });
    create('a');
    await ask(['secrets']);
    await mirror.advance(6 * minute);
    await ask(['configmaps']);
    await mirror.advance(minute);
    const mark = mirror.mark();
    await mirror[how]();
    await mirror.untilLive();
    expect(mirror.said('configmaps')).toBe('watching healthy none');
    expect(mirror.said('secrets')).toBe('stopped degraded unused');
    expect(mirror.lists(mark)).toEqual([]);
    await mirror.advance(5 * minute);
    expect(mirror.said('configmaps')).toBe('stopped degraded unused');
    expect(mirror.rows('select use_count from resource_type where used_at is not null order by resource')).toEqual([
      { use_count: 1 },
      { use_count: 1 },
    ]);
  });

  test('lists first what was asked for most', async () => {
    const types = ['configmaps', 'pods', 'secrets', 'deployments.apps'];
    const configuration = types.map((type) => `retrieval."${type}".mode = "used"`).join('\n');
    await start({ configuration: `${configuration}\nprefetch.related = false` });
    for (const [index, type] of types.entries())
      for (let count = 0; count <= (index * 7 + 2) % 4; count += 1) await ask([type]);
    await mirror.restart();
    await mirror.untilLive();
    const order = mirror.mirror.reflectors.toSorted((a, b) => a.scope.priority - b.scope.priority);
    expect(order.map(({ scope }) => scope.name)).toEqual([
      'customresourcedefinitions.apiextensions.k8s.io',
      'deployments.apps',
      'configmaps',
      'pods',
      'secrets',
      'namespaces',
      'events',
    ]);
  });
});

describe('bounds', () => {
  const types = ['configmaps', 'pods', 'secrets', 'deployments.apps'];
  const all = types.map((type) => `retrieval."${type}".mode = "used"`).join('\n');

  test('of what is followed at once: the least recently used one stops', async () => {
    await start({ configuration: `${all}\nretrieval_budget.followed = 2\nprefetch.related = false` });
    for (const type of ['configmaps', 'pods', 'configmaps', 'secrets']) {
      await ask([type]);
      await mirror.advance(1_000);
    }
    expect(mirror.said('configmaps')).toBe('watching healthy none');
    expect(mirror.said('pods')).toBe('stopped degraded unused');
    expect(mirror.said('secrets')).toBe('watching healthy none');
    expect(mirror.scopesOf('deployments.apps')).toEqual({});
    expect(use()).toEqual({ hitCount: 1, missCount: 3, evictionCount: 1, prefetchCount: 0 });
    // Who asks for more at once than are followed gets an answer all the same.
    expect((await ask(types)).map(({ problem }) => problem)).toEqual([null, null, null, null]);
    const following = types.filter((type) => mirror.said(type) === 'watching healthy none');
    expect(following.length).toBe(2);
  });

  test('of what lies on disk: the rows of the least recently used one go, and come back whole', async () => {
    await start({ configuration: `${all}\nretrieval_budget.unfollowed_size = "1Mi"\nprefetch.related = false` });
    for (let index = 0; index < 60; index += 1)
      mirror.state.create('configmaps', {
        metadata: { namespace: 'default', name: `large-${index}` },
        data: { text: 'x'.repeat(30_000) },
      });
    mirror.state.create('pods', { metadata: { namespace: 'default', name: 'p' }, spec: { containers: [] } });
    await ask(['configmaps']);
    mirror.state.delete('configmaps', { namespace: 'default', name: 'large-0' });
    await mirror.advance(minute);
    await ask(['pods']);
    await mirror.advance(16 * minute);
    await mirror.until('they are gone', () => mirror.keys('configmaps').length === 0);
    expect(mirror.keys('pods')).toEqual(['default/p']);
    expect(mirror.status('configmaps')).toMatchObject({
      complete: 0,
      resource_version: null,
      mode: 'stopped',
      reason: 'unused',
    });
    expect(mirror.rows('select * from tombstone')).toEqual([]);
    expect(use()).toMatchObject({ evictionCount: 1 });
    expect(await ask(['configmaps'])).toEqual([{ type: 'configmaps', isHit: false, problem: null }]);
    expect(mirror.keys('configmaps').length).toBe(59);
  });

  test('leave the history of what was let go as it was, and what comes later is told beside it', async () => {
    await start({ configuration: `${all}\nretrieval_budget.unfollowed_size = "1Mi"\nprefetch.related = false` });
    await ask(['configmaps']);
    const at = { namespace: 'default', name: 'a' };
    const text = 'x'.repeat(1_200_000);
    mirror.state.create('configmaps', { metadata: at, data: { text, step: 'made' } });
    await mirror.advance(minute);
    mirror.state.patch('configmaps', at, { data: { step: 'before' } });
    await mirror.advance(20 * minute);
    await mirror.until('it is gone', () => mirror.keys('configmaps').length === 0);
    mirror.state.patch('configmaps', at, { data: { step: 'unseen', other: 'y'.repeat(50_000) } });
    await ask(['configmaps']);
    await mirror.advance(minute);
    mirror.state.patch('configmaps', at, { data: { step: 'after' } });
    await mirror.advance(minute);
    const reader = openReader(mirror.file);
    const history = reader && HistoryReader.open(reader);
    const changes = history?.changes({ type: 'configmaps', key: 'default/a' }) ?? [];
    const steps = changes.map(({ operation, before, after }) => [operation, stepOf(before), stepOf(after)]);
    history?.close();
    reader?.close();
    expect(steps).toEqual([
      ['updated', 'made', 'before'],
      ['added', 'none', 'made'],
    ]);
  });
});

describe('what is asked for next', () => {
  const types = ['pods', 'events', 'deployments.apps', 'secrets'];
  const all = types.map((type) => `retrieval."${type}".mode = "used"`).join('\n');

  test('is followed as well, and is no question', async () => {
    await start({ configuration: all });
    await ask(['deployments.apps']);
    await mirror.untilLive();
    for (const type of ['deployments.apps', 'pods', 'events']) expect(mirror.said(type)).toBe('watching healthy none');
    expect(mirror.scopesOf('secrets')).toEqual({});
    await ask(['pods']);
    expect(use()).toEqual({ hitCount: 1, missCount: 1, evictionCount: 0, prefetchCount: 2 });
  });

  test('is not where there is no room, or where the configuration says so', async () => {
    await start({ configuration: `${all}\nretrieval_budget.followed = 2` });
    await ask(['deployments.apps']);
    await mirror.untilLive();
    expect(mirror.said('pods')).toBe('watching healthy none');
    expect(mirror.scopesOf('events')).toEqual({});
  });
});
