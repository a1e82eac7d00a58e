import type { RefreshedScope, VerifiedScope } from '../control/protocol.ts';
import type { MirrorWriter } from '../store/mirror-writer.ts';
import { delay, type Clock } from '../util/clock.ts';
import type { MirrorGuard } from './mirror-guard.ts';
import type { Reflector } from './reflector.ts';

/** A watch that was opened just now is proven within seconds; longer nobody waits for it (ms). */
const provingMs = 30_000;

/** Between two looks at lists that a person waits for (ms). */
const lookMs = 50;

/** What is done because a person asked for it. */
export interface AskedWork {
  readonly reflectors: readonly Reflector[];
  readonly writer: MirrorWriter;
  readonly clock: Clock;
  /** Aborted when nobody waits for it any more, or the mirror stops. */
  readonly ended: AbortSignal;
}

/** Lists scopes again; resolves once each is complete or in trouble. */
export async function refreshScopes({
  reflectors,
  writer,
  clock,
  ended,
}: AskedWork): Promise<readonly RefreshedScope[]> {
  for (const reflector of reflectors) reflector.relist('requested');
  const isDone = (reflector: Reflector): boolean => reflector.isSettled || reflector.status.health === 'unhealthy';
  while (!ended.aborted && !reflectors.every(isDone)) await delay(clock, lookMs, ended);
  return reflectors.map((reflector) => ({
    type: reflector.scope.name,
    namespace: reflector.scope.namespace,
    objectCount: writer.scopes.countRows(writer.scopes.get(reflector.scope.scopeId)),
    problem: reflector.isSettled && reflector.state.kind !== 'denied' ? null : problemOf(reflector),
  }));
}

/** Compares scopes with the server, one after the other; right after a start or a list a little later. */
export async function verifyScopes(
  guard: MirrorGuard,
  { reflectors, clock, ended }: Omit<AskedWork, 'writer'>,
): Promise<readonly VerifiedScope[]> {
  const verified: VerifiedScope[] = [];
  const startedAt = clock.monotonic();
  const isWaitedFor = (): boolean => !ended.aborted && clock.monotonic() - startedAt < provingMs;
  for (const reflector of reflectors) {
    while (reflector.status.health === 'degraded' && isWaitedFor()) await delay(clock, lookMs, ended);
    const { objectCount, foundCount, problem } = await guard.verify(reflector, ended);
    const { name, namespace } = reflector.scope;
    verified.push({ type: name, namespace, objectCount, differenceCount: foundCount, problem });
  }
  return verified;
}

function problemOf({ status }: Reflector): string {
  return status.lastError === null ? status.reason : `${status.reason}: ${status.lastError}`;
}
