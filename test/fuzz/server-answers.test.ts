import { describe, expect, test } from 'vitest';
import type { Fault, FaultRequest, WireEvent } from '../../src/simulator/fault.ts';
import { amountOf } from '../support/long-run.ts';
import { mutateBytes } from '../support/mutate-bytes.ts';
import { crdBody } from '../support/sample-crd.ts';
import { createSeededRandom, type SeededRandom } from '../support/seeded-random.ts';
import { SimulatedMirror } from '../support/simulated-mirror.ts';

const seeds = Array.from({ length: amountOf(6, 100) }, (_, index) => index + 1);

const hourMs = 3_600_000;

/** What rows of a lie are found by (ms); see "Self-audit" in SPEC.md. */
const auditIntervalMs = 600_000;

const widgets = { group: 'shop.example', singular: 'widget', namespaced: true, extraFieldCount: 1 };
const types = ['configmaps', 'secrets', 'pods', 'widgets.shop.example'];
const secret = 'Y29ycmVjdC1ob3JzZS1iYXR0ZXJ5';

/** Changes what goes over the wire, of so many answers in a hundred. */
function mutations(random: SeededRandom, percent: number): (request: FaultRequest) => Fault | undefined {
  const changed = (text: string): string => mutateBytes(Buffer.from(text), random).toString('utf8');
  return ({ verb }) => {
    if (random.below(100) >= percent) return undefined;
    if (verb !== 'watch') return { kind: 'editBody', edit: changed };
    return {
      kind: 'editEvents',
      editor: () => (event: WireEvent) => (random.below(4) > 0 ? [event] : [`${changed(JSON.stringify(event))}\n`]),
    };
  };
}

function write({ state }: SimulatedMirror, random: SeededRandom, count: number): void {
  for (let index = 0; index < count; index += 1) {
    const type = random.pick(types);
    const at = { namespace: 'default', name: `n${random.below(6)}` };
    const exists = state.list(type).some(({ metadata }) => metadata.name === at.name);
    const data = type === 'secrets' ? { type: 'Opaque', data: { key: secret } } : {};
    if (exists && random.below(3) === 0) state.delete(type, at);
    else if (exists) state.patch(type, at, { metadata: { labels: { step: String(random.below(1_000)) } } });
    else state.create(type, { metadata: { ...at, labels: { app: 'wéb' } }, ...data });
  }
}

async function start(seed: number): Promise<SimulatedMirror> {
  return await SimulatedMirror.start({
    inMemory: true,
    seed,
    auditIntervalMs,
    prepare: ({ state }) => void state.create('customresourcedefinitions.apiextensions.k8s.io', crdBody(widgets)),
  });
}

describe('answers that were changed on their way', () => {
  test.each(seeds)(
    'end no process and hold nothing up, and once they end the store equals the server: seed %i',
    { timeout: 120_000 },
    async (seed) => {
      const random = createSeededRandom(seed);
      const mirror = await start(seed);
      try {
        write(mirror, random, 20);
        if (seed % 2 === 0) await mirror.untilLive();
        const end = mirror.faults.onRequest(mutations(random, 10 + random.below(50)));
        for (let step = 0; step < 10; step += 1) {
          write(mirror, random, 5);
          await mirror.advance(30_000);
        }
        end();
        write(mirror, random, 5);
        await mirror.untilEqual(12 * hourMs);
        expect(mirror.isOnDisk(secret)).toBe(false);
      } finally {
        await mirror.stop();
      }
    },
  );
});
