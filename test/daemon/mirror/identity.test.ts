import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import type { ClusterState } from '../../../src/simulator/cluster-state.ts';
import { startSimulator, type Simulator } from '../../../src/simulator/simulator.ts';
import { createSeededRandom } from '../../support/seeded-random.ts';
import { SimulatedMirror } from '../../support/simulated-mirror.ts';
import { withStore } from '../../support/stored-mirror.ts';

let mirror: SimulatedMirror;
let other: Simulator;

const at = (name: string) => ({ namespace: 'default', name });

function make(state: ClusterState, names: readonly string[]): void {
  for (const name of names) state.create('configmaps', { metadata: at(name), data: { key: name } });
}

/** A mirror of one cluster, and another cluster that is further in its history and has other objects. */
async function startBoth(): Promise<void> {
  mirror = await SimulatedMirror.start({
    behindFront: true,
    prepare: (made) => make(made.state, ['mine-1', 'mine-2', 'both']),
  });
  const random = createSeededRandom(99);
  other = await startSimulator({ clock: mirror.clock, random: () => random.next() });
  make(other.state, ['theirs-1', 'theirs-2', 'theirs-3', 'both']);
  for (let index = 0; index < 30; index += 1)
    other.state.patch('configmaps', at('both'), { data: { index: String(index) } });
  await mirror.untilEqual();
  await mirror.advance(30_000);
}

/** From now on the other cluster answers, to new connections. */
const swap = (): void => {
  mirror.front.target = other.url;
};

const isAside = (): boolean => asideFiles().length > 0;

/** The stores that were set aside. */
function asideFiles(): readonly string[] {
  const folder = join(mirror.dataDir, 'mirrors');
  return readdirSync(folder).flatMap((name) => (name.includes('quarantined') ? [join(folder, name, 'mirror.db')] : []));
}

/** Keys of ConfigMaps in a store, with tombstones. */
const keysIn = (file: string): unknown =>
  withStore(file, (database) => ({
    objects: database
      .prepare(
        "select key from object join resource_type on resource_type.id = type_id where resource = 'configmaps' order by key",
      )
      .pluck()
      .all(),
    tombstones: database.prepare('select key from tombstone').pluck().all(),
    deletions: database.prepare("select key from change where operation = 'deleted'").pluck().all(),
  }));

const mine = { objects: ['default/both', 'default/mine-1', 'default/mine-2'], tombstones: [], deletions: [] };
const theirs = {
  objects: ['default/both', 'default/theirs-1', 'default/theirs-2', 'default/theirs-3'],
  tombstones: [],
  deletions: [],
};

/** The old store is set aside as it was, and the fresh one has the other cluster and nothing else. */
async function expectQuarantine(): Promise<void> {
  await mirror.until('the old store is set aside', isAside);
  await mirror.untilLive();
  expect(asideFiles().map(keysIn)).toEqual([mine]);
  expect(keysIn(mirror.file)).toEqual(theirs);
  expect(mirror.rows('select cluster_uid from mirror')).toEqual([
    { cluster_uid: other.state.get('namespaces', { name: 'kube-system' }).metadata.uid },
  ]);
}

afterEach(async () => {
  await mirror.stop();
  await other.stop();
});

describe('another cluster behind the same context', () => {
  test('55: has the store of the first set aside untouched, and a fresh one', async () => {
    await startBoth();
    swap();
    mirror.front.cut();
    await expectQuarantine();
    const reasons = mirror.log.filter(({ reason }) => reason === 'quarantined').map(({ msg }) => msg);
    expect(reasons).toEqual(['another cluster answers behind this context', 'store set aside']);
  });

  test('55: that took over while no process ran', async () => {
    await startBoth();
    await mirror.stopProcess();
    swap();
    await mirror.open();
    await expectQuarantine();
  });

  test('55: that took over while navi waited for the first to come back', async () => {
    await startBoth();
    await mirror.front.leave();
    await mirror.advance(60_000);
    swap();
    await mirror.front.return();
    await expectQuarantine();
  });

  test('55: whose store is younger is no restored one', async () => {
    await startBoth();
    await mirror.stopProcess();
    for (let index = 0; index < 100; index += 1)
      mirror.state.patch('configmaps', at('both'), { data: { index: String(index) } });
    await mirror.open();
    await mirror.untilEqual();
    expect(mirror.state.revision).toBeGreaterThan(other.state.revision);
    swap();
    mirror.front.cut();
    await mirror.until('the old store is set aside', isAside);
    await mirror.untilLive();
    expect(keysIn(mirror.file)).toEqual(theirs);
  });

  test.each([
    ['a watch was opened', 'watch'],
    ['a list was asked for', 'list'],
  ])(
    '56: that took over between the check and the moment at which %s gets no row into the store',
    async (_what, verb) => {
      await startBoth();
      mirror.state.store.advance(5);
      if (verb === 'list') mirror.state.restartApiServer();
      const ask = verb === 'list' ? 'list' : 'watch';
      let asked = 0;
      // The check that went before was answered by the first cluster; this very request goes to the other one.
      mirror.faults.onRequest(({ verb: seen, type, query }) => {
        if (seen !== ask || type !== 'configmaps' || query.get('limit') === '1') return undefined;
        asked += 1;
        swap();
        return { kind: 'reset' };
      });
      if (verb === 'watch') mirror.front.cut();
      await mirror.until('it is asked', () => asked > 0);
      for (const name of ['theirs-1', 'theirs-2'])
        other.state.patch('configmaps', at(name), { data: { key: 'again' } });
      await expectQuarantine();
    },
  );

  test('56: that answers lists while checks still reach the first: nothing is deleted for what it lacks', async () => {
    await startBoth();
    mirror.state.store.advance(5);
    mirror.state.restartApiServer();
    mirror.front.cut();
    swap();
    await expectQuarantine();
  });
});
