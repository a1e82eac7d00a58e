import { NaviError } from '../errors/navi-error.ts';
import type { WatchEvent } from '../kube/watch-stream.ts';
import type { MirrorWriter } from '../store/mirror-writer.ts';
import type { Clock } from '../util/clock.ts';
import { applyEvents, type AppliedBatch } from './apply-events.ts';
import type { ScopeBatch } from './change-batcher.ts';
import type { MirrorMeters } from './mirror-meters.ts';
import type { MirrorScopes } from './mirror-scopes.ts';
import type { Reflector } from './reflector.ts';
import { tolerateStore } from './tolerant-commit.ts';

/** What a batch is written with. */
export interface BatchServices {
  readonly writer: MirrorWriter;
  readonly clock: Clock;
  readonly scopes: MirrorScopes;
  readonly meters: MirrorMeters;
  /** Told what the store refused a batch with. */
  readonly onRefused: (error: NaviError) => void;
  /** Told where what the events mean for other scopes could not be stored. */
  readonly onUnplanned: () => void;
}

/** Events of a scope that is followed. */
type KnownBatch = ScopeBatch & { readonly reflector: Reflector };

/** Commits the events of all scopes in one transaction. The scopes of a batch that fails read it again. */
export function writeBatches(services: BatchServices, batches: readonly ScopeBatch[]): void {
  const { writer, scopes, onRefused } = services;
  const known = batches.flatMap((batch) => {
    const reflector = scopes.byScope(batch.scopeId);
    return reflector?.isWatching === true ? [{ ...batch, reflector }] : [];
  });
  let applied: readonly AppliedBatch[];
  try {
    applied = commit(services, known);
  } catch (error) {
    const problem = writer.report(error);
    if (!(problem instanceof NaviError)) throw error;
    onRefused(problem);
    for (const { reflector } of known) reflector.storeFailed(problem);
    return;
  }
  // Every scope learns how far its rows are before anything is done that the store may refuse.
  for (const [index, { reflector, receivedAt }] of known.entries()) {
    const { resumePoint, eventCount, bookmarkCount } = applied[index] as AppliedBatch;
    if (resumePoint === '') continue;
    const lagMs = receivedAt === null ? 0 : services.clock.monotonic() - receivedAt;
    reflector.meter.committed(eventCount, bookmarkCount, lagMs);
    reflector.committed(resumePoint);
  }
  for (const [index, { reflector, events }] of known.entries()) {
    if (applied[index]?.suspect === true) reflector.relist('suspected-drift');
    if (!tolerateStore(writer, () => scopes.committed(reflector, events))) services.onUnplanned();
  }
}

function commit({ writer, clock, meters }: BatchServices, known: readonly KnownBatch[]): readonly AppliedBatch[] {
  const nowMs = clock.now();
  const applied = writer.commit(() => {
    meters.storeDue(writer.scopes);
    return known.map(({ reflector, events }) => apply(writer, reflector, events, nowMs));
  });
  meters.stored();
  return applied;
}

function apply(writer: MirrorWriter, reflector: Reflector, events: readonly WatchEvent[], nowMs: number) {
  const target = writer.scopes.target(reflector.scope.scopeId);
  const { recipe, replayedUntil } = reflector;
  return applyEvents(writer, { target, recipe, replayedUntil, nowMs }, events);
}
