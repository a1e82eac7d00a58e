import { askDaemon } from '../../control/control-client.ts';
import type { LiveMirror } from '../../core/live-status.ts';
import { NaviError } from '../../errors/navi-error.ts';
import { asFault, errorOfAll, ofContext } from '../../errors/of-contexts.ts';
import type { ContextSummary } from '../../kubeconfig/context-summary.ts';
import { readMirrorStatus, type MirrorStatus } from '../../query/mirror-status.ts';
import { readTypes } from '../../query/mirror-type.ts';
import { KeptLogReader, type KeptLogCounts } from '../../store/kept-log-reader.ts';
import type { MirrorReader } from '../../store/open-reader.ts';
import { lockFile } from '../../store/data-directory.ts';
import { lockHolder, type Holder } from '../../store/lock-database.ts';
import { daemonSocket } from '../daemon-socket.ts';
import { openDataDirectory } from '../open-data-directory.ts';
import { findMirror, inSnapshot } from '../open-mirror.ts';
import { askedTypes, type AskedTypes } from './asked-types.ts';
import { whenSilent, whenStopped } from './unkept-mirror.ts';

/** A context as `navi status` tells of it. */
export interface ContextStatus {
  readonly context: ContextSummary;
  /** Undefined where the context is not mirrored. */
  readonly mirror: MirrorStatus | undefined;
  /** The types that are to be told of, where not all are. */
  readonly asked: AskedTypes | undefined;
  /** What came of keeping logs; undefined where there is no history, or it cannot be read. */
  readonly keptLogs: KeptLogCounts | undefined;
}

/** What a status is asked of. */
export interface StatusSubjects {
  readonly contexts: readonly ContextSummary[];
  /** Of contexts that are not even known. */
  readonly faults: readonly NaviError[];
  /** Texts of types as typed; empty for all. */
  readonly types: readonly string[];
}

/** What is known of all contexts that were asked for, at one time. */
export interface StatusReport {
  /** The process that keeps the mirrors current; undefined where none runs. */
  readonly holder: Holder | undefined;
  /** That process tells of itself. Where it does not, what it stored is all there is. */
  readonly isAnswered: boolean;
  /** In the order they were asked for. */
  readonly contexts: readonly ContextStatus[];
  /** Why others that were asked for with them cannot be told of. */
  readonly faults: readonly NaviError[];
  /** When it was read (epoch ms). */
  readonly atMs: number;
}

/** Longest wait for a daemon: one that is well answers within a few milliseconds (ms). */
const liveTimeoutMs = 1_500;

/**
 * Reads what the stores tell of the contexts, and what the daemon adds to it, where one runs.
 * @throws NaviError where the data directory cannot be used, nor the store of any context.
 */
export async function readStatuses({ contexts, faults, types }: StatusSubjects): Promise<StatusReport> {
  const holder = lockHolder(lockFile(openDataDirectory(process.env)));
  const live = holder === undefined ? undefined : await askLive();
  const statuses: ContextStatus[] = [];
  const failed = [...faults];
  for (const context of contexts) {
    const told = live?.find((mirror) => mirror.mirrorId === context.mirrorId);
    const read = await readContext(context, told, types).catch(asFault);
    if (read instanceof NaviError) failed.push(contexts.length === 1 ? read : ofContext(context.name, read));
    else statuses.push({ ...read, mirror: read.mirror && whenKept(read.mirror, { holder, live }) });
  }
  if (statuses.length === 0) throw errorOfAll(failed);
  return { holder, isAnswered: live !== undefined, contexts: statuses, faults: failed, atMs: Date.now() };
}

/** Every mirror of the daemon; undefined where it does not tell. */
async function askLive(): Promise<readonly LiveMirror[] | undefined> {
  try {
    const answer = await askDaemon(daemonSocket(), { method: 'live' }, liveTimeoutMs);
    return Array.isArray(answer) ? (answer as LiveMirror[]) : undefined;
  } catch (error) {
    if (error instanceof NaviError) return undefined;
    throw error;
  }
}

/** A daemon that runs may keep other mirrors than this one. */
function whenKept(
  mirror: MirrorStatus,
  { holder, live }: { readonly holder: Holder | undefined; readonly live: readonly LiveMirror[] | undefined },
): MirrorStatus {
  if (holder === undefined) return whenStopped(mirror);
  if (live === undefined) return whenSilent(mirror, Date.now());
  return mirror.live === undefined ? whenStopped(mirror) : mirror;
}

async function readContext(
  context: ContextSummary,
  live: LiveMirror | undefined,
  types: readonly string[],
): Promise<ContextStatus> {
  const reader = findMirror(context);
  if (reader === undefined) return { context, mirror: undefined, asked: undefined, keptLogs: undefined };
  try {
    return await inSnapshot(reader, () => ({
      context,
      mirror: readMirrorStatus(reader, live),
      asked: types.length === 0 ? undefined : askedTypes(types, readTypes(reader)),
      keptLogs: keptLogCounts(reader),
    }));
  } finally {
    reader.close();
  }
}

/** A mirror is told of, whatever its history is like: the daemon logs what is wrong with that. */
function keptLogCounts(reader: MirrorReader): KeptLogCounts | undefined {
  try {
    const kept = KeptLogReader.open(reader);
    try {
      return kept?.counts();
    } finally {
      kept?.close();
    }
  } catch (error) {
    if (error instanceof NaviError) return undefined;
    throw error;
  }
}
