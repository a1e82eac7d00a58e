import { NaviError } from '../errors/navi-error.ts';
import type { WatchEvent } from '../kube/watch-stream.ts';
import type { MirrorWriter } from '../store/mirror-writer.ts';
import type { Clock } from '../util/clock.ts';
import { applyEvents } from './apply-events.ts';
import type { ScopeBatch } from './change-batcher.ts';
import type { MirrorMeters } from './mirror-meters.ts';
import type { MirrorScopes } from './mirror-scopes.ts';
import type { Reflector } from './reflector.ts';

/** What a batch is written with. */
export interface BatchServices {
  readonly writer: MirrorWriter;
  readonly clock: Clock;
  readonly scopes: MirrorScopes;
  readonly meters: MirrorMeters;
  /** Told what the store refused a batch with. */
  readonly onRefused: (error: NaviError) => void;
}

/** Commits the events of all scopes in one transaction. The scopes of a batch that fails read it again. */
export function writeBatches(services: BatchServices, batches: readonly ScopeBatch[]): void {
  const { writer, clock, scopes, meters, onRefused } = services;
  const known = batches.flatMap((batch) => {
    const reflector = scopes.byScope(batch.scopeId);
    return reflector?.isWatching === true ? [{ ...batch, reflector }] : [];
  });
  try {
    const nowMs = clock.now();
    const applied = writer.commit(() => {
      meters.storeDue(writer.scopes);
      return known.map(({ reflector, events }) => apply(writer, reflector, events, nowMs));
    });
    meters.stored();
    for (const [index, { reflector, events, receivedAt }] of known.entries()) {
      const result = applied[index];
      if (result === undefined || result.resumePoint === '') continue;
      const lagMs = receivedAt === null ? 0 : clock.monotonic() - receivedAt;
      reflector.meter.committed(result.eventCount, result.bookmarkCount, lagMs);
      reflector.committed(result.resumePoint);
      if (result.suspect) reflector.relist('suspected-drift');
      scopes.committed(reflector, events);
    }
  } catch (error) {
    const problem = writer.report(error);
    if (!(problem instanceof NaviError)) throw error;
    onRefused(problem);
    for (const { reflector } of known) reflector.storeFailed(problem);
  }
}

function apply(writer: MirrorWriter, reflector: Reflector, events: readonly WatchEvent[], nowMs: number) {
  const target = writer.scopes.target(reflector.scope.scopeId);
  const { recipe, replayedUntil } = reflector;
  return applyEvents(writer, { target, recipe, replayedUntil, nowMs }, events);
}
