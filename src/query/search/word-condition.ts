import { isInRange, parseIpAddress, parseIpRange, type IpRange } from '../../core/ip-address.ts';
import type { MirrorReader } from '../../store/open-reader.ts';
import { namespaceSql } from '../hidden-rows.ts';
import { trigramQuery, trigramLength, type MatchRank } from './search-objects.ts';
import type { SearchField, SearchWord } from './parse-search.ts';

/** SQL with its parameters. */
export interface SqlPart {
  readonly sql: string;
  readonly values: readonly unknown[];
}

/** Kinds of terms that a field is about, best first. */
const termKinds: Readonly<Partial<Record<SearchField, readonly string[]>>> = {
  host: ['host'],
  image: ['image'],
  ip: ['ip'],
  label: ['label'],
  msg: ['message', 'reason', 'annotation'],
};

const allTermKinds = ['label', 'image', 'ip', 'host', 'annotation', 'reason', 'message'];

/**
 * The objects that a word is found in, as a condition on `object`.
 * @param typeIds types of the kind that `kind:` names
 */
export function wordCondition(reader: MirrorReader, { field, text }: SearchWord, typeIds: readonly number[]): SqlPart {
  const range = parseIpRange(text);
  if (range !== undefined && (field === undefined || field === 'ip')) return inRange(reader, range);
  switch (field) {
    case 'cluster':
      return { sql: 'true', values: [] };
    case 'kind':
      return { sql: `object.type_id in (${typeIds.map(Number).join(', ')})`, values: [] };
    case 'name':
      return nameHas(text);
    case 'ns':
      return { sql: `instr(lower(${namespaceSql}), lower(?)) > 0`, values: [text] };
    case undefined:
      return either(nameHas(text), termHas(allTermKinds, text), namespaceHas(text));
    case 'host':
    case 'image':
    case 'ip':
    case 'label':
    case 'msg':
      return termHas(termKinds[field] ?? [], text);
  }
}

/** The rank of a word in an object by its name, as an SQL expression: the number of one of `matchRanks`, null without. */
export function nameRank(text: string, numberOf: (rank: MatchRank) => number): SqlPart {
  return {
    sql: `case when lower(object.name) = lower(?) then ${numberOf('name')}
      when instr(lower(object.name), lower(?)) = 1 then ${numberOf('name-prefix')}
      when instr(lower(object.name), lower(?)) > 0 then ${numberOf('name-part')} end`,
    values: [text, text, text],
  };
}

function nameHas(text: string): SqlPart {
  if (Array.from(text).length < trigramLength)
    return { sql: 'instr(lower(object.name), lower(?)) = 1', values: [text] };
  return {
    sql: `(object.id in (select rowid from object_name where object_name match ?) and instr(lower(object.name), lower(?)) > 0)`,
    values: [trigramQuery(text), text],
  };
}

function namespaceHas(text: string): SqlPart {
  // A part of a namespace in each word would find all of it.
  return { sql: `${namespaceSql} = ?`, values: [text] };
}

function termHas(kinds: readonly string[], text: string): SqlPart {
  const list = kinds.map((kind) => `'${kind}'`).join(', ');
  const isShort = Array.from(text).length < trigramLength;
  const found = isShort
    ? { sql: `term.kind in (${list}) and instr(lower(term.text), lower(?)) = 1`, values: [text] }
    : {
        sql: `term.id in (select rowid from term_text where term_text match ?) and +term.kind in (${list}) and instr(lower(term.text), lower(?)) > 0`,
        values: [trigramQuery(text), text],
      };
  return {
    sql: `object.id in (select object_id from object_term where term_id in (select term.id from term where ${found.sql}))`,
    values: found.values,
  };
}

function inRange({ sqlite }: MirrorReader, range: IpRange): SqlPart {
  const all = sqlite.prepare(`select id, text from term where kind = 'ip'`).all() as { id: number; text: string }[];
  const ids = all.flatMap(({ id, text }) => {
    const address = parseIpAddress(text);
    return address !== undefined && isInRange(range, address) ? [id] : [];
  });
  return {
    sql: 'object.id in (select object_id from object_term where term_id in (select value from json_each(?)))',
    values: [JSON.stringify(ids)],
  };
}

function either(...parts: readonly SqlPart[]): SqlPart {
  return { sql: `(${parts.map(({ sql }) => sql).join(' or ')})`, values: parts.flatMap(({ values }) => values) };
}
