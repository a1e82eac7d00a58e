import { join } from 'node:path';
import type { ResolvedContext } from '../../kubeconfig/resolve-context.ts';
import { readMirrorStatus, type MirrorStatus, type TypeStatus } from '../../query/mirror-status.ts';
import { lockHolder, type Holder } from '../../store/lock-database.ts';
import { findMirror, inSnapshot, openDataDirectory } from '../open-mirror.ts';

/** A context as `navi status` tells of it. */
export interface ContextStatus {
  readonly context: ResolvedContext;
  /** Undefined where the context is not mirrored. */
  readonly mirror: MirrorStatus | undefined;
}

/** What is known of all contexts that were asked for, at one time. */
export interface StatusReport {
  /** The process that keeps the mirrors current; undefined where none runs. */
  readonly holder: Holder | undefined;
  /** In the order they were asked for. */
  readonly contexts: readonly ContextStatus[];
  /** When it was read (epoch ms). */
  readonly atMs: number;
}

/** Reads what the stores tell of the contexts. @throws NaviError where the data directory or a store cannot be used. */
export async function readStatuses(contexts: readonly ResolvedContext[]): Promise<StatusReport> {
  const holder = lockHolder(join(openDataDirectory(process.env), 'lock.db'));
  const statuses: ContextStatus[] = [];
  for (const context of contexts) {
    const mirror = await readContext(context);
    statuses.push({ context, mirror: holder === undefined && mirror !== undefined ? whenStopped(mirror) : mirror });
  }
  return { holder, contexts: statuses, atMs: Date.now() };
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
