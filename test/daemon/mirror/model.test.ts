import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { StoreSnapshot } from '../../../src/simulator/etcd-store.ts';
import { cacheNotReady, starting, tooManyRequests, type Fault } from '../../../src/simulator/fault.ts';
import { crdBody, crdName, type SampleCrd } from '../../support/sample-crd.ts';
import { SimulatedMirror } from '../../support/simulated-mirror.ts';

const widgets: SampleCrd = { group: 'example.com', singular: 'widget', namespaced: true, extraFieldCount: 0 };
const types = ['configmaps', 'pods', 'secrets', 'events', crdName(widgets)] as const;
const nameCount = 6;

/** What happens to cluster, network or process. */
type Action =
  | { readonly kind: 'write' | 'delete' | 'replace'; readonly type: (typeof types)[number]; readonly name: number }
  /** So many changes of one object at once. */
  | { readonly kind: 'burst'; readonly count: number }
  | { readonly kind: 'wait'; readonly ms: number }
  | { readonly kind: 'cut' | 'restart' | 'kill' | 'compact' | 'edit-definition' }
  /** etcd as it was when the mirror started, under a new API server that nobody writes to before it is noticed. */
  | { readonly kind: 'restore' }
  | { readonly kind: 'restart-api-server'; readonly how: 'reset' | 'end' }
  /** The process is down while so many objects are written and deleted. */
  | { readonly kind: 'down'; readonly writes: number; readonly restartApiServer: boolean }
  | { readonly kind: 'fault'; readonly fault: Fault; readonly count: number };

const faults: readonly Fault[] = [
  { kind: 'reset' },
  { kind: 'answer', status: 500, body: { kind: 'Status', status: 'Failure', code: 500 } },
  { kind: 'truncate', afterBytes: 0, by: 'end' },
  { kind: 'truncate', afterBytes: 400, by: 'end' },
  { kind: 'truncate', afterBytes: 700, by: 'reset' },
  tooManyRequests(3),
  cacheNotReady(),
  starting(),
];

const write = fc.record({
  kind: fc.constantFrom('write', 'write', 'delete', 'replace'),
  type: fc.constantFrom(...types),
  name: fc.nat(nameCount - 1),
});

const action: fc.Arbitrary<Action> = fc.oneof(
  { weight: 10, arbitrary: write as fc.Arbitrary<Action> },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('burst'), count: fc.integer({ min: 2, max: 40 }) }) },
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constant('wait'), ms: fc.constantFrom(1, 20, 45, 600, 5_000, 70_000) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constantFrom('cut', 'restart', 'kill', 'kill', 'compact', 'edit-definition') }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('restart-api-server'), how: fc.constantFrom('reset', 'end') }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('restore') }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('down'),
      writes: fc.integer({ min: 1, max: 12 }),
      restartApiServer: fc.boolean(),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('fault'),
      fault: fc.constantFrom(...faults),
      count: fc.integer({ min: 1, max: 6 }),
    }),
  },
);

/** A mirror, what was done to its cluster, and every object that its store ever held. */
class Run {
  readonly mirror: SimulatedMirror;
  readonly #seen = new Map<string, string>();
  #counter = 0;
  #fieldCount = 0;
  #isRestored = false;
  readonly #snapshot: StoreSnapshot;
  /** More rows than a metadata-first list takes. */
  readonly isLarge: boolean;

  constructor(mirror: SimulatedMirror, isLarge: boolean) {
    this.mirror = mirror;
    this.isLarge = isLarge;
    this.#snapshot = mirror.state.snapshot();
  }

  async perform(step: Action): Promise<void> {
    const { mirror } = this;
    switch (step.kind) {
      case 'write':
      case 'delete':
      case 'replace':
        this.#write(step.kind, step.type, step.name);
        return;
      case 'burst':
        for (let index = 0; index < step.count; index += 1) this.#write('write', 'configmaps', index % 2);
        return;
      case 'wait':
        await mirror.advance(step.ms);
        return;
      case 'cut':
        mirror.front.cut();
        return;
      case 'restart':
        await mirror.restart();
        return;
      case 'kill':
        await mirror.kill();
        return;
      case 'compact':
        mirror.state.compact();
        return;
      case 'edit-definition':
        this.#fieldCount = (this.#fieldCount + 1) % 3;
        this.#putDefinition();
        return;
      case 'restart-api-server':
        mirror.state.restartApiServer(step.how);
        return;
      case 'restore':
        await this.#restore();
        return;
      case 'down':
        await this.#beDown(step);
        return;
      case 'fault':
        mirror.faults.times(step.count, () => true, step.fault);
    }
  }

