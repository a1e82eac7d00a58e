import { keyRange } from '../core/key-range.ts';
import type { FieldTerm } from '../core/selector/field-selector.ts';
import type { LabelRequirement } from '../core/selector/label-requirement.ts';
import { NaviError } from '../errors/navi-error.ts';
import { cellJson } from '../store/cell-columns.ts';
import type { MirrorReader } from '../store/open-reader.ts';
import { list, raw, sql, type SqlPart } from './sql-part.ts';
import { allOf, hasTerm, not, oneOf, withKey } from './term-conditions.ts';

/** Which objects of a type are asked for. All conditions hold together. */
export interface ObjectQuery {
  readonly typeId: number;
  /** Undefined: all namespaces, or a cluster-scoped type. */
  readonly namespace?: string | undefined;
  /** Undefined: every name. */
  readonly name?: string | undefined;
  readonly labels: readonly LabelRequirement[];
  /** Under their canonical names; see `canonicalField`. */
  readonly fields: readonly FieldTerm[];
  /** What else must hold; may name columns of `body` where the body is read. */
  readonly condition?: SqlPart | undefined;
}

/** What is read of each object: the narrow row for a table; with that the body; with both the packed managedFields. */
export type ObjectDetail = 'row' | 'body' | 'whole';

/** A row as it is stored; `json` and `zstd` only where they were asked for. */
export interface ObjectRow {
  readonly key: string;
  readonly name: string;
  /** JSON of the labels, and of the cells. */
  readonly labels: string;
  readonly cells: string;
  /** Epoch milliseconds. */
  readonly created_at: number | null;
  /** Epoch milliseconds of the last change that the mirror saw; undefined for what does not come from the store. */
  readonly changed_at?: number;
  readonly json?: string;
  readonly zstd?: Buffer | null;
}

/** Most conditions of one selector: SQLite takes longer and longer for more, and has 32,766 parameters for all of them. */
const conditionCountMax = 1_000;

const rowColumns =
  'object.key, object.name, object.labels, json(object.cells) as cells, object.created_at, object.changed_at';

/** The query as SQL, in list order: bytewise by `namespace/name`. @throws NAVI_USAGE for a selector of too many conditions */
export function objectStatement(query: ObjectQuery, detail: ObjectDetail): SqlPart {
  const { columns, joins } = details[detail];
  return sql`select ${raw(rowColumns)}${raw(columns)}
    from object${raw(joins)} where ${condition(query)} order by object.key`;
}

const bodies = ' join body on body.object_id = object.id';
const details: Readonly<Record<ObjectDetail, { readonly columns: string; readonly joins: string }>> = {
  row: { columns: '', joins: '' },
  body: { columns: ', body.json', joins: bodies },
  whole: {
    columns: ', body.json, managed_fields.zstd',
    joins: `${bodies} left join managed_fields on managed_fields.object_id = object.id`,
  },
};

/** Runs the query each time it is iterated, one row at a time; the statement ends with the iteration. */
export function readObjects(reader: MirrorReader, query: ObjectQuery, detail: ObjectDetail): Iterable<ObjectRow> {
  const { text, parameters } = objectStatement(query, detail);
  return {
    *[Symbol.iterator]() {
      yield* reader.sqlite.prepare(text).iterate(...parameters) as Iterable<ObjectRow>;
    },
  };
}

/** The keys of the objects, and when each was created (epoch ms), in list order. */
export function readKeys(reader: MirrorReader, query: ObjectQuery): readonly Pick<ObjectRow, 'key' | 'created_at'>[] {
  const { text, parameters } = sql`select object.key, object.created_at
    from object where ${condition(query)} order by object.key`;
  return reader.sqlite.prepare(text).all(...parameters) as Pick<ObjectRow, 'key' | 'created_at'>[];
}

/** Tells of the rows of a query without reading them whole. */
export interface RowTally {
  count(): number;
  /** The cells at these places of every row. */
  cells(indexes: readonly number[]): RowCells;
  /** The row of an object. */
  row(objectId: number): ObjectRow | undefined;
}

/** Some cells of all rows, in list order: arrays of one length. */
export interface RowCells {
  readonly objectIds: readonly number[];
  /** For each place the JSON of the cell there; `null` beyond the end of the cells. */
  readonly texts: readonly (readonly string[])[];
}

