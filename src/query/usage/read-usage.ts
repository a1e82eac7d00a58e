import {
  cpuMillicores,
  summedUsage,
  usageGroup,
  usageVersion,
  type ContainerUsage,
  type UsageKind,
} from '../../core/usage.ts';
import type { UsageReader, UsageState } from '../../store/usage-reader.ts';
import type { MirrorType } from '../mirror-type.ts';

/** What an object uses. */
export interface MeasuredObject {
  /** Empty for a node. */
  readonly namespace: string;
  readonly name: string;
  /** In the server's order; one for a node. */
  readonly containers: readonly ContainerUsage[];
  /** When the cluster told it (epoch ms). */
  readonly atMs: number;
}

/** An instant of an object's past. */
export interface PastUsage {
  readonly atMs: number;
  readonly cpuMillicores: number;
  readonly memoryBytes: number;
}

/** The key of a measured object, as the mirror has it. */
export function keyOf({ namespace, name }: Pick<MeasuredObject, 'namespace' | 'name'>): string {
  return namespace === '' ? name : `${namespace}/${name}`;
}

/** Whether the cluster serves usage in the version that kubectl asks for. */
export function servesUsage(types: readonly MirrorType[]): boolean {
  return types.some(({ group, version }) => group === usageGroup && version === usageVersion);
}

/** The sources that tell of a place. @param namespaces undefined: all, or nodes */
export function sourcesOf(
  usage: UsageReader | undefined,
  kind: UsageKind,
  namespaces: readonly string[] | undefined,
): readonly UsageState[] {
  const sources = usage?.sources(kind) ?? [];
  return sources.filter(({ place }) => place === '' || namespaces === undefined || namespaces.includes(place));
}

/**
 * What those of the objects use that were measured last, in list order.
 * @param keys of the objects that are asked for: what is gone, or hidden, is not told of
 */
export function measuredObjects(
  usage: UsageReader,
  kind: UsageKind,
  { namespaces, keys }: { readonly namespaces: readonly string[] | undefined; readonly keys: ReadonlySet<string> },
): readonly MeasuredObject[] {
  const found: MeasuredObject[] = [];
  for (const { namespace, objects, atMs } of usage.latest(kind, namespaces)) {
    for (const { name, containers } of objects) {
      const object = { namespace, name, containers, atMs };
      if (keys.has(keyOf(object))) found.push(object);
    }
  }
  return found;
}

/** What objects used since an instant (epoch ms), by key, the oldest first. */
export function pastUsage(
  usage: UsageReader,
  kind: UsageKind,
  asked: {
    readonly namespaces: readonly string[] | undefined;
    readonly keys: ReadonlySet<string>;
    readonly fromMs: number;
  },
): ReadonlyMap<string, readonly PastUsage[]> {
  const found = new Map<string, PastUsage[]>();
  for (const { namespace, objects, atMs } of usage.since(kind, asked.namespaces, asked.fromMs)) {
    for (const { name, containers } of objects) {
      const key = keyOf({ namespace, name });
      if (!asked.keys.has(key)) continue;
      const sum = summedUsage(containers);
      const instant = { atMs, cpuMillicores: cpuMillicores(sum), memoryBytes: sum.memoryBytes };
      const before = found.get(key);
      if (before === undefined) found.set(key, [instant]);
      else before.push(instant);
    }
  }
  return found;
}
