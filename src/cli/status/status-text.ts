import { counted } from '../../core/counted.ts';
import { humanDuration } from '../../core/human-duration.ts';
import type { LiveMirror, LiveUse } from '../../core/live-status.ts';
import { detailTable } from '../../output/detail-table.ts';
import type { TableStyle } from '../../output/navi-table.ts';
import type { ContextSummary } from '../../kubeconfig/context-summary.ts';
import { oneLine } from '../../core/terminal-text.ts';
import { paintedHealth } from '../../output/painted-health.ts';
import type { MirrorStatus, TypeStatus } from '../../query/mirror-status.ts';
import { isRefused, togetherDetail, type ScopeDetail } from '../../query/scope-detail.ts';
import { shellWord } from '../../core/shell-word.ts';
import { typesToTell } from './asked-types.ts';
import { foldTypes, namesOf, type TypeGroup } from './fold-types.ts';
import type { ContextStatus, StatusReport } from './read-statuses.ts';

/** How the text of `navi status` is to look. */
export interface StatusTextOptions {
  /** Every type on a row of its own, also those without objects and those that are not mirrored. */
  readonly isAll: boolean;
  readonly style: TableStyle;
}

/** What `navi status` prints for people: whole lines, its tables no wider than the style says. */
export function statusText(report: StatusReport, options: StatusTextOptions): string {
  const { contexts, atMs, holder } = report;
  const texts = contexts.map((status) => {
    const isNotKept = holder !== undefined && status.mirror?.reason === 'stopped';
    const hint = `  navi sync runs without this context: navi sync --context ${oneLine(shellWord(status.context.name))}\n`;
    return `\n${contextText(status, atMs, options)}${isNotKept ? hint : ''}`;
  });
  return [headLine(report), ...texts].join('');
}

function headLine({ holder, isAnswered }: StatusReport): string {
  if (holder === undefined) return 'navi sync is not running: navi sync --detach keeps the data current\n';
  if (isAnswered) return `navi sync is running (pid ${holder.pid})\n`;
  return `navi sync (pid ${holder.pid}) does not answer: what follows is what it stored last\n`;
}

function contextText(status: ContextStatus, atMs: number, { isAll, style }: StatusTextOptions): string {
  const { context, mirror, asked } = status;
  if (mirror === undefined) {
    const lines = [
      `${context.name}  ${context.server}`,
      `  not mirrored yet: navi sync --context ${shellWord(context.name)}`,
    ];
    return `${lines.map(oneLine).join('\n')}\n`;
  }
  const parts = [clusterLines({ ...status, mirror }, atMs, style)];
  const types = typesToTell(status);
  if (mirror.types.length === 0) parts.push(unknownText(status));
  const isEach = isAll || asked !== undefined;
  const worth = types.filter((type) => isEach || isWorthShowing(type));
  const shown = asked === undefined ? worth.map((type) => withoutTold(type, mirror)) : worth;
  const groups = isEach ? shown.map((type): TypeGroup => [type]) : foldTypes(shown);
  const rows = groups.map((group) => groupRow(group, { mirror, nowMs: atMs, style }));
  if (rows.length > 0) parts.push(detailTable(['TYPE', 'OBJECTS', 'MODE', 'HEALTH', 'AGE', 'DETAIL'], rows, style));
  const hint = hiddenText(types.length - shown.length, groups.length < shown.length);
  if (hint !== '') parts.push(`${style.color.dim(hint)}\n`);
  for (const unknown of asked?.unknown ?? []) parts.push(`  it has no type called "${oneLine(unknown)}"\n`);
  return parts.join('');
}