/** What tells of the rows that `readObjects` reads. */
export function rowTally(reader: MirrorReader, query: ObjectQuery): RowTally {
  const { sqlite } = reader;
  let byId: ReturnType<typeof sqlite.prepare> | undefined;
  return {
    count() {
      const { text, parameters } = sql`select count(*) from object where ${condition(query)}`;
      return sqlite
        .prepare(text)
        .pluck()
        .get(...parameters) as number;
    },
    cells(indexes) {
      // One row for all of them: each costs as much to hand over as some fifty to read. SQLite keeps the order of such a
      // subquery. Lines are made and taken apart in half the time of a JSON array; a line of JSON has no end of line in it.
      // `char(10)` would be called for each row.
      const lines = raw(indexes.map((index) => `, group_concat(cell${index}, '\n')`).join(''));
      const cells = raw(
        indexes.map((index) => `, ifnull(${cellJson('object', index)}, 'null') as cell${index}`).join(''),
      );
      const { text, parameters } = sql`select json_group_array(id)${lines}
        from (select object.id as id${cells} from object where ${condition(query)} order by object.key)`;
      const [ids, ...texts] = sqlite
        .prepare(text)
        .raw()
        .get(...parameters) as [string, ...(string | null)[]];
      return {
        objectIds: JSON.parse(ids) as number[],
        texts: texts.map((each) => each?.split('\n') ?? []),
      };
    },
    row(objectId) {
      byId ??= sqlite.prepare(`select ${rowColumns} from object where object.id = ?`);
      return byId.get(objectId) as ObjectRow | undefined;
    },
  };
}

/** Reads single objects of a type by their keys, with one prepared statement for all. */
export function objectByKey(
  reader: MirrorReader,
  typeId: number,
  detail: ObjectDetail,
): (key: string) => ObjectRow | undefined {
  const { text, parameters } = objectStatement({ typeId, name: '', labels: [], fields: [] }, detail);
  const statement = reader.sqlite.prepare(text);
  return (key) => statement.get(...parameters.with(-1, key)) as ObjectRow | undefined;
}

/** What holds for each object that is asked for. */
function condition(query: ObjectQuery): SqlPart {
  const { typeId, namespace, name } = query;
  const found = [sql`object.type_id = ${typeId}`];
  if (namespace !== undefined && name !== undefined) found.push(sql`object.key = ${`${namespace}/${name}`}`);
  else if (namespace !== undefined) {
    const { from, to } = keyRange(namespace);
    found.push(sql`object.key >= ${from} and object.key < ${to}`);
  } else if (name !== undefined) found.push(sql`object.key = ${name}`);
  const labels = distinct(query.labels, 'label').map((requirement) => labelCondition(requirement, typeId));
  if (labels.length > 0) found.push(allOf(labels));
  const fields = distinct(query.fields, 'field').map((term) => fieldCondition(term, typeId));
  if (fields.length > 0) found.push(allOf(fields));
  if (query.condition !== undefined) found.push(query.condition);
  return list(found, ' and ');
}

/** A condition that is said twice holds once. @throws NAVI_USAGE */
function distinct<T>(conditions: readonly T[], kind: string): readonly T[] {
  const found = [...new Map(conditions.map((each) => [JSON.stringify(each), each])).values()];
  if (found.length <= conditionCountMax) return found;
  throw new NaviError('NAVI_USAGE', `the ${kind} selector has ${found.length} conditions, more than navi takes`, {
    hints: [`ask with at most ${conditionCountMax} at a time`],
  });
}

function labelCondition(requirement: LabelRequirement, typeId: number): SqlPart {
  const { key } = requirement;
  switch (requirement.operator) {
    case 'in':
      return hasTerm(
        oneOf(
          'label',
          requirement.values.map((value) => `${key}=${value}`),
        ),
        typeId,
      );
    case 'notIn':
      return not(
        hasTerm(
          oneOf(
            'label',
            requirement.values.map((value) => `${key}=${value}`),
          ),
          typeId,
        ),
      );
    case 'exists':
      return hasTerm(withKey('label', key), typeId);
    case 'doesNotExist':
      return not(hasTerm(withKey('label', key), typeId));
    case 'greaterThan':
    case 'lessThan': {
      const value = sql`substr(text, ${key.length + 2})`;
      const isInteger = sql`(${value} glob '[0-9]*' or ${value} glob '-[0-9]*') and substr(${value}, 2) not glob '*[^0-9]*'`;
      const limit = sql`cast(${requirement.values[0]} as integer)`;
      const compared = sql`cast(${value} as integer) ${raw(requirement.operator === 'greaterThan' ? '>' : '<')} ${limit}`;
      return hasTerm(sql`${withKey('label', key)} and ${isInteger} and ${compared}`, typeId);
    }
  }
}

function fieldCondition(term: FieldTerm, typeId: number): SqlPart {
  const isEqual = term.operator === 'equals';
  if (term.field === 'metadata.name') return sql`object.name ${raw(isEqual ? '=' : '<>')} ${term.value}`;
  if (term.field === 'metadata.namespace') {
    const namespace = sql`substr(object.key, 1, length(object.key) - length(object.name) - 1)`;
    return sql`${namespace} ${raw(isEqual ? '=' : '<>')} ${term.value}`;
  }
  // A field that is not set is stored as no term and compares as the empty text.
  const matching =
    term.value === ''
      ? not(hasTerm(withKey('field', term.field), typeId))
      : hasTerm(oneOf('field', [`${term.field}=${term.value}`]), typeId);
  return isEqual ? matching : not(matching);
}
