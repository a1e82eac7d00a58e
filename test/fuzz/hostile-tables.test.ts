import { afterEach, expect, test } from 'vitest';
import type { JsonObject } from '../../src/core/json.ts';
import { amountOf } from '../support/long-run.ts';
import { randomTable } from '../support/random-table.ts';
import { crdBody, crdName, type SampleCrd } from '../support/sample-crd.ts';
import { createSeededRandom, type SeededRandom } from '../support/seeded-random.ts';
import { SimulatedMirror } from '../support/simulated-mirror.ts';

const seeds = Array.from({ length: amountOf(6, 100) }, (_, index) => index + 1);

const widgets: SampleCrd = { group: 'example.com', singular: 'widget', namespaced: true, extraFieldCount: 0 };
const type = crdName(widgets);

let mirror: SimulatedMirror;
afterEach(async () => await mirror.stop());

/** Widgets as a user mirrors them who may not see definitions: the server prints them. */
async function start(seed: number): Promise<void> {
  mirror = await SimulatedMirror.start({
    seed,
    inMemory: true,
    auditIntervalMs: 600_000,
    user: 'reader',
    prepare: (made) => {
      mirror = made;
      made.state.allow('reader', { verbs: ['get', 'list', 'watch'], groups: ['', 'example.com'] });
      made.state.create('customresourcedefinitions.apiextensions.k8s.io', crdBody(widgets));
      for (const name of ['a', 'b']) write(name, 0);
    },
  });
}

function write(name: string, step: number): void {
  const at = { namespace: 'default', name };
  if (step === 0) mirror.state.create(type, { metadata: at, spec: { size: 1 } });
  else mirror.state.patch(type, at, { metadata: { labels: { step: String(step) } } });
}

/** The server ends the watch, and serves the next one from a new cache. */
function endWatch(): void {
  mirror.state.cacheOf(mirror.state.type(type))?.close('end');
  mirror.state.renewCache(type);
}

/** Tables of anything in place of half the lists and events. */
function plant(random: SeededRandom): () => void {
  const table = (now: JsonObject): JsonObject => ({ ...now, ...randomTable(random) });
  return mirror.faults.onRequest(({ type: asked, verb }) => {
    if (asked !== type || random.below(2) === 0) return undefined;
    if (verb === 'watch') {
      return {
        kind: 'editEvents',
        editor: () => (event) =>
          random.below(2) === 0 ? [event] : [`${JSON.stringify({ ...event, object: table(event.object) })}\n`],
      };
    }
    return { kind: 'editBody', edit: (body) => JSON.stringify(table(JSON.parse(body) as JsonObject)) };
  });
}

test.each(seeds)(
  'Tables of anything harm no other type, and once they end the store equals the server: seed %i',
  { timeout: 60_000 },
  async (seed) => {
    const random = createSeededRandom(seed);
    await start(seed);
    if (seed % 2 === 0) await mirror.untilLive();
    const end = plant(random);
    for (let step = 1; step <= 20; step += 1) {
      for (const name of ['a', 'b']) write(name, step);
      mirror.state.create('pods', { metadata: { name: `p${step}`, namespace: 'default' }, spec: {} });
      if (step % 5 === 0) endWatch();
      await mirror.advance(20_000);
      expect(mirror.said('pods')).toBe('watching healthy none');
      expect(mirror.differences().filter((line) => !line.includes(type))).toEqual([]);
    }
    end();
    // One that was opened with lies goes on with them.
    endWatch();
    for (const name of ['a', 'b']) write(name, 100);
    await mirror.untilEqual(12 * 3_600_000);
  },
);
