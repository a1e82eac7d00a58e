import { humanDuration } from '../../core/human-duration.ts';
import type { Health } from '../../core/scope-status.ts';
import { naviTable, type TableStyle } from '../../output/navi-table.ts';
import { oneLine } from '../../output/terminal-text.ts';
import type { MirrorStatus, TypeStatus } from '../../query/mirror-status.ts';
import { shellWord } from '../shell-word.ts';
import type { ContextStatus, StatusReport } from './read-statuses.ts';
import { withoutPassword } from '../../kubeconfig/url-password.ts';

/** How the text of `navi status` is to look. */
export interface StatusTextOptions {
  /** Also types without objects and types that are not mirrored. */
  readonly isAll: boolean;
  readonly style: TableStyle;
}

/** What `navi status` prints for people: whole lines, no wider than the style says. */
export function statusText({ holder, contexts, atMs }: StatusReport, options: StatusTextOptions): string {
  const head =
    holder === undefined
      ? 'navi sync is not running: navi sync --detach keeps the data current\n'
      : `navi sync is running (pid ${holder.pid})\n`;
  return [head, ...contexts.map((status) => `\n${contextText(status, atMs, options)}`)].join('');
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
  const objects = mirror.types.reduce((sum, type) => sum + (type.mode === undefined ? 0 : type.objectCount), 0);
  const mirrored = mirror.types.filter((type) => type.mode !== undefined);
  const { health, reason } = mirror;
  const why =
    reason === 'none' ? '' : ` (${reason}${mirror.lastError === null ? '' : `: ${oneLine(mirror.lastError)}`})`;
  const confirmed =
    mirror.confirmedAtMs === null ? 'never confirmed' : `confirmed ${humanDuration(nowMs - mirror.confirmedAtMs)} ago`;
  return [
    [style.color.bold(oneLine(context.name)), oneLine(mirror.server), oneLine(mirror.serverVersion ?? '')]
      .filter((part) => part !== '')
      .join('  '),
    `  ${paint(health, style)}${why}, ${confirmed}, ${counted(objects, 'object')} of ${counted(mirrored.length, 'type')}`,
    '',
  ].join('\n');
}

function counted(count: number, noun: string): string {
  return `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`;
}

function hiddenText(count: number): string {
  return `${counted(count, 'more type')} without objects or not mirrored: navi status --all`;
}

/** Types with objects, and all that need a look. */
function isWorthShowing(type: TypeStatus): boolean {
  if (type.mode === undefined) return false;
  return type.objectCount > 0 || (type.health !== 'healthy' && type.reason !== 'stopped') || !type.complete;
}

function typeRow(type: TypeStatus, nowMs: number, style: TableStyle): readonly string[] {
  if (type.mode === undefined) return [oneLine(type.type), '', 'not mirrored', '', '', oneLine(type.retrievalReason)];
  const age = type.asOfMs === null ? '' : humanDuration(nowMs - type.asOfMs);
  const health =
    type.reason === 'none' || type.reason === undefined ? 'healthy' : `${type.health ?? ''} (${type.reason})`;
  const detail = [oneLine(type.retrievalReason), type.reason === 'stopped' ? '' : oneLine(type.lastError ?? '')]
    .filter((part) => part !== '')
    .join('; ');
  return [
    oneLine(type.type),
    type.objectCount.toLocaleString('en'),
    modeText(type),
    paint(type.health, style, health),
    age,
    detail,
  ];
}

/** Where a type may be read in some namespaces only, their number says how far an answer reaches. */
function modeText({ mode, namespaces }: TypeStatus): string {
  return namespaces === undefined ? (mode ?? '') : `${mode ?? ''} (${counted(namespaces.length, 'namespace')})`;
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
