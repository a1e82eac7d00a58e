import { supportedFields } from '../../core/selector/selectable-field-names.ts';
import type { MirrorType } from '../../query/mirror-type.ts';
import type { ObjectDetail, ObjectRow } from '../../query/object-query.ts';
import { candidatesOf, type Candidates } from '../../query/where/candidate-rows.ts';
import { ExpressionAtWork } from '../../query/where/expression-at-work.ts';
import { needsOf } from '../../query/where/expression-needs.ts';
import { parseExpression, type Expression } from '../../query/where/parse-expression.ts';
import { compareKeys, keyExpression, parseOrder, valueText, type OrderKey } from '../../query/where/row-order.ts';
import type { JudgedRow, Surroundings } from '../../query/where/row-variables.ts';
import type { StepRows } from './get-rows.ts';
import type { QueryFlags } from './query-flags.ts';
import type { FoundRows } from './read-plan.ts';

/** Rows that tell whether objects of a type have a field at all. */
const sampleCount = 100;

/** Makes the query for the types of a plan. @throws NAVI_USAGE for a column that no type has */
export type MakeRowQuery = (types: readonly MirrorType[], surroundings: Surroundings) => RowQuery;

/** Reads the expressions that do not depend on the types. @throws NAVI_USAGE for what is no expression */
export function rowQueryOf(flags: QueryFlags): MakeRowQuery {
  const where = flags.where === '' ? undefined : parseExpression('--where', flags.where, 'bool');
  return (types, surroundings) => new RowQuery({ flags, where, types, surroundings });
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
  readonly #where: { readonly expression: Expression; readonly work: ExpressionAtWork } | undefined;
  readonly #order: readonly (OrderKey & { readonly work: ExpressionAtWork })[];
  readonly #group: ExpressionAtWork | undefined;
  readonly #nowMs: number;
  /** Some row has matched. */
  hasMatch = false;

  constructor(options: {
    readonly flags: QueryFlags;
    readonly where: Expression | undefined;
    readonly types: readonly MirrorType[];
    readonly surroundings: Surroundings;
  }) {
    const { flags, where, types, surroundings } = options;
    const columns = types.flatMap((type) => type.columns);
    const work = (expression: Expression): ExpressionAtWork =>
      new ExpressionAtWork(expression, needsOf(expression, columns), surroundings);
    this.flags = flags;
    this.#nowMs = surroundings.nowMs;
    this.#where = where === undefined ? undefined : { expression: where, work: work(where) };
    const order = flags.orderBy === '' ? [] : parseOrder('--order-by', flags.orderBy, columns);
    this.#order = order.map((key) => ({ ...key, work: work(key.expression) }));
    this.#group = flags.groupBy === '' ? undefined : work(keyExpression('--group-by', flags.groupBy, columns));
  }

  /** What must be read of each row where `detail` is to be printed. */
  detail(detail: ObjectDetail): ObjectDetail {
    const all = [this.#where?.work, this.#group, ...this.#order.map(({ work }) => work)];
    return detail === 'row' && all.some((work) => work?.needsBody) ? 'body' : detail;
  }

  /** What the store itself tells of the rows of a type. */
  candidates(type: MirrorType, detail: ObjectDetail): Candidates {
    if (this.#where === undefined) return { condition: undefined, parts: [] };
    const isAlias = type.retrieval === 'alias';
    return candidatesOf(this.#where.expression, {
      typeId: type.rowTypeId,
      fields: new Set(isAlias ? [] : supportedFields(type, type.customFields)),
      hasBody: detail !== 'row' && !isAlias,
      nowMs: this.#nowMs,
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
    if (!isAny) return { ...read, rows: [] };
    this.hasMatch = true;
    const rows = function* (): Generator<ObjectRow> {
      let at = 0;
      for (const row of read.rows) {
        // What was judged already is not judged again.
        if (at === firstAt || (at > firstAt && matches(row))) yield row;
        at += 1;
      }
    };
    return { ...read, rows: { [Symbol.iterator]: rows } };
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
    return [this.#where?.work, this.#group, ...this.#order.map(({ work }) => work)].flatMap(
      (work) => work?.notices ?? [],
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
    const compare = compareKeys(this.#order);
    const all = Array.from(read.rows, (row) => {
      const keys = this.#order.map(({ work }) => work.value(judged(read, row)));
      return { row: again === undefined ? row : narrow(row), keys };
    });
    if (all.every(({ keys }) => keys.every((key) => key === undefined))) {
      for (const { work } of this.#order) work.refuseMistake();
    }
    all.sort((a, b) => compare(a.keys, b.keys));
    return {
      *[Symbol.iterator]() {
        for (const { row } of all) yield detail === 'row' ? row : (again?.(row) ?? row);
      },
    };
  }

  /** How many rows there are, by type; an empty value for the whole where nothing is grouped. */
  counts(found: readonly FoundRows[]): readonly ValueCount[] {
    const counts = new Map<string, number>();
    for (const read of found) {
      for (const row of read.rows) {
        const value = this.#group === undefined ? '' : valueText(this.#group.value(judged(read, row)));
        counts.set(value, (counts.get(value) ?? 0) + 1);
      }
    }
    if (counts.size === 1 && counts.has('<none>')) this.#group?.refuseMistake();
    const all = Array.from(counts, ([value, count]) => ({ value, count }));
    return all.sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1));
  }
}

/** All that a table needs: the objects of all rows would not fit into memory. */
function narrow({ key, name, labels, cells, created_at, changed_at }: ObjectRow): ObjectRow {
  return { key, name, labels, cells, created_at, ...(changed_at === undefined ? {} : { changed_at }) };
}

function judged({ type, columns }: FoundRows, row: ObjectRow): JudgedRow {
  return { row, columns, isAlias: type.retrieval === 'alias' };
}
