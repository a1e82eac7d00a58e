import { expect, test } from 'vitest';
import { SimulatedMirror } from '../../support/simulated-mirror.ts';
import { createSeededRandom } from '../../support/seeded-random.ts';

/** What somebody on call looks at, one after the other, and how long each is looked at (s). */
const sessions: readonly (readonly string[])[] = [
  ['deployments.apps', 'replicasets.apps', 'pods', 'events', 'pods'],
  ['pods', 'events', 'configmaps', 'pods', 'deployments.apps', 'pods'],
  ['services', 'pods', 'events', 'pods'],
  ['pods', 'pods', 'nodes', 'events', 'pods'],
  ['statefulsets.apps', 'pods', 'persistentvolumeclaims', 'events'],
  ['ingresses.networking.k8s.io', 'services', 'secrets', 'pods', 'events'],
];

/** Between two looks of a session, and between two sessions (ms). */
const lookMs = [3_000, 90_000] as const;
const breakMs = [60_000, 900_000] as const;

const questionCount = 50;

test.each([1, 2, 3])(
  'of fifty questions of somebody on call four in five meet current data, every type being used: %i',
  async (seed) => {
    const random = createSeededRandom(seed * 104_729);
    const between = ([least, most]: readonly [number, number]): number => least + random.below(most - least);
    const mirror = await SimulatedMirror.start({
      configuration: 'retrieval."*".mode = "used"',
      types: 'all',
      inMemory: true,
      seed,
      checksOnTheWay: false,
    });
    try {
      await mirror.until('it is planned', () => mirror.mirror.isPlanned);
      const mark = mirror.mark();
      for (let asked = 0; asked < questionCount;) {
        for (const type of random.pick(sessions).slice(0, questionCount - asked)) {
          asked += 1;
          let isAnswered = false;
          const connection = new AbortController();
          void mirror.mirror
            .use([type], { ended: connection.signal, purpose: 'question' })
            .then(([answer]) => (isAnswered = answer?.problem === null));
          await mirror.until('it is answered', () => isAnswered, 30_000);
          await mirror.advance(between(lookMs));
        }
        await mirror.advance(between(breakMs));
      }
      const { hitCount = 0, missCount = 0, prefetchCount = 0 } = mirror.mirror.live('').use ?? {};
      expect(hitCount + missCount).toBe(questionCount);
      expect(prefetchCount).toBeGreaterThan(0);
      expect(hitCount / questionCount, `${hitCount} hits`).toBeGreaterThanOrEqual(0.8);
      // Nothing that nobody asks for is ever listed.
      const listed = new Set(mirror.lists(mark).map((line) => line.split(' ')[0] ?? ''));
      const related = ['endpointslices.discovery.k8s.io', 'persistentvolumes', 'replicasets.apps'];
      const known = new Set([...sessions.flat(), ...related]);
      expect([...listed].filter((type) => !known.has(type))).toEqual([]);
    } finally {
      await mirror.stop();
    }
  },
);
