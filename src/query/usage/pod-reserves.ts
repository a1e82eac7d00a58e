import { amountsOf, type UsageAmounts } from '../../core/usage.ts';
import type { MirrorReader } from '../../store/open-reader.ts';
import { readContainers, type ContainerRow } from '../container-rows.ts';
import type { Place } from '../place.ts';

/** Amounts of which each may be missing. */
export type PartialAmounts = { readonly [Resource in keyof UsageAmounts]: number | null };

/** What a pod, or a container of it, asks for and may use at most. */
export interface Reserves {
  readonly requests: PartialAmounts;
  /** Of a pod: missing where one of its containers has none, and so may use what there is. */
  readonly limits: PartialAmounts;
}

/** The reserves of a pod and of its containers by name. */
export interface PodReserves extends Reserves {
  readonly containers: ReadonlyMap<string, Reserves>;
}

const quantities = (json: string): Readonly<Record<string, unknown>> =>
  json === '' ? {} : (JSON.parse(json) as Record<string, unknown>);

/** The reserves of pods, by `namespace/name`: those of the containers that run on, main ones and sidecars. */
export function podReserves(reader: MirrorReader, podTypeId: number, place: Place): ReadonlyMap<string, PodReserves> {
  const rows = readContainers(reader, podTypeId, place).filter(({ role }) => role === 'main' || role === 'sidecar');
  const byPod = Map.groupBy(rows, ({ namespace, pod }) => `${namespace}/${pod}`);
  return new Map([...byPod].map(([key, containers]) => [key, reservesOf(containers)]));
}

function reservesOf(rows: readonly ContainerRow[]): PodReserves {
  const containers = new Map(
    rows.map(({ name, requests, limits }): [string, Reserves] => [
      name,
      { requests: amountsOf(quantities(requests)), limits: amountsOf(quantities(limits)) },
    ]),
  );
  const each = [...containers.values()];
  const both = (sum: (amounts: readonly (number | null)[]) => number | null, of: keyof Reserves): PartialAmounts => ({
    cpuNanocores: sum(each.map((reserves) => reserves[of].cpuNanocores)),
    memoryBytes: sum(each.map((reserves) => reserves[of].memoryBytes)),
  });
  return { requests: both(sumOfKnown, 'requests'), limits: both(sumOfAll, 'limits'), containers };
}

function sumOfKnown(amounts: readonly (number | null)[]): number | null {
  const known = amounts.filter((amount) => amount !== null);
  return known.length === 0 ? null : known.reduce((sum, amount) => sum + amount, 0);
}

function sumOfAll(amounts: readonly (number | null)[]): number | null {
  return amounts.includes(null) ? null : sumOfKnown(amounts);
}
