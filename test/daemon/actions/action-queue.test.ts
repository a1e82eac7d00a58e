import { rmSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Action } from '../../../src/core/action/action.ts';
import { asObject, asString } from '../../../src/core/json.ts';
import { ActionQueue } from '../../../src/daemon/actions/action-queue.ts';
import { userFile } from '../../../src/store/data-directory.ts';
import { ActionTable, type StoredAction } from '../../../src/store/action-table.ts';
import { openUserReader, openUserWriter } from '../../../src/store/user-store.ts';
import { fakeClock } from '../../support/fake-clock.ts';
import { amountOf } from '../../support/long-run.ts';
import { temporaryDirectory } from '../../support/temporary-mirror.ts';
import { actionUpon, Killed, ModelCluster, type Fate } from './model-cluster.ts';

let directory: string;
let file: string;
const clock = fakeClock();
const silent = { debug() {}, info() {}, warn() {}, error() {}, child: () => silent };

beforeEach(() => {
  directory = temporaryDirectory();
  file = userFile(join(directory, 'data'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

async function queue(action: Action, expiresAtMs = clock.now() + 60_000): Promise<number> {
  const writer = await openUserWriter(file);
  try {
    return writer.change((tables) =>
      tables.of(ActionTable).add({
        mirrorId: 'm',
        clusterUid: 'c',
        context: 'test',
        headers: {},
        action,
        diff: '',
        createdAtMs: clock.now(),
        expiresAtMs,
      }),
    );
  } finally {
    writer.close();
  }
}

function entryOf(id: number): StoredAction {
  const reader = openUserReader(file);
  const entry = reader?.read((tables) => tables.of(ActionTable).find(id));
  reader?.close();
  if (entry === undefined) throw new Error(`no action ${id}`);
  return entry;
}

/** One process: what it does until it is killed, or has nothing to do. */
async function run(cluster: ModelCluster, fate: () => Fate, clusterUid = 'c'): Promise<void> {
  const actions = new ActionQueue(file, clock);
  const parts = { mirrorId: 'm', clusterUid, port: () => cluster.port(fate), log: silent };
  await actions.run(parts).catch((error: unknown) => {
    if (!(error instanceof Killed)) throw error;
  });
}

const always = (fate: Fate) => () => fate;

function valueOf(cluster: ModelCluster): string {
  return asString(asObject(cluster.object?.['data'])['value']);
}

describe('a queued action', () => {
  test('is carried out once, and is done', async () => {
    const cluster = new ModelCluster('a');
    const id = await queue(actionUpon(cluster, 'b'));
    await run(cluster, always('arrives'));
    await run(cluster, always('arrives'));
    expect([entryOf(id).state, valueOf(cluster), cluster.carriedOutCount]).toEqual(['done', 'b', 1]);
  });

  test('is a conflict where somebody changed what it changes, with the object as it is now', async () => {
    const cluster = new ModelCluster('a');
    const id = await queue(actionUpon(cluster, 'b'));
    cluster.edit('value', 'c');
    await run(cluster, always('arrives'));
    const { state, outcome } = entryOf(id);
    expect([state, cluster.carriedOutCount, valueOf(cluster)]).toEqual(['conflict', 0, 'c']);
    expect(outcome).toMatchObject({ reason: 'changed', now: { data: { value: 'c' } } });
  });

  test('goes on where somebody changed something else', async () => {
    const cluster = new ModelCluster('a');
    const id = await queue(actionUpon(cluster, 'b'));
    cluster.edit('other', 'c');
    await run(cluster, always('arrives'));
    expect([entryOf(id).state, cluster.object?.['data']]).toEqual(['done', { value: 'b', other: 'c' }]);
  });

  test('is a conflict where another object has its name, or none', async () => {
    for (const value of ['a', undefined]) {
      const cluster = new ModelCluster('a');
      const id = await queue(actionUpon(cluster, 'b'));
      cluster.replace(value);
      await run(cluster, always('arrives'));
      expect([entryOf(id).state, cluster.carriedOutCount]).toEqual(['conflict', 0]);
    }
  });

  test('is a conflict where another cluster answers, and nothing is sent', async () => {
    const cluster = new ModelCluster('a');
    const id = await queue(actionUpon(cluster, 'b'));
    await run(cluster, always('arrives'), 'another');
    expect([entryOf(id).state, cluster.carriedOutCount]).toEqual(['conflict', 0]);
  });

  test('expires where nothing was sent in time', async () => {
    const cluster = new ModelCluster('a');
    const id = await queue(actionUpon(cluster, 'b'), clock.now());
    await run(cluster, always('arrives'));
    expect([entryOf(id).state, cluster.carriedOutCount]).toEqual(['expired', 0]);
  });

  test('waits where the cluster is away, and says why', async () => {
    const cluster = new ModelCluster('a');
    const id = await queue(actionUpon(cluster, 'b'));
    cluster.isAway = true;
    await run(cluster, always('arrives'));
    expect(entryOf(id)).toMatchObject({ state: 'queued', problem: 'away' });
  });

  test('is sending on the disk before the first byte goes out', async () => {
    const cluster = new ModelCluster('a');
    const id = await queue(actionUpon(cluster, 'b'));
    let seen = '';
    await run(cluster, () => {
      seen = entryOf(id).state;
      return 'arrives';
    });
    expect(seen).toBe('sending');
  });

  test('that was sent is done where the object shows it, after a kill too', async () => {
    const cluster = new ModelCluster('a');
    const id = await queue(actionUpon(cluster, 'b'));
    await run(cluster, always('killed after'));
    expect(entryOf(id).state).toBe('sending');
    cluster.edit('other', 'c');
    await run(cluster, always('arrives'));
    expect([entryOf(id).state, cluster.carriedOutCount]).toEqual(['done', 1]);
  });

  test('is unknown where it may have been carried out and undone', async () => {
    const cluster = new ModelCluster('a');
    const id = await queue(actionUpon(cluster, 'b'));
    await run(cluster, always('killed after'));
    cluster.edit('value', 'a');
    await run(cluster, always('arrives'));
    expect([entryOf(id).state, cluster.carriedOutCount, valueOf(cluster)]).toEqual(['unknown', 1, 'a']);
  });

  test('is of one process: what another one has under way is not sent', async () => {
    const cluster = new ModelCluster('a');
    const id = await queue(actionUpon(cluster, 'b'));
    const writer = await openUserWriter(file);
    const claim = { upon: { resourceVersion: '10', generation: 0 }, nowMs: clock.now() };
    const claims = ['one', 'two'].map((by) => writer.change((tables) => tables.of(ActionTable).claim(id, by, claim)));
    writer.close();
    expect(claims).toEqual([true, false]);
  });
});

const fates: readonly Fate[] = [
  'arrives',
  'answer lost',
  'lost',
  'late',
  'after the late',
  'killed before',
  'killed after',
  'killed, late',
];
const step = fc.oneof(
  { weight: 5, arbitrary: fc.record({ run: fc.array(fc.constantFrom(...fates), { minLength: 1, maxLength: 4 }) }) },
  { weight: 2, arbitrary: fc.constantFrom('late' as const, 'away' as const, 'back' as const) },
  { weight: 1, arbitrary: fc.constantFrom('other' as const, 'value' as const, 'gone' as const, 'replaced' as const) },
);

describe('whatever happens', () => {
  test('an action is carried out at most once, never forced, and its end is told truly', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 8 }), fc.constantFrom('b', undefined), async (steps, after) => {
        const cluster = new ModelCluster('a');
        const id = await queue(actionUpon(cluster, after));
        let editCount = 0;
        for (const each of steps) {
          editCount += 1;
          if (each === 'late') cluster.deliverLate();
          else if (each === 'away' || each === 'back') cluster.isAway = each === 'away';
          else if (each === 'gone') cluster.replace(undefined);
          else if (each === 'replaced') cluster.replace('a');
          else if (each === 'other') cluster.edit('other', String(editCount));
          else if (each === 'value') cluster.edit('value', editCount % 2 === 0 ? 'a' : `c${editCount}`);
          else {
            const left = [...each.run];
            await run(cluster, () => left.shift() ?? 'arrives');
          }
        }
        cluster.isAway = false;
        await run(cluster, always('arrives'));
        const carriedOutByEnd = cluster.carriedOutCount;
        cluster.deliverLate();
        const { state } = entryOf(id);
        expect(cluster.forcedCount).toBe(0);
        expect(cluster.carriedOutCount).toBeLessThanOrEqual(1);
        expect(['done', 'conflict', 'unknown']).toContain(state);
        if (state === 'conflict') expect(cluster.carriedOutCount).toBe(0);
        // A deletion that another one was before is done as well.
        if (state === 'done' && after !== undefined) expect(carriedOutByEnd).toBe(1);
      }),
      { numRuns: amountOf(150, 500) },
    );
  });
});
