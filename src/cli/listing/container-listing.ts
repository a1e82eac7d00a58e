import { caution } from '../../output/navi-table.ts';
import { instantText } from '../../core/instant-text.ts';
import { humanAge } from '../../core/human-duration.ts';
import { readContainers, type ContainerRow } from '../../query/container-rows.ts';
import { readTypes, typeOfKind } from '../../query/mirror-type.ts';
import { partsIn } from '../../query/place.ts';
import { hasNamespaces, placeIn, type PlaceChoice } from './place-flags.ts';
import type { Listing, ListingColumn } from './listing.ts';

/** What is told of a container besides its pod. */
export const containerColumns: readonly ListingColumn<ContainerRow>[] = [
  { header: 'CONTAINER', text: ({ name, role }) => (role === 'main' ? name : `${name} (${role})`) },
  {
    header: 'STATE',
    text: stateText,
    paint: (row, { color }, text) =>
      isWell(row) ? color.green(text) : isBad(row) ? color.red(text) : caution(color)(text),
  },
  { header: 'SINCE', leaves: 5, text: (row, nowMs) => humanAge(sinceOf(row), nowMs) },
  { header: 'RESTARTS', text: ({ restartCount }) => String(restartCount) },
  { header: 'LAST EXIT', leaves: 4, text: lastExitText },
  { header: 'REQUESTS', leaves: 2, text: ({ requests }) => quantitiesText(requests) },
  { header: 'LIMITS', leaves: 1, text: ({ limits }) => quantitiesText(limits) },
  { header: 'IMAGE', leaves: 3, text: ({ image }) => image },
];

/** `navi containers`: reading it throws what `partsIn` throws. */
export function containerListing(choice: PlaceChoice): Listing<ContainerRow> {
  const namespace = { header: 'NAMESPACE', text: (row: ContainerRow) => row.namespace };
  return {
    member: 'containers',
    none: 'no container is there',
    name: ({ namespace: own, pod, name }) => `${own}/${pod}/${name}`,
    json: containerJson,
    columns: [
      ...(hasNamespaces(choice) ? [namespace] : []),
      { header: 'POD', text: ({ pod }) => pod },
      ...containerColumns,
    ],
    read(reader, context) {
      const place = placeIn(choice, context);
      const type = typeOfKind(readTypes(reader), '', 'Pod');
      const parts = partsIn(type, place, 'pods');
      return { answer: readContainers(reader, parts.from[0]?.rowTypeId ?? 0, place), ...parts };
    },
  };
}

/** `Running`, `Running, not ready`, or why it does not run. */
function stateText({ state, reason, ready, exitCode }: ContainerRow): string {
  if (state === 'running') return ready ? 'Running' : 'Running, not ready';
  if (state === 'unknown') return '-';
  const what = reason === '' ? (state === 'waiting' ? 'Waiting' : 'Terminated') : reason;
  return state === 'terminated' && exitCode !== null && exitCode !== 0 ? `${what} (${exitCode})` : what;
}

function isWell({ state, ready, role, exitCode }: ContainerRow): boolean {
  if (state === 'running') return ready || role === 'init' || role === 'ephemeral';
  return state === 'terminated' && exitCode === 0;
}

/** Reasons for which a container waits that are no trouble yet. */
const starting: ReadonlySet<string> = new Set(['', 'ContainerCreating', 'PodInitializing']);

function isBad({ state, reason, exitCode }: ContainerRow): boolean {
  return state === 'terminated' ? exitCode !== 0 : state === 'waiting' && !starting.has(reason);
}

/** When it came to be as it is now (epoch ms): a container that waits says only when its pod was made, or its last run ended. */
function sinceOf(row: ContainerRow): number | null {
  if (row.state === 'running') return row.startedAtMs;
  return row.state === 'terminated' ? row.finishedAtMs : (row.lastFinishedAtMs ?? row.podCreatedAtMs);
}

function lastExitText({ lastExitCode, lastReason, lastFinishedAtMs }: ContainerRow, nowMs: number): string {
  if (lastExitCode === null) return '-';
  const reason = lastReason === '' ? '' : `${lastReason} `;
  return `${reason}(${lastExitCode}) ${humanAge(lastFinishedAtMs, nowMs)} ago`;
}

function quantitiesText(json: string): string {
  if (json === '') return '-';
  return Object.entries(JSON.parse(json) as Record<string, string | number>)
    .map(([resource, quantity]) => `${resource}=${quantity}`)
    .join(',');
}

/** A container as `-o json` has it. */
export function containerJson(row: ContainerRow): object {
  const { namespace, pod, name, role, node, image, imageId, state, reason, message, ready, restartCount, exitCode } =
    row;
  const last = { reason: row.lastReason, exitCode: row.lastExitCode, finishedAt: instantText(row.lastFinishedAtMs) };
  return {
    namespace,
    pod,
    name,
    role,
    node,
    image,
    imageId,
    state,
    reason,
    message,
    ready,
    restartCount,
    startedAt: instantText(row.startedAtMs),
    exitCode,
    finishedAt: instantText(row.finishedAtMs),
    lastExit: row.lastExitCode === null ? null : last,
    requests: row.requests === '' ? {} : JSON.parse(row.requests),
    limits: row.limits === '' ? {} : JSON.parse(row.limits),
  };
}
