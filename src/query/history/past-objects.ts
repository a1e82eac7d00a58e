import { firstNames } from '../../core/type-words.ts';
import { NaviError } from '../../errors/navi-error.ts';
import type { PastDeletion } from '../../store/history-reader.ts';
import type { MirrorReader } from '../../store/open-reader.ts';
import { splitState, type StateParts, unpackText } from '../../store/state-blob.ts';
import { Past } from './past.ts';

/** A type of the mirror. */
export interface PastType {
  readonly typeId: number;
  /** `plural.group`. */
  readonly type: string;
}

/** An object that is gone. */
export interface Deletion {
  readonly key: string;
  readonly uid: string;
  /** When the mirror saw that it was gone (epoch ms). */
  readonly atMs: number;
  /** The last one. */
  readonly state: StateParts;
}

/** Most names of objects in an error. */
const shownCount = 3;

/** What a mirror knows of the past of whole types. Within one snapshot of the mirror. */
export class PastObjects {
  readonly #reader: MirrorReader;
  readonly #past: Past;

  constructor(reader: MirrorReader) {
    this.#reader = reader;
    this.#past = new Past(reader);
  }

  /** Since when (epoch ms) every place that is asked about logs its changes. @param namespace undefined: all */
  knownSince({ typeId }: PastType, namespace: string | undefined): number | undefined {
    const rows = this.#reader.sqlite
      .prepare(
        `select namespace, known_since from scope where type_id = ? and phase <> 'denied' and namespace in ('', coalesce(?, namespace)) order by namespace desc`,
      )
      .all(typeId, namespace) as { readonly namespace: string; readonly known_since: number | null }[];
    // A namespace with a scope of its own is decided by that one.
    const deciding = namespace === undefined ? rows : rows.slice(0, 1);
    if (deciding.length === 0 || deciding.some((row) => row.known_since === null)) return undefined;
    return Math.max(...deciding.map((row) => row.known_since ?? 0));
  }

  /** Whether every change since an instant (epoch ms) is kept. */
  reachesBackTo(atMs: number): boolean {
    return this.#past.reachesBackTo(atMs);
  }

  /** The oldest instant (epoch ms) from `sinceMs` on that every change since is kept of. */
  oldest(sinceMs: number): number {
    return this.#past.reachesBackTo(sinceMs) ? sinceMs : Math.max(sinceMs, this.#past.oldestKept() ?? sinceMs);
  }

  /**
   * How the objects were at an instant (epoch ms) that have changed since, by key; undefined for one that was not there.
   * @throws NAVI_TOO_OLD where that is no longer kept of one of them
   */
  statesAt(
    of: PastType,
    atMs: number,
    isWanted: (key: string) => boolean,
  ): ReadonlyMap<string, StateParts | undefined> {
    const keys = this.#past.keysChangedSince(of, atMs).filter(isWanted);
    const states = keys.map((key) => [key, this.#past.stateAt({ ...of, key }, atMs)] as const);
    const lost = states.filter(([, state]) => state.kind === 'lost').map(([key]) => key);
    if (lost.length > 0) {
      const which = firstNames(lost, shownCount);
      throw new NaviError('NAVI_TOO_OLD', `how some ${of.type} were then is no longer kept: ${which}`, {
        hints: ['--at takes a later time'],
      });
    }
    return new Map(states.map(([key, state]) => [key, state.kind === 'state' ? state : undefined]));
  }

  /** Objects that are gone, each life of one once: as far back as is kept, in no order. */
  deletions(of: PastType): readonly Deletion[] {
    const { sqlite } = this.#reader;
    const own = sqlite
      .prepare(
        `select key, uid, deleted_at as atMs, last_state as state from tombstone where type_id = ? and cause <> 'purge' order by id`,
      )
      .all(of.typeId) as PastDeletion[];
    // One that a list missed may have come back: then that life of it goes on.
    const isBack = sqlite
      .prepare('select exists (select 1 from object where type_id = ? and key = ? and uid = ?)')
      .pluck();
    const lives = new Map([...this.#past.olderDeletions(of), ...own].map((each) => [`${each.key} ${each.uid}`, each]));
    return [...lives.values()]
      .filter(({ key, uid }) => isBack.get(of.typeId, key, uid) === 0)
      .map(({ state, ...each }) => ({ ...each, state: splitState(unpackText(state)) }));
  }

  close(): void {
    this.#past.close();
  }
}
