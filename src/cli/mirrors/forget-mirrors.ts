import { rmSync } from 'node:fs';
import { askDaemon } from '../../control/control-client.ts';
import type { DaemonInfo } from '../../control/protocol.ts';
import { didYouMean, nearestWord } from '../../core/nearest-word.ts';
import { oneLine } from '../../core/terminal-text.ts';
import { NaviError } from '../../errors/navi-error.ts';
import { plainMessageOf } from '../../errors/plain-words.ts';
import { lockFile } from '../../store/data-directory.ts';
import { lockDatabase } from '../../store/lock-database.ts';
import { daemonSocket } from '../daemon-socket.ts';
import type { StoredMirror } from './stored-mirrors.ts';

/**
 * The mirrors that were named: by the context's name, as it is in the kubeconfig or was when the mirror was last synced, or by
 * the mirror's id.
 * @param idOf mirror ids by the names of the kubeconfig's contexts
 * @throws NAVI_NOT_FOUND for a name of no mirror, NAVI_USAGE for one of several
 */
export function namedMirrors(
  names: readonly string[],
  mirrors: readonly StoredMirror[],
  idOf: ReadonlyMap<string, string>,
): readonly StoredMirror[] {
  return [...new Set(names.map((name) => namedMirror(name, mirrors, idOf)))];
}

function namedMirror(name: string, mirrors: readonly StoredMirror[], idOf: ReadonlyMap<string, string>): StoredMirror {
  const exact = mirrors.find(({ id }) => id === name || id === idOf.get(name));
  if (exact !== undefined) return exact;
  const called = mirrors.filter((mirror) => contextOf(mirror) === name);
  const [first, ...others] = called;
  if (first !== undefined && others.length === 0) return first;
  if (first !== undefined) {
    throw new NaviError('NAVI_USAGE', `${called.length} mirrors are of a context called "${oneLine(name)}"`, {
      hints: [`name one by its id: ${called.map(({ id }) => id).join(', ')}`, 'navi mirrors list tells them apart'],
    });
  }
  const known = mirrors.flatMap((mirror) => contextOf(mirror) ?? []);
  throw new NaviError('NAVI_NOT_FOUND', `no mirror is of a context called "${oneLine(name)}"`, {
    hints: [...didYouMean(nearestWord(name, known)), 'navi mirrors list shows all'],
  });
}

const contextOf = ({ facts }: StoredMirror): string | undefined =>
  facts instanceof NaviError ? undefined : facts.context;

/**
 * Deletes the files of these mirrors: rows, history and logs. Nothing of one that a daemon keeps, since that would only begin
 * it anew.
 * @throws NAVI_DAEMON_RUNNING, NAVI_STORE_UNUSABLE
 */
export async function forgetMirrors(dataDir: string, mirrors: readonly StoredMirror[]): Promise<void> {
  const held = lockDatabase(lockFile(dataDir), { pid: process.pid, startedAtMs: Date.now() });
  try {
    if ('holder' in held) await refuseKept(mirrors, held.holder.pid);
    for (const { directory } of mirrors) remove(directory);
  } finally {
    if ('release' in held) held.release();
  }
}

async function refuseKept(mirrors: readonly StoredMirror[], pid: number): Promise<void> {
  const info = (await askDaemon(daemonSocket(), { method: 'info' })) as DaemonInfo | undefined;
  const kept = mirrors.find(({ id }) => info === undefined || info.mirrors.some(({ mirrorId }) => mirrorId === id));
  if (kept === undefined) return;
  const name = contextOf(kept) ?? kept.id;
  throw new NaviError('NAVI_DAEMON_RUNNING', `the daemon (pid ${pid}) keeps the mirror of "${oneLine(name)}"`, {
    hints: ['navi stop ends it; start it again without that context'],
  });
}

function remove(directory: string): void {
  try {
    rmSync(directory, { recursive: true, force: true });
  } catch (error) {
    throw new NaviError('NAVI_STORE_UNUSABLE', `${directory} cannot be deleted: ${plainMessageOf(error)}`, {
      cause: error,
    });
  }
}
