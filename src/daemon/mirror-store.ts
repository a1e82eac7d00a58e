import { existsSync } from 'node:fs';
import { NaviError } from '../errors/navi-error.ts';
import type { ResolvedContext } from '../kubeconfig/resolve-context.ts';
import { withoutPassword } from '../kubeconfig/url-password.ts';
import { MirrorWriter } from '../store/mirror-writer.ts';
import { setAsideDamaged } from '../store/set-aside.ts';
import { damagedStore } from '../store/store-errors.ts';
import type { WalLimits } from '../store/wal-bound.ts';
import type { Clock } from '../util/clock.ts';
import type { Logger } from './logger.ts';

/** What a mirror's store is opened with. */
export interface MirrorStoreOptions {
  readonly file: string;
  readonly context: ResolvedContext;
  readonly clock: Clock;
  readonly log: Logger;
  /** Looks through a store; resolves with what is wrong, or undefined. See `checkStore`. */
  readonly check: (file: string) => Promise<string | undefined>;
  readonly walLimits?: WalLimits | undefined;
  /** Told after each commit that added to the change log. */
  readonly onChange: () => void;
  /** Told when the store begins to refuse commits, and when it no longer does. */
  readonly onProblem: () => void;
  /** The store is damaged: it is to be closed, set aside and begun anew. */
  readonly onDamaged: () => void;
  /** Another process writes to the store. */
  readonly onTakenOver: (problem: NaviError) => void;
}

/** A mirror's store that is open for writing. */
export interface MirrorStore {
  readonly writer: MirrorWriter;
  /** Looks through the store for damage; nothing waits for it. */
  readonly examine: () => void;
}

/**
 * Opens the store of a mirror. A damaged one is set aside, and an empty one begun. One that was not closed is looked
 * through while it is used already.
 * @throws what `openWriter` throws, but NAVI_STORE_CORRUPT
 */
export async function openMirrorStore(options: MirrorStoreOptions): Promise<MirrorStore> {
  const { file, clock, log } = options;
  const wasClosed = !existsSync(`${file}-wal`);
  let writer: MirrorWriter;
  try {
    writer = await openWith(options);
  } catch (error) {
    if (!(error instanceof NaviError) || error.code !== 'NAVI_STORE_CORRUPT') throw error;
    log.error('store is damaged', { error: error.message });
    setAsideAndTell(file, clock, log);
    writer = await openWith(options);
  }
  const examine = (): void => void examineStore(writer, options);
  if (!wasClosed) examine();
  return { writer, examine };
}

/** Sets a damaged store aside that nobody has open for writing. */
export function setAsideAndTell(file: string, clock: Clock, log: Logger): void {
  log.warn('store set aside', { reason: 'damaged', file: setAsideDamaged(file, clock.now()) });
}

async function openWith(options: MirrorStoreOptions): Promise<MirrorWriter> {
  const { file, context, onChange, walLimits } = options;
  return await MirrorWriter.open({
    file,
    server: withoutPassword(context.cluster.server),
    context: context.name,
    onProblem: (problem) => tell(problem, options),
    onChange,
    walLimits,
  });
}

/** Logged whenever a store begins to refuse what is to be written, with the error. */
export const storeUnwritable = 'store cannot be written';

function tell(problem: NaviError | undefined, options: MirrorStoreOptions): void {
  const { log, onProblem, onDamaged, onTakenOver } = options;
  if (problem === undefined) log.info('store can be written again');
  else log.error(storeUnwritable, { error: problem.message });
  if (problem?.code === 'NAVI_STORE_CORRUPT') onDamaged();
  if (problem?.code === 'NAVI_DAEMON_RUNNING') onTakenOver(problem);
  onProblem();
}

async function examineStore(writer: MirrorWriter, { file, check, log, clock }: MirrorStoreOptions): Promise<void> {
  const startedAt = clock.monotonic();
  const found = await check(file);
  if (!writer.isOpen) return;
  const durationMs = Math.round(clock.monotonic() - startedAt);
  log.debug('store looked through', { durationMs, error: found });
  if (found !== undefined) writer.report(damagedStore(file, found));
}
