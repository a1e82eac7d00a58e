import { parseJson } from '../../core/canonical-json.ts';
import { asArray, asObject, asString, type JsonObject } from '../../core/json.ts';
import { parseQuantity } from '../../core/quantity.ts';
import { isShown } from '../hidden-rows.ts';
import { instantText } from '../../core/instant-text.ts';
import { toldType, type ReportScope } from './report-scope.ts';
import { briefText, rowMax, type Section } from './section.ts';

/** What pods may ask for, and what they do; null where it is not told. */
export interface NodeAmounts {
  readonly allocatableCpuCores: number | null;
  readonly requestedCpuCores: number | null;
  readonly allocatableMemoryBytes: number | null;
  readonly requestedMemoryBytes: number | null;
}

/** A node of a report. */
export interface ReportNode extends NodeAmounts {
  readonly name: string;
  readonly isReady: boolean;
  /** Why it is not ready, or what presses on it; empty where it is well. */
  readonly problem: string;
  /** Since when it is ready or not (RFC 3339). */
  readonly since: string | null;
  readonly isCordoned: boolean;
  readonly podCount: number | null;
  readonly allocatablePodCount: number | null;
}

/** The nodes of a cluster, those that are not ready first, then those that are asked for most. */
export interface ReportNodes extends Section<ReportNode> {
  readonly readyCount: number;
  /** Of all nodes together. */
  readonly total: NodeAmounts;
}

/** The nodes; null where they may not be told of, or single namespaces are reported. */
export function reportNodes(scope: ReportScope): ReportNodes | null {
  const type = toldType(scope, '', 'Node');
  if (type === undefined) return null;
  const { sqlite } = scope.reader;
  const requests = requestsByNode(scope);
  const bodies = sqlite
    .prepare(
      `select name, body.json from object join body on body.object_id = object.id
       where object.type_id = ? and ${isShown(sqlite)} order by object.key`,
    )
    .iterate(type.rowTypeId) as Iterable<{ readonly name: string; readonly json: string }>;
  const nodes = Array.from(bodies, ({ name, json }) =>
    nodeOf(name, asObject(parseJson(json)), requests && (requests.get(name) ?? nothing)),
  );
  const total = {
    allocatableCpuCores: sumOf(nodes.map((node) => node.allocatableCpuCores)),
    requestedCpuCores: sumOf(nodes.map((node) => node.requestedCpuCores)),
    allocatableMemoryBytes: sumOf(nodes.map((node) => node.allocatableMemoryBytes)),
    requestedMemoryBytes: sumOf(nodes.map((node) => node.requestedMemoryBytes)),
  };
  const sorted = nodes.toSorted((a, b) => Number(a.isReady) - Number(b.isReady) || shareOf(b) - shareOf(a));
  const readyCount = nodes.filter(({ isReady }) => isReady).length;
  return { totalCount: nodes.length, rows: sorted.slice(0, rowMax), readyCount, total };
}

/** Requests of the pods on a node. */
interface Requests {
  podCount: number;
  cpuCores: number;
  memoryBytes: number;
}

const nothing: Requests = { podCount: 0, cpuCores: 0, memoryBytes: 0 };

function nodeOf(name: string, node: JsonObject, requests: Requests | undefined): ReportNode {
  const status = asObject(node['status']);
  const allocatable = asObject(status['allocatable']);
  const conditions = asArray(status['conditions']).map(asObject);
  const ready = conditions.find(({ type }) => type === 'Ready');
  const isReady = ready?.['status'] === 'True';
  const pressing = conditions.filter(({ type, status: is }) => type !== 'Ready' && is === 'True');
  const problem = isReady
    ? pressing.map(({ type }) => asString(type)).join(', ')
    : asString(ready?.['message']) || asString(ready?.['reason']) || 'it does not say how it is';
  const since = Date.parse(asString(ready?.['lastTransitionTime']));
  return {
    name,
    isReady,
    problem: briefText(problem),
    since: instantText(Number.isNaN(since) ? null : since),
    isCordoned: asObject(node['spec'])['unschedulable'] === true,
    podCount: requests?.podCount ?? null,
    allocatablePodCount: amountOf(allocatable['pods']),
    allocatableCpuCores: amountOf(allocatable['cpu']),
    requestedCpuCores: requests === undefined ? null : rounded(requests.cpuCores),
    allocatableMemoryBytes: amountOf(allocatable['memory']),
    requestedMemoryBytes: requests === undefined ? null : Math.round(requests.memoryBytes),
  };
}

