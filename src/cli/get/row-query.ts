import type { Cell } from '../../core/cell.ts';
import { supportedFields } from '../../core/selector/selectable-field-names.ts';
import type { MirrorType } from '../../query/mirror-type.ts';
import type { ObjectDetail, ObjectRow } from '../../query/object-query.ts';
import type { PrinterColumn } from '../../core/printer-column.ts';
import type { Candidates } from '../../query/where/candidate-rows.ts';
import type { ExpressionAtWork } from '../../cel/expression-at-work.ts';
import type { Language } from '../../query/where/language.ts';
import type { Expression } from '../../cel/parse-expression.ts';
import {
  columnOf,
  compareKeys,
  keyTexts,
  parseOrder,
  rowKey,
  sortKey,
  valueText,
  type OrderKey,
  type RowKey,
} from '../../query/where/row-order.ts';
import { ColumnValue, type RowValue } from '../../query/where/row-value.ts';
import type { JudgedRow, Surroundings } from '../../cel/row-variables.ts';
import type { StepRows } from './get-rows.ts';
import { positionsByValues } from './positions-by-values.ts';
import type { QueryFlags } from './query-flags.ts';
import type { FoundRows } from './read-plan.ts';

/** Rows that tell whether objects of a type have a field at all. */
const sampleCount = 100;

/** Makes the query for the types of a plan. @throws NAVI_USAGE for a column that no type has */
export type MakeRowQuery = (types: readonly MirrorType[], surroundings: Surroundings) => Promise<RowQuery>;

/** Reads the expressions that do not depend on the types. @throws NAVI_USAGE for what is no expression */
export async function rowQueryOf(flags: QueryFlags): Promise<MakeRowQuery> {
  const filtering = flags.where === '' ? undefined : await loadLanguage(flags);
  const where = filtering?.parse('--where', flags.where, 'bool');
  return async (types, surroundings) => {
    const columns = types.flatMap((type) => type.columns);
    const language = filtering ?? (hasExpression(flags, columns) ? await loadLanguage(flags) : undefined);
    return new RowQuery({ flags, where, columns, surroundings, language });
  };
}

async function loadLanguage({ where, orderBy, groupBy }: QueryFlags): Promise<Language> {
  const { languageOf } = await import('../../query/where/language.ts');
  return await languageOf([where, orderBy, groupBy]);
}

/** Whether rows are ordered or grouped by anything but columns that are named alone. */
function hasExpression({ orderBy, groupBy }: QueryFlags, columns: readonly PrinterColumn[]): boolean {
  const keys = [...(orderBy === '' ? [] : keyTexts(orderBy)), ...(groupBy === '' ? [] : [groupBy])];
  return keys.some((key) => columnOf(key, columns) === undefined);
}

/** How many rows have a value. */
export interface ValueCount {
  /** As a table shows it; `<none>` for objects without. */
  readonly value: string;
  readonly count: number;
}

/** navi's own questions to the rows of a plan: which of them, in which order, how many, or how many of each value. */
export class RowQuery {
  readonly flags: QueryFlags;
  readonly #language: Language | undefined;
  readonly #where: { readonly expression: Expression; readonly work: ExpressionAtWork } | undefined;
  readonly #order: readonly OrderKey<RowValue>[];
  readonly #group: RowValue | undefined;
  readonly #nowMs: number;
  /** Some row has matched. */
  hasMatch = false;

  constructor(options: {
    readonly flags: QueryFlags;
    readonly where: Expression | undefined;
    readonly columns: readonly PrinterColumn[];
    readonly surroundings: Surroundings;
    /** Where there is any expression. */
    readonly language: Language | undefined;
  }) {
    const { flags, where, columns, surroundings, language } = options;
    const work = (expression: Expression): ExpressionAtWork =>
      spoken(language).atWork(expression, columns, surroundings);
    // All are parsed before one is asked for its columns.
    const reader =
      (flag: string) =>
      ({ column, text }: RowKey): (() => RowValue) => {
        if (column !== undefined) return () => new ColumnValue(column, surroundings.nowMs);
        const expression = spoken(language).parse(flag, text, 'any');
        return () => work(expression);
      };
    this.flags = flags;
    this.#language = language;
    this.#nowMs = surroundings.nowMs;
    this.#where = where === undefined ? undefined : { expression: where, work: work(where) };
    const order =
      flags.orderBy === '' ? [] : parseOrder('--order-by', flags.orderBy, { columns, reader: reader('--order-by') });
    this.#order = order.map(({ read, isDescending }) => ({ read: read(), isDescending }));
    this.#group =
      flags.groupBy === '' ? undefined : reader('--group-by')(rowKey('--group-by', flags.groupBy, columns))();
  }

