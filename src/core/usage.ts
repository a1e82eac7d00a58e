import { wholeUnits } from './quantity.ts';

/** What a container uses, or a node: the sum of what runs there. */
export interface ContainerUsage {
  /** Empty for a node. */
  readonly name: string;
  /** Whole billionths of a core, over the window that the cluster measures. */
  readonly cpuNanocores: number;
  /** Working set. */
  readonly memoryBytes: number;
}

/** What the containers of a pod use, in the server's order; a node has one entry. */
export interface ObjectUsage {
  readonly name: string;
  readonly containers: readonly ContainerUsage[];
}

/** What usage is measured of, as `metrics.k8s.io` names it. */
export type UsageKind = 'nodes' | 'pods';

/** What one request for usage told, by namespace; nodes are in the empty one. Namespaces without usage are absent. */
export type UsageByNamespace = ReadonlyMap<string, readonly ObjectUsage[]>;

/** The group that serves usage, and the only version that kubectl 1.36 asks for. */
export const usageGroup = 'metrics.k8s.io';
export const usageVersion = 'v1beta1';

/** An amount of each resource that is measured. */
export type UsageAmounts = Pick<ContainerUsage, 'cpuNanocores' | 'memoryBytes'>;

/** A quantity of a `cpu` and one of a `memory`, as requests, limits and allocatable have them. */
export function amountsOf(quantities: Readonly<Record<string, unknown>>): {
  readonly [Resource in keyof UsageAmounts]: number | null;
} {
  const amount = (quantity: unknown, digits: number): number | null =>
    typeof quantity === 'string' || typeof quantity === 'number' ? wholeUnits(String(quantity), digits) : null;
  return { cpuNanocores: amount(quantities['cpu'], 9), memoryBytes: amount(quantities['memory'], 0) };
}

/** The sum over containers. */
export function summedUsage(containers: readonly UsageAmounts[]): UsageAmounts {
  let cpuNanocores = 0;
  let memoryBytes = 0;
  for (const container of containers) {
    cpuNanocores += container.cpuNanocores;
    memoryBytes += container.memoryBytes;
  }
  return { cpuNanocores, memoryBytes };
}

/** Thousandths of a core, rounded up as a quantity's milli value is (apimachinery 0.36). */
export function cpuMillicores({ cpuNanocores }: Pick<UsageAmounts, 'cpuNanocores'>): number {
  return Math.ceil(cpuNanocores / 1e6);
}
