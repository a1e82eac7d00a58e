import { NaviError } from '../errors/navi-error.ts';
import type { MirrorWriter } from '../store/mirror-writer.ts';

/** Runs `work`; false where the store refused it, of which the writer tells. Anything else thrown is a bug. */
export function tolerateStore(writer: MirrorWriter, work: () => void): boolean {
  try {
    work();
    return true;
  } catch (error) {
    if (!(writer.report(error) instanceof NaviError)) throw error;
    return false;
  }
}

/** Commits what only describes: where the store is full or gone no rows are lost by it. */
export function commitTolerantly(writer: MirrorWriter, work: () => void): void {
  tolerateStore(writer, () => writer.commit(work, 'notes'));
}
