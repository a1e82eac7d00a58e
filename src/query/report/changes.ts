import { resourceName } from '../../core/api-resource.ts';
import { instantText } from '../../core/instant-text.ts';
import type { MirrorReader } from '../../store/open-reader.ts';
import { isShown } from '../hidden-rows.ts';
import { storedOf, type MirrorType } from '../mirror-type.ts';
import { placeCondition } from '../place.ts';
import { isTold, type ReportScope } from './report-scope.ts';
import { firstRows, type Section } from './section.ts';
import { bucketOf, timeBuckets } from './time-buckets.ts';

/** How many changes of each kind there were. */
export interface ChangeCounts {
  readonly addedCount: number;
  readonly updatedCount: number;
  readonly deletedCount: number;
}

/** The object of a row. */
export interface ReportObject {
  /** `plural.group`. */
  readonly type: string;
  /** Empty for what is in none. */
  readonly namespace: string;
  readonly name: string;
}

/** What changed in the range; times are RFC 3339. */
export interface ReportChanges extends ChangeCounts {
  /** From here on the mirror's log has all changes; null where it has none at all. */
  readonly knownSince: string | null;
  readonly bucketMs: number;
  /** Oldest first, empty ones too. */
  readonly buckets: readonly (ChangeCounts & { readonly start: string | null })[];
  /** Objects by the number of their changes. */
  readonly objects: Section<ReportObject & ChangeCounts & { readonly lastSeenAt: string | null }>;
  /** Newest first. `isUnseen`: a list no longer had it, so that it went some time before. */
  readonly deletions: Section<ReportObject & { readonly seenAt: string | null; readonly isUnseen: boolean }>;
}

/** Types that change all the time, and Secrets, of which a report holds nothing. */
const untold: ReadonlySet<string> = new Set([
  'events',
  'events.events.k8s.io',
  'leases.coordination.k8s.io',
  'secrets',
]);

/** Most objects of each table: behind the busiest ones there is a long tail. */
const shownMax = 20;

/** An entry of the log as a row without names: of a million of them, objects take three times as long. */
type Entry = readonly [atMs: number, typeId: number, key: string, operation: 'added' | 'updated' | 'deleted'];

interface ChangedObject extends Tally {
  readonly typeId: number;
  readonly key: string;
  lastAtMs: number;
}

type Tally = { -readonly [Name in keyof ChangeCounts]: number };

const zero = (): Tally => ({ addedCount: 0, updatedCount: 0, deletedCount: 0 });

/** The changes that the mirror's own log has of the range: one pass over that part of it. */
export function reportChanges(scope: ReportScope): ReportChanges {
  const { reader, sinceMs, untilMs, place } = scope;
  const types = new Map(
    storedOf(scope.types)
      .filter((type) => isTold(type, place) && !untold.has(resourceName(type)))
      .map((type) => [type.rowTypeId, type]),
  );
  const parts = timeBuckets(sinceMs, untilMs);
  const buckets = Array.from({ length: parts.count }, zero);
  const total = zero();
  const objects = new Map<number, Map<string, ChangedObject>>([...types.keys()].map((id) => [id, new Map()]));
  const deletions: Entry[] = [];
  for (const entry of entriesOf(scope)) {
    const [atMs, typeId, key, operation] = entry;
    const ofType = objects.get(typeId);
    if (ofType === undefined) continue;
    let object = ofType.get(key);
    if (object === undefined) {
      object = { ...zero(), typeId, key, lastAtMs: atMs };
      ofType.set(key, object);
    }
    object.lastAtMs = Math.max(object.lastAtMs, atMs);
    const counter = `${operation}Count` as const;
    object[counter] += 1;
    total[counter] += 1;
    const bucket = buckets[bucketOf(parts, atMs)];
    if (bucket !== undefined) bucket[counter] += 1;
    if (operation === 'deleted') deletions.push(entry);
  }
  const sum = (of: ChangeCounts): number => of.addedCount + of.updatedCount + of.deletedCount;
  const busiest = firstRows(
    [...objects.values()].flatMap((ofType) => [...ofType.values()]).sort((one, other) => sum(other) - sum(one)),
    shownMax,
  );
  const gone = firstRows(deletions.reverse(), shownMax);
  const isUnseen = sweptReader(reader);
  return {
    knownSince: instantText(knownSince(reader, sinceMs)),
    ...total,
    bucketMs: parts.widthMs,
    buckets: buckets.map((counts, index) => ({ start: instantText(parts.startMs + index * parts.widthMs), ...counts })),
    objects: {
      totalCount: busiest.totalCount,
      rows: busiest.rows.map(({ typeId, key, lastAtMs, ...counts }) => ({
        ...objectOf(types, typeId, key),
        ...counts,
        lastSeenAt: instantText(lastAtMs),
      })),
    },
    deletions: {
      totalCount: gone.totalCount,
      rows: gone.rows.map((entry) => ({
        ...objectOf(types, entry[1], entry[2]),
        seenAt: instantText(entry[0]),
        isUnseen: isUnseen(entry),
      })),
    },
  };
}

function objectOf(types: ReadonlyMap<number, MirrorType>, typeId: number, key: string): ReportObject {
  const type = types.get(typeId);
  const [name = '', namespace = ''] = key.split('/').toReversed();
  return { type: type === undefined ? '' : resourceName(type), namespace, name };
}

/** The entries of the range in its place, of whichever types. */
function entriesOf({ reader: { sqlite }, place, sinceMs, untilMs }: ReportScope): Iterable<Entry> {
  const inPlace = placeCondition(place, 'change');
  return sqlite
    .prepare(
      `select at, type_id, key, operation from change
       where seq >= ? and at >= ? and at <= ? and ${inPlace.sql} and ${isShown(sqlite, 'change')} order by seq`,
    )
    .raw()
    .iterate(firstSince(sqlite, sinceMs), sinceMs, untilMs, ...inPlace.parameters) as Iterable<Entry>;
}

/** The number of the first entry of a time: the log has no index by time, and its numbers grow with it. */
function firstSince(sqlite: MirrorReader['sqlite'], atMs: number): number {
  const next = sqlite.prepare('select seq, at from change where seq >= ? order by seq limit 1');
  let low = 0;
  let high = ((sqlite.prepare('select max(seq) from change').pluck().get() as number | null) ?? 0) + 1;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const found = next.get(middle) as { readonly seq: number; readonly at: number } | undefined;
    if (found === undefined || found.at >= atMs) high = middle;
    else low = found.seq + 1;
  }
  return low;
}

/** Says of a deletion whether only a list told of it. */
function sweptReader({ sqlite }: MirrorReader): (entry: Entry) => boolean {
  const cause = sqlite
    .prepare('select cause from tombstone where type_id = ? and key = ? and deleted_at = ? order by id desc limit 1')
    .pluck();
  return ([atMs, typeId, key]) => cause.get(typeId, key, atMs) === 'sweep';
}

/** From when on (epoch ms) in the range changes are known: logged, and not forgotten. */
function knownSince({ sqlite }: MirrorReader, sinceMs: number): number | null {
  const row = sqlite
    .prepare('select (select min(known_since) from scope) as logged, (select forgotten_at from mirror) as forgotten')
    .get() as { readonly logged: number | null; readonly forgotten: number | null };
  return row.logged === null ? null : Math.max(sinceMs, row.logged, row.forgotten ?? 0);
}
