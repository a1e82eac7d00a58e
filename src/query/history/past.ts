import { HistoryReader, type PastDeletion } from '../../store/history-reader.ts';
import type { MirrorReader } from '../../store/open-reader.ts';
import { newestChanges, presentState, type LoggedChange, type PastState } from '../../store/rebuild-state.ts';

/** An object of any time. */
export interface PlacedObject {
  /** Id of the type in the mirror. */
  readonly typeId: number;
  /** `plural.group`. */
  readonly type: string;
  /** `namespace/name` or `name`. */
  readonly key: string;
}

/** How an object was at an instant: `unknown` before navi looked on. */
export type StateAt = PastState | { readonly kind: 'unknown'; readonly sinceMs: number | undefined };

/** What a mirror knows of the past: its own change log, and behind that its history. Within one snapshot of the mirror. */
export class Past {
  readonly #reader: MirrorReader;
  #history: HistoryReader | undefined;
  #isOpened = false;

  constructor(reader: MirrorReader) {
    this.#reader = reader;
  }

  /** The newest changes of an object, newest first. */
  changes(object: PlacedObject, limit: number): readonly LoggedChange[] {
    const own = newestChanges(this.#reader.sqlite, object, limit);
    return own.length >= limit ? own : [...own, ...this.#older(object)].slice(0, limit);
  }

  /** Whether the object is there, or was. */
  knows(object: PlacedObject): boolean {
    const known = this.#reader.sqlite.prepare(
      `select exists (select 1 from object where type_id = @typeId and key = @key)
         or exists (select 1 from change where type_id = @typeId and key = @key)`,
    );
    return (
      known.pluck().get({ typeId: object.typeId, key: object.key }) === 1 || this.#opened()?.knows(object) === true
    );
  }

  /** Since when (epoch ms) navi logs what changes in the place of an object; undefined where it does not yet. */
  knownSince({ typeId, key }: PlacedObject): number | undefined {
    const namespace = key.includes('/') ? key.slice(0, key.indexOf('/')) : '';
    // A namespace with a scope of its own is decided by that one.
    const since = this.#reader.sqlite
      .prepare(
        `select known_since from scope where type_id = ? and namespace in ('', ?) order by namespace desc limit 1`,
      )
      .pluck()
      .get(typeId, namespace) as number | null | undefined;
    return since ?? undefined;
  }

  /** What was held under a key at an instant (epoch ms). Where a clock was set back, the order of the log counts. */
  stateAt(object: PlacedObject, atMs: number): StateAt {
    const changes = this.changes(object, Number.MAX_SAFE_INTEGER - 1);
    const next = changes.findLastIndex(({ at }) => at > atMs);
    const last = changes[next + 1];
    // Of one log these are the same; an older one knows what it saw last.
    if (next >= 0 && last?.operation === 'deleted') return { kind: 'none' };
    if (next >= 0 && last !== undefined && last.after.kind === 'state') return last.after;
    if (next >= 0 && last !== undefined) return changes[next]?.before ?? { kind: 'lost' };
    const since = this.knownSince(object);
    if (last === undefined && (since === undefined || atMs < since)) return { kind: 'unknown', sinceMs: since };
    if (last === undefined && !this.reachesBackTo(atMs)) return { kind: 'lost' };
    return changes[next]?.before ?? presentState(this.#reader.sqlite, object.typeId, object.key);
  }

  /** Whether every change since an instant (epoch ms) is kept. */
  reachesBackTo(atMs: number): boolean {
    const forgottenAt = this.#reader.sqlite.prepare('select forgotten_at from mirror').pluck().get() as number | null;
    return forgottenAt === null || atMs >= forgottenAt || this.#opened()?.reachesBackTo(atMs) === true;
  }

  /** When the oldest change was committed (epoch ms) that the mirror's own log, or else its history, still has. */
  oldestKept(): number | undefined {
    const own = this.#reader.sqlite.prepare('select forgotten_at from mirror').pluck().get() as number | null;
    return this.#opened()?.oldest() ?? own ?? undefined;
  }

  /** Keys of a type that have changed since an instant (epoch ms), each once. */
  keysChangedSince({ typeId, type }: Omit<PlacedObject, 'key'>, atMs: number): readonly string[] {
    const own = this.#reader.sqlite.prepare('select distinct key from change where type_id = ? and at > ?').pluck();
    const keys = own.all(typeId, atMs) as string[];
    return [...new Set([...keys, ...(this.#opened()?.keysChangedSince(type, atMs) ?? [])])];
  }

  /** Deletions of a type that are no longer in the mirror, or not only there. */
  olderDeletions({ type }: Omit<PlacedObject, 'key'>): readonly PastDeletion[] {
    return this.#opened()?.deletions(type) ?? [];
  }

  close(): void {
    this.#history?.close();
  }

  #older(object: PlacedObject): readonly LoggedChange[] {
    return this.#opened()?.changes(object) ?? [];
  }

  #opened(): HistoryReader | undefined {
    if (!this.#isOpened) this.#history = HistoryReader.open(this.#reader);
    this.#isOpened = true;
    return this.#history;
  }
}
