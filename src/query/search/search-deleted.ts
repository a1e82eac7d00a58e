import { compareUtf8 } from '../../core/utf8-order.ts';
import { NaviError } from '../../errors/navi-error.ts';
import type { MirrorReader } from '../../store/open-reader.ts';
import { isShown, namespaceSql } from '../hidden-rows.ts';
import { bestMatch, scoreOf } from './hit-order.ts';
import { nameMatch, type WordMatch } from './match-rank.ts';
import type { SearchField, SearchWord } from './parse-search.ts';
import type { KindWords } from './search-words.ts';
import type { SqlPart } from './word-condition.ts';

/** An object that is gone, as far as it is still known. */
export interface DeletedHit extends WordMatch {
  readonly group: string;
  readonly resource: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly matches: readonly WordMatch[];
  /** When the mirror saw that it was gone (epoch ms). */
  readonly deletedAtMs: number;
  /** `event`: the deletion itself was seen; `sweep`: a list no longer had it, so that it went some time before. */
  readonly cause: 'event' | 'sweep';
  /** There is one of that name again. */
  readonly existsAgain: boolean;
}

/** Most objects that the words are found in and that are ranked: the ones that went last. */
const rankedCountMax = 2_000;

/** What of an object that is gone is looked at; all else it took with it. */
const knownFields: ReadonlySet<SearchField | undefined> = new Set([undefined, 'name', 'ns', 'kind', 'cluster']);

interface Row {
  readonly type_id: number;
  readonly api_group: string;
  readonly resource: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly deleted_at: number;
  readonly cause: 'event' | 'sweep';
  readonly exists_again: number;
}

/**
 * Searches what was deleted, as long as tombstones are kept, by name, namespace and kind: the best names first, of the same
 * ones those that went last, and all Events behind them. What only left the mirror, because its type or its scope did, is no deletion.
 * @param words at least one that is not excluded
 * @throws NAVI_USAGE for a field that nothing is known of any more
 */
export function searchDeleted(
  { sqlite }: MirrorReader,
  words: readonly SearchWord[],
  { limit, kinds }: { readonly limit: number; readonly kinds: KindWords },
): { readonly hits: readonly DeletedHit[]; readonly isCut: boolean } {
  const unknown = words.find(({ field }) => !knownFields.has(field));
  if (unknown !== undefined) {
    throw new NaviError('NAVI_USAGE', `${unknown.field ?? ''}: does not go with --deleted`, {
      hints: ['of what is gone the names, namespaces and kinds are searched: navi search --deleted ns:shop web'],
    });
  }
  const isAlone = words.length === 1;
  const typeIds = new Map(words.map((word) => [word, typeIdsOf(word, kinds, isAlone)]));
  const conditions = words.map((word) => conditionOf(word, typeIds.get(word) ?? []));
  const most = Math.max(rankedCountMax, limit) + 1;
  const rows = sqlite
    .prepare(
      `select tombstone.type_id, api_group, resource, kind, ${namespaceSql('tombstone')} as namespace, ${nameSql} as name, uid,
         deleted_at, cause, exists (select 1 from object
           where object.type_id = tombstone.type_id and object.key = tombstone.key) as exists_again
       from tombstone join resource_type on resource_type.id = tombstone.type_id
       where cause <> 'purge' and ${[...conditions.map(({ sql }) => sql), isShown(sqlite, 'tombstone')].join(' and ')}
       order by resource = 'events', deleted_at desc, tombstone.id desc limit ${most}`,
    )
    .all(...conditions.flatMap(({ values }) => values)) as Row[];
  const hits = rows.slice(0, most - 1).map((row) => hitOf(row, words, typeIds));
  hits.sort(compareDeleted);
  return { hits: hits.slice(0, limit), isCut: rows.length > limit };
}

/** Events come last: they go by themselves after an hour. */
function compareDeleted(a: DeletedHit, b: DeletedHit): number {
  return (
    Number(a.resource === 'events') - Number(b.resource === 'events') ||
    scoreOf(a.matches) - scoreOf(b.matches) ||
    b.deletedAtMs - a.deletedAtMs ||
    compareUtf8(a.name, b.name)
  );
}

const nameSql = "substr(tombstone.key, instr(tombstone.key, '/') + 1)";

function typeIdsOf({ field, text }: SearchWord, kinds: KindWords, isAlone: boolean): readonly number[] {
  if (field === 'kind') return kinds.named(text);
  return field === undefined && !isAlone ? kinds.meant(text) : [];
}

/** The narrow index over keys answers first: what is beside them in the table is large. */
function conditionOf({ field, text, isExcluded }: SearchWord, typeIds: readonly number[]): SqlPart {
  const ofTypes = `tombstone.type_id in (${typeIds.map(Number).join(', ')})`;
  const not = isExcluded ? 'not ' : '';
  if (field === 'cluster') return { sql: 'true', values: [] };
  if (field === 'kind') return { sql: `${not}(${ofTypes})`, values: [] };
  const part = field === 'name' ? nameSql : field === 'ns' ? namespaceSql('tombstone') : 'tombstone.key';
  const found = `tombstone.id in (select id from tombstone where instr(lower(${part}), lower(?)) > 0)`;
  return { sql: `${not}(${typeIds.length === 0 ? found : `${found} or ${ofTypes}`})`, values: [text] };
}

function hitOf(
  row: Row,
  words: readonly SearchWord[],
  typeIds: ReadonlyMap<SearchWord, readonly number[]>,
): DeletedHit {
  const matches = words.filter(({ isExcluded }) => !isExcluded).map((word) => matchOf(row, word, typeIds));
  const { group, resource, kind, namespace, name, uid } = { ...row, group: row.api_group };
  const deletion = { deletedAtMs: row.deleted_at, cause: row.cause, existsAgain: row.exists_again === 1 };
  return { ...bestMatch(matches), matches, group, resource, kind, namespace, name, uid, ...deletion };
}

function matchOf(row: Row, word: SearchWord, typeIds: ReadonlyMap<SearchWord, readonly number[]>): WordMatch {
  const { field, text } = word;
  const found = (rank: WordMatch['rank'], matched: string): WordMatch => ({ word: text, rank, matched });
  if (field === 'kind') return found('kind', text);
  if (field === 'cluster') return found('text', text);
  const rank = field === 'ns' ? undefined : nameMatch(row.name, text);
  if (rank !== undefined) return found(rank, row.name);
  if (row.namespace.toLowerCase().includes(text.toLowerCase())) return found('namespace', row.namespace);
  if (typeIds.get(word)?.includes(row.type_id) === true) return found('kind', text);
  // The word spans the slash between namespace and name.
  return found('text', `${row.namespace}/${row.name}`);
}
