import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { SimulatedMirror, type SimulatedMirrorOptions } from '../../support/simulated-mirror.ts';

let mirror: SimulatedMirror;
let mark: ReturnType<SimulatedMirror['mark']>;

const at = (name: string) => ({ namespace: 'default', name });
const secretValue = 'correct-horse-battery-staple';
const secretBase64 = Buffer.from(secretValue).toString('base64');

const makeSecret = (name: string): void => {
  const applied = JSON.stringify({ kind: 'Secret', data: { password: secretBase64 } });
  mirror.state.create('secrets', {
    metadata: { ...at(name), annotations: { 'kubectl.kubernetes.io/last-applied-configuration': applied } },
    data: { password: secretBase64 },
    stringData: { password: secretValue },
    type: 'Opaque',
  });
};

/** A mirror of what `viewer` may read: everything with the verbs given. */
async function startAs(verbs: readonly string[], options: SimulatedMirrorOptions = {}): Promise<void> {
  mirror = await SimulatedMirror.start({
    ...options,
    user: 'viewer',
    prepare: (made) => {
      mirror = made;
      made.state.allow('viewer', { verbs });
      for (const name of ['a', 'b', 'c']) made.state.create('configmaps', { metadata: at(name), data: { key: name } });
      makeSecret('s1');
      makeSecret('s2');
    },
  });
  await mirror.untilEqual();
  mark = mirror.mark();
}

const everything = ['get', 'list', 'watch'];

afterEach(() => mirror.checkAndStop());

describe('51: a user who may list but not watch', () => {
  test('has every type polled, with what happened in between', async () => {
    await startAs(['get', 'list']);
    expect(mirror.said('configmaps')).toBe('polling healthy none');
    mirror.state.patch('configmaps', at('a'), { data: { key: 'changed' } });
    mirror.state.delete('configmaps', at('b'));
    await mirror.advance(400_000);
    expect(mirror.differences()).toEqual([]);
    expect(mirror.said('configmaps')).toBe('polling healthy none');
    expect(mirror.rows('select cause from tombstone')).toEqual([{ cause: 'sweep' }]);
    const polls = mirror.lists(mark).filter((line) => line.startsWith('configmaps '));
    expect(polls.every((line) => line === 'configmaps poll full')).toBe(true);
    expect(polls.length).toBeLessThanOrEqual(400_000 / 24_000);
  });

  test('has them watched within a quarter of an hour once that is allowed', async () => {
    await startAs(['get', 'list']);
    mirror.state.allow('viewer', { verbs: ['watch'] });
    await mirror.until('it is watched', () => mirror.said('configmaps') === 'watching healthy none', 1_000_000);
  });

  test('of one type has only that one polled', async () => {
    mirror = await SimulatedMirror.start({
      user: 'viewer',
      prepare: (made) => {
        mirror = made;
        made.state.allow('viewer', { verbs: ['get', 'list'] });
        made.state.allow('viewer', { verbs: ['watch'], resources: ['pods', 'events', 'configmaps', 'namespaces'] });
      },
    });
    await mirror.untilLive();
    expect(mirror.said('pods')).toBe('watching healthy none');
    expect(mirror.said('deployments.apps')).toBe('polling healthy none');
  });
});