function clusterLines(
  { context, mirror, keptLogs }: ContextStatus & { readonly mirror: MirrorStatus },
  nowMs: number,
  style: TableStyle,
): string {
  const head = [style.color.bold(oneLine(context.name)), oneLine(mirror.server), oneLine(mirror.serverVersion ?? '')];
  const lines = [
    head.filter((part) => part !== '').join('  '),
    `  ${healthText(mirror, nowMs, style)}, ${sizeText(mirror, nowMs)}`,
    errorLine(mirror),
    uncheckedText(context, style),
    signInText(mirror, context),
    countsText(mirror),
    skewText(mirror.clockSkewMs),
    liveText(mirror.live),
    keptLogsText(keptLogs),
  ];
  return `${lines.filter((line) => line !== '').join('\n')}\n`;
}

/** Whoever sits between may be answering: it is said each time. */
function uncheckedText({ insecureSkipTlsVerify }: ContextSummary, { color }: TableStyle): string {
  if (!insecureSkipTlsVerify) return '';
  return color.red(
    '  WARNING: the server’s certificate is not checked (insecure-skip-tls-verify): anybody may have sent this',
  );
}

/** The daemon asks nobody: only a person ends this. */
function signInText({ reason }: MirrorStatus, { name }: ContextSummary): string {
  return reason === 'auth-needed' ? `  sign in with: navi login --context ${oneLine(shellWord(name))}` : '';
}

/** `unhealthy (disconnected) for 5m` */
function healthText({ health, reason, healthSinceMs }: MirrorStatus, nowMs: number, style: TableStyle): string {
  if (reason === 'none') return paintedHealth(health, style);
  const since = healthSinceMs === null || reason === 'stopped' ? '' : ` for ${humanDuration(nowMs - healthSinceMs)}`;
  return `${paintedHealth(health, style)} (${reason})${since}`;
}

function errorLine({ reason, lastError }: MirrorStatus): string {
  return reason === 'none' || lastError === null ? '' : `  last error: ${oneLine(lastError)}`;
}

function sizeText({ types, confirmedAtMs }: MirrorStatus, nowMs: number): string {
  const mirrored = types.filter(({ detail }) => detail !== undefined);
  const objects = mirrored.reduce((sum, { objectCount }) => sum + objectCount, 0);
  const confirmed =
    confirmedAtMs === null ? 'never confirmed' : `confirmed ${humanDuration(Math.max(0, nowMs - confirmedAtMs))} ago`;
  return `${confirmed}, ${counted(objects, 'object')} of ${counted(mirrored.length, 'type')}`;
}

/** How the types are where not all of them are well; those that are gone are no trouble. */
function countsText({ types, reason }: MirrorStatus): string {
  const states = types.flatMap(({ detail }) =>
    detail === undefined || detail.reason === 'absent' || detail.reason === 'unused'
      ? []
      : [isRefused(detail) ? 'forbidden' : detail.health],
  );
  if (reason === 'stopped' || states.every((state) => state === 'healthy')) return '';
  const parts = ['healthy', 'degraded', 'unhealthy', 'forbidden'].flatMap((state) => {
    const count = states.filter((one) => one === state).length;
    return count === 0 ? [] : [`${count} ${state}`];
  });
  return `  types: ${parts.join(', ')}`;
}

/** Clocks so far apart (ms) make tokens and certificates look spent, and ages wrong. */
const skewWorthTellingMs = 60_000;

function skewText(skewMs: number | null): string {
  if (skewMs === null || Math.abs(skewMs) <= skewWorthTellingMs) return '';
  return `  the server's clock is ${humanDuration(Math.abs(skewMs))} ${skewMs > 0 ? 'ahead of' : 'behind'} this machine's`;
}

/** What the daemon measures; only what says something. */
function liveText(live: LiveMirror | undefined): string {
  if (live === undefined) return '';
  const { use, lagP99Ms, queuedEventCount, waitingListCount, requestCount, receivedBytes } = live;
  const parts = [
    `${counted(requestCount, 'request')}, ${byteText(receivedBytes)} received`,
    lagP99Ms === null ? '' : `changes visible within ${lagP99Ms} ms`,
    queuedEventCount === 0 ? '' : `${counted(queuedEventCount, 'event')} queued`,
    waitingListCount === 0 ? '' : `${counted(waitingListCount, 'list')} waiting`,
  ];
  const lines = [parts.filter((part) => part !== '').join(', '), ...(use === undefined ? [] : [useText(use)])];
  return lines.map((line) => `  ${line}`).join('\n');
}