  /** Notes what the store holds, and what it promises at this moment. */
  look(): readonly string[] {
    for (const { uid, key } of this.mirror.rows('select uid, key from object'))
      this.#seen.set(String(uid), String(key));
    return this.mirror.broken({ reshaped: true, ahead: this.isLarge, restored: this.#isRestored });
  }

  /** Objects that the store once held, that the cluster has no more, and that have not exactly one tombstone. */
  untoldDeletions(): readonly string[] {
    if (this.#isRestored) return [];
    const rows = this.mirror.rows('select uid from object');
    const stored = new Set(rows.map(({ uid }) => String(uid)));
    const tombstones = new Map<string, number>();
    for (const { uid } of this.mirror.rows('select uid from tombstone')) {
      tombstones.set(String(uid), (tombstones.get(String(uid)) ?? 0) + 1);
    }
    const deleted = [...this.#seen].filter(([uid]) => !stored.has(uid));
    return deleted.flatMap(([uid, key]) => (tombstones.get(uid) === 1 ? [] : [`${key} ${tombstones.get(uid) ?? 0}`]));
  }

  #write(kind: 'write' | 'delete' | 'replace', type: string, index: number): void {
    const { state } = this.mirror;
    const at = { namespace: 'default', name: `n${index}` };
    const exists = state.list(type).some(({ metadata }) => metadata.name === at.name);
    this.#counter += 1;
    if (kind !== 'write') {
      if (exists) state.delete(type, at);
      if (kind === 'delete') return;
    }
    const content = { metadata: { labels: { counter: String(this.#counter) } } };
    if (exists && kind === 'write') state.patch(type, at, content);
    else state.create(type, { metadata: { ...at, ...content.metadata } });
  }

  async #beDown(step: Action & { readonly kind: 'down' }): Promise<void> {
    const { mirror } = this;
    await mirror.stopProcess();
    for (let index = 0; index < step.writes; index += 1) {
      const type = types[index % types.length] ?? 'pods';
      this.#write(index % 3 === 1 ? 'delete' : 'write', type, index % nameCount);
    }
    if (step.restartApiServer) mirror.state.restartApiServer();
    await mirror.open();
  }

  /** Written to before it is noticed, a restored store may overtake what was mirrored: no revision tells that. */
  async #restore(): Promise<void> {
    const { mirror } = this;
    mirror.faults.clear();
    await mirror.untilLive();
    this.#isRestored = true;
    mirror.state.restore(this.#snapshot);
    mirror.state.restartApiServer();
    await mirror.advance(90_000);
    await mirror.until('it is noticed', () => mirror.saidOfCluster() === 'healthy none');
    await mirror.untilEqual();
  }

  #putDefinition(): void {
    const { spec } = crdBody({ ...widgets, extraFieldCount: this.#fieldCount });
    this.mirror.state.patch('customresourcedefinitions.apiextensions.k8s.io', { name: crdName(widgets) }, { spec });
  }
}

async function startRun(seed: number, isLarge: boolean): Promise<Run> {
  const mirror = await SimulatedMirror.start({
    behindFront: true,
    seed,
    prepare: ({ state }) => {
      state.create('customresourcedefinitions.apiextensions.k8s.io', crdBody(widgets));
      for (const type of types) state.create(type, { metadata: { namespace: 'default', name: 'n0' } });
      for (let index = 0; isLarge && index < 110; index += 1) {
        state.create('configmaps', { metadata: { namespace: 'default', name: `more-${index}` } });
      }
    },
  });
  return new Run(mirror, isLarge);
}

const isLong = process.env['NAVI_TEST_LONG'] === '1';

describe('whatever happens to cluster, network and process', () => {
  test(
    'the store keeps its promises at every moment and equals the server in the end',
    { timeout: 1_800_000 },
    async () => {
      const script = fc.array(action, { minLength: 3, maxLength: 16 });
      const large = fc.constantFrom(false, false, false, true);
      await fc.assert(
        fc.asyncProperty(script, fc.nat(), large, async (actions, seed, isLarge) => {
          const run = await startRun(seed, isLarge);
          try {
            for (const step of actions) {
              await run.perform(step);
              expect(run.look()).toEqual([]);
            }
            run.mirror.faults.clear();
            await run.mirror.untilEqual();
            expect(run.look()).toEqual([]);
            expect(run.untoldDeletions()).toEqual([]);
          } finally {
            await run.mirror.stop();
          }
        }),
        { numRuns: isLong ? 3_000 : 60 },
      );
    },
  );
});
