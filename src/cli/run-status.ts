import { join } from 'node:path';
import { humanDuration } from '../core/human-duration.ts';
import type { Health } from '../core/scope-status.ts';
import { exitCodes } from '../errors/navi-error.ts';
import type { ResolvedContext } from '../kubeconfig/resolve-context.ts';
import { naviTable, tableStyle, type ColorMode, type TableStyle } from '../output/navi-table.ts';
import { oneLine } from '../output/terminal-text.ts';
import { readMirrorStatus, type MirrorStatus, type TypeStatus } from '../query/mirror-status.ts';
import { lockHolder, type Holder } from '../store/lock-database.ts';
import { findMirror, inSnapshot, openDataDirectory } from './open-mirror.ts';
import { shellWord } from './shell-word.ts';

/** What `navi status` was asked for. */
export interface StatusRun {
  readonly contexts: readonly ResolvedContext[];
  readonly isAll: boolean;
  readonly isJson: boolean;
  readonly color: ColorMode;
  readonly write: (text: string) => void;
  readonly notice: (text: string) => void;
}

interface ContextStatus {
  readonly context: ResolvedContext;
  /** Undefined where the context is not mirrored. */
  readonly mirror: MirrorStatus | undefined;
}

/** `navi status`: resolves with the exit code, 6 where no context asked for is mirrored. @throws NaviError */
export async function runStatus(run: StatusRun): Promise<number> {
  const holder = lockHolder(join(openDataDirectory(process.env), 'lock.db'));
  const statuses: ContextStatus[] = [];
  for (const context of run.contexts) {
    const mirror = await readContext(context);
    statuses.push({ context, mirror: holder === undefined && mirror !== undefined ? whenStopped(mirror) : mirror });
  }
  if (run.isJson) run.write(`${JSON.stringify(asJson(statuses, holder, Date.now()), null, 2)}\n`);
  else printStatuses(run, statuses, holder);
  return statuses.some((status) => status.mirror !== undefined) ? 0 : exitCodes.NAVI_NOT_MIRRORED;
}

/**
 * What a mirror is worth while nobody keeps it: a daemon that was killed left its last words in the store, where every
 * watch is healthy for ever.
 */
function whenStopped(mirror: MirrorStatus): MirrorStatus {
  const types = mirror.types.map((type): TypeStatus => {
    if (type.mode === undefined || type.reason === 'forbidden' || type.reason === 'absent') return type;
    return { ...type, mode: 'stopped', health: 'unhealthy', reason: 'stopped', nextAttemptAtMs: null };
  });
  return { ...mirror, health: 'unhealthy', reason: 'stopped', types };
}

async function readContext(context: ResolvedContext): Promise<MirrorStatus | undefined> {
  const reader = findMirror(context);
  if (reader === undefined) return undefined;
  try {
    return await inSnapshot(reader, () => readMirrorStatus(reader));
  } finally {
    reader.close();
  }
}

function printStatuses(run: StatusRun, statuses: readonly ContextStatus[], holder: Holder | undefined): void {
  const style = tableStyle(process.stdout, process.env, run.color);
  const nowMs = Date.now();
  run.write(
    holder === undefined
      ? 'navi sync is not running: navi sync --detach keeps the data current\n'
      : `navi sync is running (pid ${holder.pid})\n`,
  );
  for (const { context, mirror } of statuses) {
    run.write('\n');
    if (mirror === undefined) {
      const lines = [
        `${context.name}  ${context.cluster.server}`,
        `  not mirrored yet: navi sync --context ${shellWord(context.name)}`,
      ];
      run.write(`${lines.map(oneLine).join('\n')}\n`);
      continue;
    }
    run.write(clusterLines({ context, mirror }, nowMs, style));
    const shown = mirror.types.filter((type) => run.isAll || isWorthShowing(type));
    const rows = shown.map((type) => typeRow(type, nowMs, style));
    if (rows.length > 0) run.write(naviTable(['TYPE', 'OBJECTS', 'MODE', 'HEALTH', 'AGE', 'DETAIL'], rows, style));
    const hidden = mirror.types.length - shown.length;
    if (hidden > 0) run.write(`${style.color.dim(hiddenText(hidden))}\n`);
  }
}

function clusterLines(
  { context, mirror }: { readonly context: ResolvedContext; readonly mirror: MirrorStatus },
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
    type.mode,
    paint(type.health, style, health),
    age,
    detail,
  ];
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

const timeText = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString());

/** The stable JSON of `navi status`; times RFC 3339, ages in milliseconds. */
function asJson(statuses: readonly ContextStatus[], holder: Holder | undefined, nowMs: number) {
  return {
    daemon: holder === undefined ? null : { pid: holder.pid, startedAt: timeText(holder.startedAtMs) },
    clusters: statuses.map(({ context, mirror }) => ({
      context: context.name,
      server: context.cluster.server,
      mirrored: mirror !== undefined,
      ...(mirror === undefined
        ? {}
        : {
            serverVersion: mirror.serverVersion,
            clusterUid: mirror.clusterUid,
            health: mirror.health,
            reason: mirror.reason,
            lastError: mirror.lastError,
            confirmedAt: timeText(mirror.confirmedAtMs),
            timeline: mirror.timeline,
            types: mirror.types.map((type) => typeJson(type, nowMs)),
          }),
    })),
  };
}

function typeJson(type: TypeStatus, nowMs: number) {
  return {
    type: type.type,
    mirrored: type.mode !== undefined,
    retrievalReason: type.retrievalReason,
    objectCount: type.objectCount,
    mode: type.mode ?? null,
    health: type.health ?? null,
    reason: type.reason ?? null,
    healthSince: timeText(type.healthSinceMs ?? null),
    complete: type.complete,
    asOf: timeText(type.asOfMs),
    ageMs: type.asOfMs === null ? null : nowMs - type.asOfMs,
    lastError: type.lastError,
    nextAttemptAt: timeText(type.nextAttemptAtMs),
    counters: type.counters,
  };
}
