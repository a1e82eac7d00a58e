import { DaemonFollower } from '../../control/follow-daemon.ts';
import type { Action } from '../../core/action/action.ts';
import { compareResourceVersions } from '../../core/resource-version.ts';
import { NaviError } from '../../errors/navi-error.ts';
import type { MirrorType } from '../../query/mirror-type.ts';
import type { MirrorReader } from '../../store/open-reader.ts';
import { daemonSocket } from '../daemon-socket.ts';
import type { GetTarget } from '../get/get-target.ts';

/** So long a command waits until the mirror shows what it did (ms). */
const patienceMs = 2_000;

/** Between two looks at most (ms). */
const lookMs = 100;

/** A change that was made, with the object's version after it; empty where it is not known. */
export interface MadeChange {
  readonly type: MirrorType;
  readonly action: Action;
  readonly resourceVersion: string;
}

/** Resolves once the mirror has every change, or some later one of that object, or the time is over: the next command should see them. */
export async function caughtUp(reader: MirrorReader, target: GetTarget, made: readonly MadeChange[]): Promise<void> {
  const pending = new Set(made.filter(({ type }) => type.scope?.health === 'healthy'));
  if (pending.size === 0) return;
  const statement = reader.sqlite.prepare('select uid, resource_version from object where type_id = ? and key = ?');
  const look = (): boolean => {
    for (const each of pending) {
      const { namespace, name } = each.action.target;
      const row = statement.get(each.type.rowTypeId, namespace === '' ? name : `${namespace}/${name}`);
      if (isShown(each, row as StoredVersion | undefined)) pending.delete(each);
    }
    return pending.size === 0;
  };
  const giveUpAtMs = Date.now() + patienceMs;
  if (look()) return;
  const follower = new DaemonFollower(daemonSocket(), target.choice);
  try {
    while (!look() && Date.now() < giveUpAtMs) await follower.wait(lookMs).catch(waitAlone);
  } finally {
    follower.close();
  }
}

/** The change is made: that the daemon tells nobody else of changes is no failure of it. */
async function waitAlone(error: unknown): Promise<void> {
  if (!(error instanceof NaviError)) throw error;
  await new Promise((resolve) => setTimeout(resolve, lookMs));
}

interface StoredVersion {
  readonly uid: string;
  readonly resource_version: string;
}

function isShown({ action, resourceVersion }: MadeChange, row: StoredVersion | undefined): boolean {
  const { target, change } = action;
  if (change.kind === 'delete') {
    if (row === undefined || row.uid !== target.uid) return true;
    // One that is going shows when it began to go.
    return resourceVersion !== '' && isReached(row, resourceVersion);
  }
  return row !== undefined && (resourceVersion === '' || isReached(row, resourceVersion));
}

function isReached(row: StoredVersion, resourceVersion: string): boolean {
  return (compareResourceVersions(row.resource_version, resourceVersion) ?? 0) >= 0;
}
