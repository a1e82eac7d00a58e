import { humanDuration } from '../../core/human-duration.ts';
import type { LiveMirror } from '../../core/live-status.ts';
import type { Health } from '../../core/scope-status.ts';
import { naviTable, type TableStyle } from '../../output/navi-table.ts';
import type { ResolvedContext } from '../../kubeconfig/resolve-context.ts';
import { oneLine } from '../../core/terminal-text.ts';
import type { MirrorStatus, TypeStatus } from '../../query/mirror-status.ts';
import { isRefused, type ScopeDetail } from '../../query/scope-detail.ts';
import { shellWord } from '../../core/shell-word.ts';
import type { ContextStatus, StatusReport } from './read-statuses.ts';
import { withoutPassword } from '../../kubeconfig/url-password.ts';

/** How the text of `navi status` is to look. */
export interface StatusTextOptions {
  /** Also types without objects and types that are not mirrored. */
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

function contextText({ context, mirror }: ContextStatus, atMs: number, { isAll, style }: StatusTextOptions): string {
  if (mirror === undefined) {
    const lines = [
      `${context.name}  ${withoutPassword(context.cluster.server)}`,
      `  not mirrored yet: navi sync --context ${shellWord(context.name)}`,
    ];
    return `${lines.map(oneLine).join('\n')}\n`;
  }
  const parts = [clusterLines({ context, mirror }, atMs, style)];
  const shown = mirror.types.filter((type) => isAll || isWorthShowing(type));
  const rows = shown.map((type) => typeRow(type, atMs, style));
  if (rows.length > 0) parts.push(naviTable(['TYPE', 'OBJECTS', 'MODE', 'HEALTH', 'AGE', 'DETAIL'], rows, style));
  const hidden = mirror.types.length - shown.length;
  if (hidden > 0) parts.push(`${style.color.dim(hiddenText(hidden))}\n`);
  return parts.join('');
}

function clusterLines(
  { context, mirror }: ContextStatus & { readonly mirror: MirrorStatus },
  nowMs: number,
  style: TableStyle,
): string {
  const head = [style.color.bold(oneLine(context.name)), oneLine(mirror.server), oneLine(mirror.serverVersion ?? '')];
  const lines = [
    head.filter((part) => part !== '').join('  '),
    `  ${healthText(mirror, nowMs, style)}, ${sizeText(mirror, nowMs)}`,
    uncheckedText(context, style),
    signInText(mirror, context),
    scopesText(mirror),
    skewText(mirror.clockSkewMs),
    liveText(mirror.live),
  ];
  return `${lines.filter((line) => line !== '').join('\n')}\n`;
}

/** Whoever sits between may be answering: it is said each time. */
function uncheckedText({ cluster }: ResolvedContext, { color }: TableStyle): string {
  if (!cluster.insecureSkipTlsVerify) return '';
  return color.red(
    '  WARNING: the server’s certificate is not checked (insecure-skip-tls-verify): anybody may have sent this',
  );
}

/** The daemon asks nobody: only a person ends this. */
function signInText({ reason }: MirrorStatus, { name }: ResolvedContext): string {
  return reason === 'auth-needed' ? `  sign in with: navi login --context ${oneLine(shellWord(name))}` : '';
}

/** `unhealthy (disconnected: ERROR) for 5m` */
function healthText(
  { health, reason, lastError, healthSinceMs }: MirrorStatus,
  nowMs: number,
  style: TableStyle,
): string {
  if (reason === 'none') return paint(health, style);
  const error = lastError === null ? '' : `: ${oneLine(lastError)}`;
  const since = healthSinceMs === null || reason === 'stopped' ? '' : ` for ${humanDuration(nowMs - healthSinceMs)}`;
  return `${paint(health, style)} (${reason}${error})${since}`;
}

function sizeText({ types, confirmedAtMs }: MirrorStatus, nowMs: number): string {
  const mirrored = types.filter(({ detail }) => detail !== undefined);
  const objects = mirrored.reduce((sum, { objectCount }) => sum + objectCount, 0);
  const confirmed =
    confirmedAtMs === null ? 'never confirmed' : `confirmed ${humanDuration(Math.max(0, nowMs - confirmedAtMs))} ago`;
  return `${confirmed}, ${counted(objects, 'object')} of ${counted(mirrored.length, 'type')}`;
}

/** How the scopes are where not all of them are well. */
function scopesText({ scopeCounts: { healthy, degraded, unhealthy, forbidden }, reason }: MirrorStatus): string {
  if (reason === 'stopped' || degraded + unhealthy + forbidden === 0) return '';
  const parts = Object.entries({ healthy, degraded, unhealthy, forbidden }).filter(([, count]) => count > 0);
  return `  scopes: ${parts.map(([health, count]) => `${count} ${health}`).join(', ')}`;
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
  const { lagP99Ms, queuedEventCount, waitingListCount, requestCount, receivedBytes } = live;
  const parts = [
    `${counted(requestCount, 'request')}, ${byteText(receivedBytes)} received`,
    lagP99Ms === null ? '' : `changes visible within ${lagP99Ms} ms`,
    queuedEventCount === 0 ? '' : `${counted(queuedEventCount, 'event')} queued`,
    waitingListCount === 0 ? '' : `${counted(waitingListCount, 'list')} waiting`,
  ];
  return `  ${parts.filter((part) => part !== '').join(', ')}`;
}

function counted(count: number, noun: string): string {
  return `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`;
}

/** `3.4 MB` */
function byteText(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  const step = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(1, bytes)) / 3)));
  return `${(bytes / 1_000 ** step).toFixed(step === 0 ? 0 : 1)} ${units[step] ?? ''}`;
}