/** Of types that are followed while they are asked for. */
function useText({ hitCount, missCount, evictionCount, prefetchCount }: LiveUse): string {
  const count = hitCount + missCount;
  const parts = [
    count === 0 ? 'not asked for yet' : `${hitCount} of ${counted(count, 'question')} met current data`,
    evictionCount === 0 ? '' : `${counted(evictionCount, 'type')} made room`,
    prefetchCount === 0 ? '' : `${counted(prefetchCount, 'type')} followed ahead`,
  ];
  return `types followed while asked for: ${parts.filter((part) => part !== '').join(', ')}`;
}

/** `  logs: 3 kept (12 KB), 1 to fetch: …`; nothing where none was ever wanted. */
function keptLogsText(logs: ContextStatus['keptLogs']): string {
  if (logs === undefined || logs.keptCount + logs.wantedCount + logs.lostCount === 0) return '';
  const { keptCount, storedBytes, wantedCount, lostCount, lastFailure } = logs;
  const why = lastFailure === null ? '' : `: ${oneLine(lastFailure)}`;
  const parts = [
    `${keptCount} kept (${byteText(storedBytes)})`,
    lostCount === 0 ? '' : `${lostCount} lost`,
    wantedCount === 0 ? '' : `${wantedCount} to fetch${why}`,
  ];
  return `  logs: ${parts.filter((part) => part !== '').join(', ')}`;
}

/** `3.4 MB` */
function byteText(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  const step = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(1, bytes)) / 3)));
  return `${(bytes / 1_000 ** step).toFixed(step === 0 ? 0 : 1)} ${units[step] ?? ''}`;
}

function hiddenText(count: number, isFolded: boolean): string {
  const hidden = count === 0 ? '' : `${counted(count, 'more type')} without objects or not mirrored`;
  const folded = isFolded ? 'types in the same trouble share a row' : '';
  const what = [hidden, folded].filter((part) => part !== '').join('; ');
  return what === '' ? '' : `${what}: navi status --all`;
}

/** Types with objects, and all that need a look. */
function isWorthShowing({ detail, objectCount }: TypeStatus): boolean {
  if (detail === undefined) return false;
  if (detail.reason === 'unused') return objectCount > 0;
  return objectCount > 0 || (detail.health !== 'healthy' && detail.reason !== 'stopped') || !detail.complete;
}

/** The error that stands at the cluster is not told again of each of its types. */
function withoutTold(type: TypeStatus, { health, reason, lastError }: MirrorStatus): TypeStatus {
  const { detail } = type;
  const isTold = health === 'unhealthy' && detail?.reason === reason && detail.lastError === lastError;
  return isTold ? { ...type, detail: { ...detail, lastError: null } } : type;
}

function unknownText({ context, mirror }: ContextStatus): string {
  const how = mirror?.reason === 'stopped' ? `: navi sync --context ${shellWord(context.name)}` : '';
  return `  the cluster has not told its types yet${oneLine(how)}\n`;
}

interface RowContext {
  readonly mirror: MirrorStatus;
  readonly nowMs: number;
  readonly style: TableStyle;
}

function groupRow(group: TypeGroup, at: RowContext): readonly string[] {
  const [first, ...others] = group;
  return others.length === 0 ? typeRow(first, at) : foldedRow(group, at);
}

