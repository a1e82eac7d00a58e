import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { asArray, asObject, asString, type Json, type JsonObject } from '../../src/core/json.ts';
import type { KubeObject } from '../../src/core/kube-object.ts';
import { startSimulator, type Simulator } from '../../src/simulator/simulator.ts';
import { createSeededRandom, type SeededRandom } from '../support/seeded-random.ts';
import { manualClock, type ManualClock } from './clocks.ts';
import { at, parsed } from './conformance-tools.ts';
import { openWatch } from './open-watch.ts';
import { send } from './server-under-test.ts';

const namespaces = ['a', 'a-b', 'b'];

/** What a client makes of a list and the events after it: version by namespace and name. */
type Mirror = Map<string, string>;

function keyOf(object: Json | undefined): string {
  return `${asString(at(object, 'metadata.namespace'))}/${asString(at(object, 'metadata.name'))}`;
}

function versionOf(object: Json | undefined): string {
  return asString(at(object, 'metadata.resourceVersion'));
}

function oracle(objects: readonly KubeObject[]): readonly string[] {
  return objects.map((object) => `${keyOf(object)}@${versionOf(object)}`);
}

function contents(mirror: Mirror): readonly string[] {
  return [...mirror].map(([key, version]) => `${key}@${version}`).toSorted();
}

function writeOnce(simulator: Simulator, random: SeededRandom): void {
  const { state } = simulator;
  const metadata = { namespace: random.pick(namespaces), name: `c${random.below(8)}` };
  const exists = state.list('configmaps').some((object) => keyOf({ metadata }) === keyOf(object));
  const choice = random.below(4);
  if (!exists) state.create('configmaps', { metadata });
  else if (choice === 0) state.delete('configmaps', metadata);
  else state.patch('configmaps', metadata, { data: { step: String(random.below(1000)) } });
  if (choice === 3) state.store.advance(random.below(3));
}

describe('the history', () => {
  let simulator: Simulator;
  let clock: ManualClock;

  beforeEach(async () => {
    clock = manualClock();
    simulator = await startSimulator({ clock });
    for (const name of namespaces) simulator.state.create('namespaces', { metadata: { name } });
  });
  afterEach(() => simulator.stop());

  const listPages = async (limit: number, random: SeededRandom): Promise<readonly JsonObject[]> => {
    const pages: JsonObject[] = [];
    let token = '';
    do {
      const path = `/api/v1/configmaps?limit=${limit}&continue=${token}`;
      const page = parsed(await send(simulator.url + path, {}));
      pages.push(page);
      token = asString(at(page, 'metadata.continue'));
      for (let count = random.below(4); count > 0; count -= 1) writeOnce(simulator, random);
    } while (token !== '');
    return pages;
  };

  test.each([1, 2, 3, 4, 5])(
    'pages that writes fall between show the state of one revision (seed %i)',
    async (seed) => {
      const random = createSeededRandom(seed);
      for (let count = 0; count < 60; count += 1) writeOnce(simulator, random);
      const pages = await listPages(1 + random.below(5), random);
      const revision = Number(versionOf(pages[0]));
      const items = pages.flatMap((page) => asArray(page['items']));

      expect(items.map((item) => `${keyOf(item)}@${versionOf(item)}`)).toEqual(
        oracle(simulator.state.stateAt(revision, 'configmaps')),
      );
    },
  );

  test.each([1, 2, 3, 4, 5])('a list and the watch after it end at the state of the server (seed %i)', async (seed) => {
    const random = createSeededRandom(seed);
    for (let count = 0; count < 60; count += 1) writeOnce(simulator, random);
    const pages = await listPages(3, random);
    const items = pages.flatMap((page) => asArray(page['items']));
    const mirror: Mirror = new Map(items.map((item) => [keyOf(item), versionOf(item)]));
    const query = `watch=1&timeoutSeconds=10&resourceVersion=${versionOf(pages[0])}`;
    const watch = await openWatch(`${simulator.url}/api/v1/configmaps?${query}`);
    for (let count = 0; count < 100; count += 1) writeOnce(simulator, random);
    clock.advance(10_000);
    for (let line = await watch.line(); line !== undefined; line = await watch.line()) {
      const { type, object } = asObject(JSON.parse(line) as Json);
      if (type === 'DELETED') mirror.delete(keyOf(object));
      else mirror.set(keyOf(object), versionOf(object));
    }

    expect(contents(mirror)).toEqual(oracle(simulator.state.list('configmaps')).toSorted());
  });
});