  /** What must be read of each row where `detail` is to be printed. */
  detail(detail: ObjectDetail): ObjectDetail {
    const all = [this.#where?.work, this.#group, ...this.#order.map(({ read }) => read)];
    return detail === 'row' && all.some((read) => read?.needsBody) ? 'body' : detail;
  }

  /** What the store itself tells of the rows of a type. */
  candidates(type: MirrorType, detail: ObjectDetail): Candidates {
    if (this.#where === undefined) return { condition: undefined, parts: [] };
    const isAlias = type.retrieval === 'alias';
    return spoken(this.#language).candidates(this.#where.expression, {
      typeId: type.rowTypeId,
      fields: new Set(isAlias ? [] : supportedFields(type, type.customFields)),
      hasBody: detail !== 'row' && !isAlias,
      nowMs: this.#nowMs,
      columns: type.columns,
    });
  }

  /**
   * The rows that match. Looks for the first of them at once, since mistakes are to be told before anything is printed, and
   * closes what it reads by: a statement that is open holds up the end of the snapshot.
   */
  matching(read: StepRows): StepRows {
    const where = this.#where;
    if (where === undefined || 'failure' in read) return read;
    const matches = (row: ObjectRow): boolean => where.work.matches(judged(read, row));
    let firstAt = 0;
    let isAny = false;
    for (const row of read.rows) {
      isAny = matches(row);
      if (isAny) break;
      firstAt += 1;
    }
    // What the store tells of its rows, it tells without the expression.
    if (!isAny) return { ...read, rows: [], tally: undefined };
    this.hasMatch = true;
    const rows = function* (): Generator<ObjectRow> {
      let at = 0;
      for (const row of read.rows) {
        // What was judged already is not judged again.
        if (at === firstAt || (at > firstAt && matches(row))) yield row;
        at += 1;
      }
    };
    return { ...read, rows: { [Symbol.iterator]: rows }, tally: undefined };
  }

  /** Whether an object that changed at `nowMs` matches by what it came to. */
  matchesAt(row: ObjectRow, type: MirrorType, nowMs: number): boolean {
    return this.#where?.work.matches(judged({ type, columns: type.columns }, row), nowMs) ?? true;
  }

  /** Has some rows judged that cannot match, for what is wrong with the expression. */
  tryOn(read: StepRows): void {
    if (this.#where === undefined || 'failure' in read) return;
    let count = 0;
    for (const row of read.rows) {
      if (count++ === sampleCount) return;
      this.#where.work.matches(judged(read, row));
    }
  }

  /** To be asked once every step was read. @throws NAVI_USAGE for an expression that looks like a mistake */
  refuseMistake(): void {
    if (!this.hasMatch) this.#where?.work.refuseMistake();
  }

  /** What could not be judged, a line each. */
  get notices(): readonly string[] {
    return [this.#where?.work, this.#group, ...this.#order.map(({ read }) => read)].flatMap(
      (read) => read?.notices ?? [],
    );
  }

  /**
   * The rows in the wanted order, each table by itself, and of all of them those that are wanted.
   * @param detail what is printed of each row
   */
  arranged(found: readonly FoundRows[], detail: ObjectDetail): readonly FoundRows[] {
    const { limit = Number.POSITIVE_INFINITY, offset, isCount } = this.flags;
    // What is counted is counted whole: of that some values are shown.
    if (isCount || this.#group !== undefined) return found;
    const ordered =
      this.#order.length === 0 ? found : found.map((read) => ({ ...read, rows: this.#ordered(read, detail) }));
    if (offset === 0 && limit === Number.POSITIVE_INFINITY) return ordered;
    let at = 0;
    return ordered.map((read) => ({
      ...read,
      rows: {
        *[Symbol.iterator]() {
          for (const row of read.rows) {
            if (at >= offset + limit) return;
            if (at++ >= offset) yield row;
          }
        },
      },
    }));
  }

  #ordered(read: FoundRows, detail: ObjectDetail): Iterable<ObjectRow> {
    const { again } = read;
    const byCells = this.#orderedByCells(read, detail);
    if (byCells !== undefined) return byCells;
    const compare = compareKeys(this.#order);
    const all = Array.from(read.rows, (row) => {
      const keys = this.#order.map((key) => sortKey(key.read.value(judged(read, row))));
      return { row: again === undefined ? row : narrow(row), keys };
    });
    if (all.every(({ keys }) => keys.every((key) => key === undefined))) {
      for (const key of this.#order) key.read.refuseMistake();
    }
    all.sort((a, b) => compare(a.keys, b.keys));
    return {
      *[Symbol.iterator]() {
        for (const { row } of all) yield detail === 'row' ? row : (again?.(row) ?? row);
      },
    };
  }

  /**
   * The same where cells alone decide: they are mostly few different ones, which are compared instead of the rows, and only
   * rows that are wanted are read.
   */
  #orderedByCells({ tally, columns, again }: FoundRows, detail: ObjectDetail): Iterable<ObjectRow> | undefined {
    const reads = this.#order.flatMap(({ read }) => (read instanceof ColumnValue ? [read] : []));
    const indexes = reads.map((read) => read.indexIn(columns));
    if (tally === undefined || reads.length < this.#order.length || indexes.includes(-1)) return undefined;
    const cells = tally.cells(indexes);
    const compare = compareKeys(this.#order);
    const ordered = positionsByValues(
      cells,
      (texts) => texts.map((text, at) => sortKey(reads[at]?.valueOf(parsedCell(text), columns))),
      compare,
    );
    return {
      *[Symbol.iterator]() {
        for (const position of ordered) {
          const row = tally.row(cells.objectIds[position] ?? 0);
          if (row !== undefined) yield detail === 'row' ? row : (again?.(row) ?? row);
        }
      },
    };
  }

  /** How many rows there are, by type; an empty value for the whole where nothing is grouped. */
  counts(found: readonly FoundRows[]): readonly ValueCount[] {
    const counts = new Map<string, number>();
    for (const read of found) {
      for (const { value, count } of this.#countsOf(read)) counts.set(value, (counts.get(value) ?? 0) + count);
    }
    if (counts.size === 1 && counts.has('<none>')) this.#group?.refuseMistake();
    const all = Array.from(counts, ([value, count]) => ({ value, count }));
    return all.sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1));
  }

  /** The values of one read and how many rows have each; a value may come more than once. */
  *#countsOf(read: FoundRows): Iterable<ValueCount> {
    const group = this.#group;
    const { tally } = read;
    if (tally !== undefined && group === undefined) {
      yield { value: '', count: tally.count() };
    } else if (tally !== undefined && group instanceof ColumnValue) {
      const index = group.indexIn(read.columns);
      const counts = index === -1 ? [['null', tally.count()] as const] : countsOf(tally.cells([index]).texts[0] ?? []);
      for (const [text, count] of counts)
        yield { value: valueText(group.valueOf(parsedCell(text), read.columns)), count };
    } else {
      const valueOf = (row: ObjectRow): string =>
        group === undefined ? '' : valueText(group.value(judged(read, row)));
      for (const row of read.rows) yield { value: valueOf(row), count: 1 };
    }
  }
}

/** How often each text is there. */
function countsOf(texts: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  return counts;
}

function parsedCell(text: string): Cell {
  return JSON.parse(text) as Cell;
}

/** The language, which is loaded wherever there is an expression. */
function spoken(language: Language | undefined): Language {
  if (language === undefined) throw new Error('no expression was foreseen');
  return language;
}

/** All that a table needs: the objects of all rows would not fit into memory. */
function narrow({ key, name, labels, cells, created_at, changed_at }: ObjectRow): ObjectRow {
  return { key, name, labels, cells, created_at, ...(changed_at === undefined ? {} : { changed_at }) };
}

function judged({ type, columns }: Pick<FoundRows, 'type' | 'columns'>, row: ObjectRow): JudgedRow {
  return { row, columns, isAlias: type.retrieval === 'alias' };
}