describe('53: a permission that is revoked', () => {
  test('is noticed when the streams end: rows are hidden, Secrets are gone, until it is back', async () => {
    await startAs(everything);
    mirror.state.access.revoke('viewer');
    await mirror.advance(30_000);
    mirror.state.patch('configmaps', at('a'), { data: { key: 'still told' } });
    await mirror.advance(1_000);
    expect(mirror.differences()).toEqual([]);
    await mirror.until(
      'all is denied',
      () =>
        mirror.said('configmaps') === 'stopped unhealthy forbidden' &&
        mirror.said('secrets') === 'stopped unhealthy forbidden',
    );
    expect(mirror.status('configmaps').phase).toBe('denied');
    expect(mirror.status('configmaps').last_error).toContain('cannot list resource "configmaps"');
    expect(mirror.keys('configmaps')).toHaveLength(3);
    expect(mirror.keys('secrets')).toEqual([]);
    expect(mirror.toldOf('configmaps', mark)).toContain('watching unhealthy forbidden');
    mark = mirror.mark();
    await mirror.advance(3_600_000);
    expect(mirror.listRequests(mark, 'configmaps').length).toBeLessThanOrEqual(9);
    expect(mirror.rows('select count(*) as count from tombstone where key like ?', 'default/s%')).toEqual([
      { count: 0 },
    ]);

    mirror.state.delete('configmaps', at('c'));
    mirror.state.allow('viewer', { verbs: everything });
    const areBack = (): boolean =>
      ['configmaps', 'secrets'].every((type) => mirror.said(type) === 'watching healthy none');
    await mirror.until('they are back', areBack, 1_000_000);
    expect(mirror.keys('secrets')).toEqual(['default/s1', 'default/s2']);

    // Heartbeats are of etcd again: only they notice a store that was restored.
    await mirror.advance(700_000);
    mark = mirror.mark();
    await mirror.advance(64_000);
    expect(mirror.requests(mark).some(({ path, query }) => path === '/api/v1/events' && query.has('limit'))).toBe(true);
  });

  test('for one type hides that one alone', async () => {
    await startAs(everything);
    mirror.state.access.revoke('viewer');
    mirror.state.allow('viewer', { verbs: everything, resources: ['configmaps', 'events', 'namespaces', 'pods'] });
    await mirror.until('Secrets are denied', () => mirror.said('secrets') === 'stopped unhealthy forbidden');
    expect(mirror.keys('secrets')).toEqual([]);
    expect(mirror.said('configmaps')).toBe('watching healthy none');
    expect(mirror.saidOfCluster()).toBe('healthy none');
  });

  test('while no process ran hides the rows as well', async () => {
    await startAs(everything);
    await mirror.stopProcess();
    mirror.state.access.revoke('viewer');
    await mirror.open();
    await mirror.until('all is denied', () => mirror.status('secrets').phase === 'denied', 600_000);
    expect(mirror.keys('secrets')).toEqual([]);
    expect(mirror.keys('configmaps')).toHaveLength(3);
  });
});

describe('67: the value of a Secret', () => {
  /** Every byte of every file of the data directory. */
  const bytesOnDisk = (): readonly Buffer[] =>
    readdirSync(mirror.dataDir, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => readFileSync(join(entry.parentPath, entry.name)));
  const isAnywhere = (text: string): boolean =>
    bytesOnDisk().some((bytes) => bytes.includes(text)) || JSON.stringify(mirror.log).includes(text);

  test('is nowhere in store, write-ahead log and log lines: listed, watched, changed, deleted, listed again', async () => {
    await startAs(everything);
    expect(isAnywhere('default/s1')).toBe(true);
    makeSecret('s3');
    mirror.state.patch('secrets', at('s1'), {
      data: { other: secretBase64 },
      metadata: { labels: { changed: 'yes' } },
    });
    mirror.state.delete('secrets', at('s2'));
    await mirror.advance(1_000);
    expect([isAnywhere(secretValue), isAnywhere(secretBase64)]).toEqual([false, false]);
    mirror.state.store.advance(5);
    mirror.state.restartApiServer();
    await mirror.untilEqual();
    expect(mirror.keys('secrets')).toEqual(['default/s1', 'default/s3']);
    await mirror.kill();
    await mirror.untilEqual();
    expect([isAnywhere(secretValue), isAnywhere(secretBase64)]).toEqual([false, false]);
    const asked = mirror.requests({ requestCount: 0, lineCount: 0, toldCount: 0 });
    const forSecrets = asked.filter(({ path }) => path.endsWith('/secrets'));
    expect(forSecrets.every(({ accept }) => accept?.includes('as=Table') === true)).toBe(true);
  });
});
