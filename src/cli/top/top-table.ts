import { cpuMillicores, summedUsage, type ContainerUsage, type UsageAmounts } from '../../core/usage.ts';
import { oneLine } from '../../core/terminal-text.ts';
import { sparkline, type SparklineFrame } from '../../output/sparkline.ts';
import { shownContext } from '../../output/shown-context.ts';
import { TableLayout } from '../../output/table-layout.ts';
import type { PartialAmounts, Reserves } from '../../query/usage/pod-reserves.ts';
import { keyOf, type MeasuredObject, type PastUsage } from '../../query/usage/read-usage.ts';
import type { TopAnswer } from './read-top.ts';
import { orderedContainers, orderedObjects } from './top-order.ts';
import type { TopRequest } from './top-request.ts';

/** The answer of one context. */
export interface ShownTop {
  readonly context: string;
  readonly isStale: boolean;
  readonly answer: TopAnswer;
}

/** What a table is made with. */
export interface TopTableParts {
  readonly request: TopRequest;
  /** Rows say which context they are of. */
  readonly hasContexts: boolean;
  /** How the past is drawn; undefined: it is not. */
  readonly frame: SparklineFrame | undefined;
}

const mebibyte = 1024 ** 2;

/** The table of kubectl 1.36, byte for byte where nothing of navi's own is asked for; empty without a row. */
export function topTable(shown: readonly ShownTop[], parts: TopTableParts): string {
  const rows = shown.flatMap((each) => rowsOf(each, parts));
  if (rows.length === 0) return '';
  const layout = new TableLayout();
  if (parts.request.hasHeaders) layout.addRow([...headersOf(parts), '']);
  for (const row of rows) layout.addRow([...row, '']);
  if (parts.request.hasSum) for (const row of sumRows(shown, parts)) layout.addRow([...row, '']);
  return [...layout.chunks()].join('');
}

/** Columns in front of the name. */
function leading({ request, hasContexts }: TopTableParts): readonly string[] {
  const { kind, isAllNamespaces, hasContainers } = request;
  return [
    ...(hasContexts ? ['CONTEXT'] : []),
    ...(kind === 'pods' && isAllNamespaces ? ['NAMESPACE'] : []),
    ...(hasContainers ? ['POD'] : []),
  ];
}

function headersOf(parts: TopTableParts): readonly string[] {
  const { request, frame } = parts;
  const measured =
    request.kind === 'nodes'
      ? ['NAME', 'CPU(cores)', 'CPU(%)', 'MEMORY(bytes)', 'MEMORY(%)']
      : ['NAME', 'CPU(cores)', 'MEMORY(bytes)'];
  return [
    ...leading(parts),
    ...measured,
    ...(request.hasReserves ? ['CPU/REQ', 'CPU/LIM', 'MEM/REQ', 'MEM/LIM'] : []),
    ...(frame === undefined ? [] : ['CPU PAST', 'MEMORY PAST']),
  ];
}

function rowsOf({ context, isStale, answer }: ShownTop, parts: TopTableParts): readonly (readonly string[])[] {
  const { request, hasContexts } = parts;
  const front = hasContexts ? [shownContext(oneLine(context), isStale)] : [];
  const ordered = orderedObjects(answer.measured, request);
  const rows = ordered.flatMap((object) => objectRows(object, answer, parts).map((row) => [...front, ...row]));
  // kubectl prints them in no order at all.
  const unmeasured = [...answer.available.keys()].filter((name) => !ordered.some((object) => object.name === name));
  const unknown = Array.from({ length: 4 }, () => '<unknown>');
  return ordered.length === 0 ? [] : [...rows, ...unmeasured.map((name) => [...front, oneLine(name), ...unknown])];
}

function objectRows(
  object: MeasuredObject,
  answer: TopAnswer,
  { request, frame }: TopTableParts,
): readonly (readonly string[])[] {
  const namespace = request.kind === 'pods' && request.isAllNamespaces ? [oneLine(object.namespace)] : [];
  const key = keyOf(object);
  const drawn = frame === undefined ? [] : pastCells(answer.past.get(key) ?? [], frame);
  const sum = summedUsage(object.containers);
  if (request.kind === 'nodes') {
    const cells = nodeCells(sum, answer.available.get(object.name));
    return [[oneLine(object.name), ...cells, ...drawn]];
  }
  const reserves = answer.reserves.get(key);
  if (!request.hasContainers) {
    const shares = request.hasReserves ? shareCells(sum, reserves) : [];
    return [[...namespace, oneLine(object.name), ...amountCells(sum), ...shares, ...drawn]];
  }
  return orderedContainers(object.containers, request.sortBy).map((container: ContainerUsage) => [
    ...namespace,
    oneLine(object.name),
    oneLine(container.name),
    ...amountCells(container),
    ...(request.hasReserves ? shareCells(container, reserves?.containers.get(container.name)) : []),
    ...drawn,
  ]);
}

const cpuText = (amounts: UsageAmounts): string => `${cpuMillicores(amounts)}m`;
const memoryText = ({ memoryBytes }: UsageAmounts): string => `${Math.floor(memoryBytes / mebibyte)}Mi`;

function amountCells(amounts: UsageAmounts): readonly string[] {
  return [cpuText(amounts), memoryText(amounts)];
}

/** A share has no cell where the node says nothing of the resource, as in kubectl 1.36. */
function nodeCells(amounts: UsageAmounts, available: PartialAmounts | undefined): readonly string[] {
  const { cpuNanocores = null, memoryBytes = null } = available ?? {};
  const milli = cpuNanocores === null ? null : cpuMillicores({ cpuNanocores });
  return [
    cpuText(amounts),
    ...(milli === null ? [] : [`${percent(cpuMillicores(amounts), milli)}%`]),
    memoryText(amounts),
    ...(memoryBytes === null ? [] : [`${percent(amounts.memoryBytes * 1_000, memoryBytes * 1_000)}%`]),
  ];
}

/** As kubectl 1.36 reckons, in doubles; of nothing it is nothing. */
export function percent(part: number, whole: number): number {
  return whole === 0 ? 0 : Math.trunc((part / whole) * 100);
}

function shareCells(amounts: UsageAmounts, reserves: Reserves | undefined): readonly string[] {
  const share = (of: keyof Reserves, resource: keyof UsageAmounts): string => {
    const whole = reserves?.[of][resource] ?? null;
    return whole === null || whole === 0 ? '-' : `${percent(amounts[resource], whole)}%`;
  };
  return [
    share('requests', 'cpuNanocores'),
    share('limits', 'cpuNanocores'),
    share('requests', 'memoryBytes'),
    share('limits', 'memoryBytes'),
  ];
}

function pastCells(past: readonly PastUsage[], frame: SparklineFrame): readonly string[] {
  const line = (of: 'cpuMillicores' | 'memoryBytes'): string =>
    sparkline(
      past.map((instant) => ({ atMs: instant.atMs, value: instant[of] })),
      frame,
    );
  return [line('cpuMillicores'), line('memoryBytes')];
}

/** kubectl 1.36 counts the columns in front only where it prints their names. */
function sumRows(shown: readonly ShownTop[], parts: TopTableParts): readonly (readonly string[])[] {
  const objects = shown.flatMap(({ answer }) => answer.measured);
  const sum = summedUsage(objects.flatMap(({ containers }) => containers));
  const front = parts.request.hasHeaders ? leading(parts).map(() => '') : [];
  return [
    [...front, '', '________', '________'],
    [...front, '', ...amountCells(sum)],
  ];
}
