import type { ContextChoice } from '../control/protocol.ts';
import { NaviError } from '../errors/navi-error.ts';
import type { MirrorType } from '../query/mirror-type.ts';
import { UnusedType } from '../query/unmirrored.ts';
import type { MirrorReader } from '../store/open-reader.ts';

/** For whom types are asked for. */
export interface UsedFor {
  /** The one context. */
  readonly choice: ContextChoice;
  /** Somebody goes on looking: that is no question of its own. */
  readonly isRenewal?: boolean | undefined;
}

/** The types (`plural.group`) among these that are followed only while they are asked for. */
export function usedNames(types: Iterable<Pick<MirrorType, 'usedName'>>): readonly string[] {
  return [...new Set(Array.from(types, ({ usedName }) => usedName).filter((name) => name !== undefined))];
}

/**
 * What `read` answers within a snapshot of the mirror. Types that it came from and that are followed only while they are asked
 * for are asked for, of the daemon, and what was not current is read again. Where no daemon runs, or it cannot do it, what
 * is kept of them answers as of a cluster that is away. No snapshot is held meanwhile. Nobody else pays for this.
 * @throws what `read` throws, NAVI_INCOMPLETE with the daemon's words
 */
export async function withUsed<T>(
  reader: MirrorReader,
  read: () => T | Promise<T>,
  usedOf: (answer: T) => readonly string[],
  usedFor: UsedFor,
): Promise<T> {
  const problems = new Map<string, string | null>();
  for (;;) {
    const outcome = await readOrMissing(read);
    const missing = outcome instanceof UnusedType ? outcome : undefined;
    const used = missing === undefined ? usedOf(outcome as T) : [missing.usedName];
    const wanted = used.filter((name) => !problems.has(name));
    if (wanted.length === 0) {
      if (missing !== undefined) throw withProblem(missing, problems.get(missing.usedName));
      return outcome as T;
    }
    reader.sqlite.exec('commit');
    try {
      const { askUse } = await import('./ask-use.ts');
      const answers = await askUse(wanted, usedFor);
      for (const name of wanted) problems.set(name, answers?.find(({ type }) => type === name)?.problem ?? null);
      // What was read a moment before is as good as of any type that is followed.
      if (missing === undefined && answers?.every(({ isHit, problem }) => isHit && problem === null) === true)
        return outcome as T;
    } finally {
      reader.sqlite.exec('begin');
    }
  }
}

async function readOrMissing<T>(read: () => T | Promise<T>): Promise<T | UnusedType> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof UnusedType) return error;
    throw error;
  }
}

function withProblem(missing: UnusedType, problem: string | null | undefined): NaviError {
  if (typeof problem !== 'string') return missing;
  return new NaviError('NAVI_INCOMPLETE', `${missing.usedName} is not mirrored yet: ${problem}`, {
    hints: ['navi status says how far the mirror is'],
  });
}