/** Names first: what the types have in common is told once, at the cluster where that is where the trouble is. */
function foldedRow(group: TypeGroup, { mirror, nowMs, style }: RowContext): readonly string[] {
  const details = group.flatMap(({ detail }) => detail ?? []);
  const detail = togetherDetail(details);
  if (detail === undefined) return [];
  const objectCount = group.reduce((sum, type) => sum + type.objectCount, 0);
  const isTold = mirror.health === 'unhealthy' && mirror.reason === detail.reason;
  const parts = [
    oneLine(namesOf(group)),
    isTold || detail.reason === 'forbidden' ? '' : commonError(details),
    nextTryText(soonest(details), nowMs),
  ];
  return [
    counted(group.length, 'type'),
    objectCount.toLocaleString('en'),
    ...stateCells(detail, '', { nowMs, style }),
    parts.filter((part) => part !== '').join('; '),
  ];
}

function commonError(details: readonly ScopeDetail[]): string {
  const errors = new Set(details.map(({ lastError }) => lastError ?? ''));
  const [error = ''] = errors;
  return errors.size === 1 || error === '' ? oneLine(error) : `such as: ${oneLine(error)}`;
}

/** The one of them that is tried again first. */
function soonest(details: readonly ScopeDetail[]): ScopeDetail | undefined {
  const due = ({ nextAttemptAtMs }: ScopeDetail): number => nextAttemptAtMs ?? Number.POSITIVE_INFINITY;
  return details.toSorted((a, b) => due(a) - due(b))[0];
}

function typeRow(type: TypeStatus, { nowMs, style }: Pick<RowContext, 'nowMs' | 'style'>): readonly string[] {
  const { detail, namespaces } = type;
  if (detail === undefined) return [oneLine(type.type), '', 'not mirrored', '', '', oneLine(type.retrievalReason)];
  return [
    oneLine(type.type),
    type.objectCount.toLocaleString('en'),
    ...stateCells(detail, placesText(namespaces), { nowMs, style }),
    detailText(type, detail, nowMs),
  ];
}

/** Mode, health and age. */
function stateCells(
  { mode, health, reason, asOfMs }: ScopeDetail,
  places: string,
  { nowMs, style }: Pick<RowContext, 'nowMs' | 'style'>,
): readonly string[] {
  return [
    `${mode}${places}`,
    reason === 'unused'
      ? reason
      : paintedHealth(health, style, reason === 'none' ? 'healthy' : `${health} (${reason})`),
    asOfMs === null ? '' : humanDuration(Math.max(0, nowMs - asOfMs)),
  ];
}

/** Where a type may be read in some namespaces only, their number says how far an answer reaches. */
function placesText(namespaces: TypeStatus['namespaces']): string {
  if (namespaces.length === 0) return '';
  const refused = namespaces.filter((scope) => isRefused(scope)).length;
  const allowed = counted(namespaces.length - refused, 'namespace');
  return refused === 0 ? ` (${allowed})` : ` (${allowed}, ${refused} forbidden)`;
}

/** What else there is to say of a type: how it is polled, what is wrong, and when it is tried again. */
function detailText({ polling, retrievalReason }: TypeStatus, detail: ScopeDetail, nowMs: number): string {
  const { pollIntervalMs, lastError, reason, audit } = detail;
  const interval = pollIntervalMs === null ? '' : ` every ${humanDuration(pollIntervalMs)}`;
  const parts = [
    polling === null ? '' : polling === 'on' ? `polled${interval}` : 'polling paused',
    oneLine(retrievalReason),
    reason === 'stopped' ? '' : oneLine(lastError ?? ''),
    nextTryText(detail, nowMs),
    audit === null || audit.foundCount === 0 ? '' : `audit found ${counted(audit.foundCount, 'difference')}`,
  ];
  return parts.filter((part) => part !== '').join('; ');
}

function nextTryText(detail: ScopeDetail | undefined, nowMs: number): string {
  const { health, nextAttemptAtMs = null } = detail ?? {};
  const isWaiting = health === 'unhealthy' && nextAttemptAtMs !== null && nextAttemptAtMs > nowMs;
  return isWaiting ? `next try in ${humanDuration(nextAttemptAtMs - nowMs)}` : '';
}