/** The larger of the shares of its processors and its memory that pods ask for. */
function shareOf(node: ReportNode): number {
  const cpu = (node.requestedCpuCores ?? 0) / (node.allocatableCpuCores || Infinity);
  return Math.max(cpu, (node.requestedMemoryBytes ?? 0) / (node.allocatableMemoryBytes || Infinity));
}

interface ContainerRequests {
  readonly id: number;
  readonly node: string;
  readonly role: 'init' | 'sidecar' | 'main' | 'ephemeral';
  readonly requests: string;
}

/**
 * What the pods that have not ended ask for on each node: for each the larger of what its containers and sidecars ask for
 * together, and of what one of its init containers does beside the sidecars before it (KEP-753). What a RuntimeClass or the
 * pod itself adds is not in it. Undefined where pods may not be told of.
 */
function requestsByNode(scope: ReportScope): ReadonlyMap<string, Requests> | undefined {
  const type = toldType(scope, '', 'Pod');
  if (type === undefined) return undefined;
  const { sqlite } = scope.reader;
  const rows = sqlite
    .prepare(
      `select object.id, container.node, container.role, container.requests
       from object join container on container.object_id = object.id
       where object.type_id = @type and container.node <> '' and container.role <> 'ephemeral' and ${isShown(sqlite)}
         and object.id not in (select object_id from object_term where type_id = @type and term_id in (select id from term
           where kind = 'field' and text in ('status.phase=Succeeded', 'status.phase=Failed')))
       order by object.id, container.position`,
    )
    .iterate({ type: type.rowTypeId }) as Iterable<ContainerRequests>;
  const byNode = new Map<string, Requests>();
  const parsed = new Map<string, Amounts>();
  let pod: PodSum | undefined;
  const end = (): void => {
    if (pod === undefined) return;
    const known = byNode.get(pod.node) ?? { ...nothing };
    byNode.set(pod.node, known);
    known.podCount += 1;
    known.cpuCores += Math.max(pod.running.cpuCores, pod.starting.cpuCores);
    known.memoryBytes += Math.max(pod.running.memoryBytes, pod.starting.memoryBytes);
  };
  for (const { id, node, role, requests } of rows) {
    if (pod?.id !== id) {
      end();
      pod = { id, node, running: { ...noAmounts }, starting: { ...noAmounts }, sidecars: { ...noAmounts } };
    }
    const own = parsed.get(requests) ?? amountsOf(requests);
    parsed.set(requests, own);
    addContainer(pod, role, own);
  }
  end();
  return byNode;
}

interface Amounts {
  cpuCores: number;
  memoryBytes: number;
}

const noAmounts: Amounts = { cpuCores: 0, memoryBytes: 0 };

interface PodSum {
  readonly id: number;
  readonly node: string;
  readonly running: Amounts;
  /** The most that one init container needs with the sidecars before it. */
  readonly starting: Amounts;
  readonly sidecars: Amounts;
}

function addContainer({ running, starting, sidecars }: PodSum, role: ContainerRequests['role'], own: Amounts): void {
  for (const name of ['cpuCores', 'memoryBytes'] as const) {
    if (role === 'init') starting[name] = Math.max(starting[name], sidecars[name] + own[name]);
    else running[name] += own[name];
    if (role === 'sidecar') sidecars[name] += own[name];
  }
}

function amountsOf(requests: string): Amounts {
  const { cpu, memory } = requests === '' ? {} : (JSON.parse(requests) as Record<string, unknown>);
  return { cpuCores: amountOf(cpu) ?? 0, memoryBytes: amountOf(memory) ?? 0 };
}

/** A quantity as a number; null for what is none. */
function amountOf(quantity: unknown): number | null {
  if (typeof quantity !== 'string' && typeof quantity !== 'number') return null;
  const read = parseQuantity(String(quantity));
  return read === undefined ? null : rounded(Number(read.unscaled) * 10 ** read.exponent);
}

/** To thousandths, which sums of fractions would not end at. */
function rounded(amount: number): number {
  return Math.round(amount * 1_000) / 1_000;
}

function sumOf(amounts: readonly (number | null)[]): number | null {
  const known = amounts.filter((amount) => amount !== null);
  return known.length === 0 ? null : rounded(known.reduce((sum, amount) => sum + amount, 0));
}