function hiddenText(count: number): string {
  return `${counted(count, 'more type')} without objects or not mirrored: navi status --all`;
}

/** Types with objects, and all that need a look. */
function isWorthShowing({ detail, objectCount }: TypeStatus): boolean {
  if (detail === undefined) return false;
  return objectCount > 0 || (detail.health !== 'healthy' && detail.reason !== 'stopped') || !detail.complete;
}

function typeRow(type: TypeStatus, nowMs: number, style: TableStyle): readonly string[] {
  const { detail, namespaces } = type;
  if (detail === undefined) return [oneLine(type.type), '', 'not mirrored', '', '', oneLine(type.retrievalReason)];
  return [
    oneLine(type.type),
    type.objectCount.toLocaleString('en'),
    `${detail.mode}${placesText(namespaces)}`,
    paint(detail.health, style, detail.reason === 'none' ? 'healthy' : `${detail.health} (${detail.reason})`),
    detail.asOfMs === null ? '' : humanDuration(Math.max(0, nowMs - detail.asOfMs)),
    detailText(type, detail, nowMs),
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
  const { pollIntervalMs, lastError, reason, nextAttemptAtMs, health, audit } = detail;
  const interval = pollIntervalMs === null ? '' : ` every ${humanDuration(pollIntervalMs)}`;
  const isWaiting = health === 'unhealthy' && nextAttemptAtMs !== null && nextAttemptAtMs > nowMs;
  const parts = [
    polling === null ? '' : polling === 'on' ? `polled${interval}` : 'polling paused',
    oneLine(retrievalReason),
    reason === 'stopped' ? '' : oneLine(lastError ?? ''),
    isWaiting ? `next try in ${humanDuration(nextAttemptAtMs - nowMs)}` : '',
    audit === null || audit.foundCount === 0 ? '' : `audit found ${counted(audit.foundCount, 'difference')}`,
  ];
  return parts.filter((part) => part !== '').join('; ');
}

function paint(health: Health | undefined, { color }: TableStyle, text: string = health ?? ''): string {
  switch (health) {
    case 'healthy':
      return color.green(text);
    case 'degraded':
      return color.yellow(text);
    case 'unhealthy':
      return color.red(text);
    case undefined:
      return text;
  }
}
