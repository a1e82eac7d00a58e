import { foundCompany } from '../../src/demo/company.ts';
import { seededRandom } from '../../src/demo/seeded-random.ts';
import type { World } from '../../src/demo/world.ts';
import { resourceName } from '../../src/core/api-resource.ts';
import { asArray, asObject } from '../../src/core/json.ts';
import type { KubeObject } from '../../src/core/kube-object.ts';
import { ClusterState } from '../../src/simulator/cluster-state.ts';

/** A company on a clock that stands still until it is moved. */
export interface VirtualWorld extends World {
  advance(ms: number): void;
}

/** Founds the company of a seed at 2026-01-01T00:00:00Z. */
export function virtualCompany(seed: number): VirtualWorld {
  let nowMs = Date.UTC(2026, 0, 1);
  const clock = { now: () => nowMs, after: () => () => undefined };
  const random = seededRandom(seed);
  const world = { state: new ClusterState({ clock, random }), clock, random };
  foundCompany(world);
  return {
    ...world,
    advance: (ms) => {
      nowMs += ms;
    },
  };
}

/** Every object of the cluster by its type, types without objects left out. */
export function allObjects({ state }: World): ReadonlyMap<string, readonly KubeObject[]> {
  const types = state.types
    .groups()
    .filter((group) => group.name !== 'events.k8s.io')
    .flatMap((group) => group.versions[0]?.types ?? [])
    .filter((type) => type.verbs.includes('list'))
    .map(resourceName);
  return new Map(types.map((type) => [type, state.list(type)] as const).filter(([, objects]) => objects.length > 0));
}

/** How many objects there are of all types. */
export function objectCount(world: World): number {
  return [...allObjects(world).values()].flat().length;
}

/** Objects with an owner that does not exist, as `Kind name`. */
export function orphans(world: World): readonly string[] {
  const objects = [...allObjects(world).values()].flat();
  const uids = new Set(objects.map((object) => object.metadata.uid));
  const owners = (object: KubeObject): readonly unknown[] =>
    asArray(object.metadata.ownerReferences).map((entry) => asObject(entry)['uid']);
  return objects
    .filter((object) => owners(object).some((uid) => !uids.has(uid as string)))
    .map((object) => `${object.kind} ${object.metadata.name}`);
}
