import { keyRange } from '../../core/key-range.ts';
import type { PrinterColumn } from '../../core/printer-column.ts';
import { cellJson } from '../../store/cell-columns.ts';
import { list, raw, sql, type SqlPart } from '../sql-part.ts';
import { allOf, hasTerm, oneOf, withKey } from '../term-conditions.ts';
import type { CelNode } from '../../cel/cel-library.ts';
import { columnUse, fieldName } from '../../cel/expression-names.ts';
import { pathOf } from '../../cel/expression-walk.ts';
import type { Expression } from '../../cel/parse-expression.ts';
import { celDurationMs, columnName } from '../../cel/cell-value.ts';
import { ownVariables } from '../../cel/own-variables.ts';

/** The type whose rows are asked for. */
export interface CandidateType {
  readonly typeId: number;
  /** Fields that are stored as terms under their own path; empty where the objects are shown in another form. */
  readonly fields: ReadonlySet<string>;
  /** The body is read with the rows, in the form in which it is shown. */
  readonly hasBody: boolean;
  readonly nowMs: number;
  /** Those that cells follow. */
  readonly columns: readonly PrinterColumn[];
}

/** What the store tells of an expression. */
export interface Candidates {
  /** Holds for each row that matches, and for others; undefined where nothing is known of them. */
  readonly condition: SqlPart | undefined;
  /** The parts of the expression that it was made of. */
  readonly parts: readonly string[];
}

/** Most texts that are looked for in a body or in cells: SQLite takes no expression of more than 1,000 levels. */
const alternativeCountMax = 50;

/** Texts that JSON writes as they are, and that stand for themselves in a pattern: they are looked for in the stored text. */
const plainText = /^[\w ./:@-]{3,1000}$/;

/**
 * The rows that may match, as a condition that SQLite answers from indexes or at least without parsing a body. It never
 * leaves out a row that matches; each candidate is judged afterwards.
 */
export function candidatesOf({ ast, text }: Expression, type: CandidateType): Candidates {
  const found = new CandidateFinder(type);
  const condition = found.of(ast, new Set());
  return {
    condition,
    parts: condition === undefined ? [] : found.parts.map(({ start, end }) => text.slice(start, end)),
  };
}

class CandidateFinder {
  readonly parts: CelNode[] = [];
  readonly #type: CandidateType;

  constructor(type: CandidateType) {
    this.#type = type;
  }

  /** @param bound variables that stand for a part of the object */
  of(node: CelNode, bound: ReadonlySet<string>): SqlPart | undefined {
    if (node.op === '&&') {
      const both = node.args.flatMap((each) => this.of(each, bound) ?? []);
      return both.length === 0 ? undefined : allOf(both);
    }
    if (node.op === '||') {
      const { length } = this.parts;
      const [first, second] = node.args.flatMap((each) => this.of(each, bound) ?? []);
      if (first !== undefined && second !== undefined) return sql`(${first} or ${second})`;
      this.parts.length = length;
      return undefined;
    }
    const condition = this.#leaf(node, bound);
    if (condition !== undefined && !(node.op === 'rcall' && node.args[0] === 'exists')) this.parts.push(node);
    return condition;
  }

  #leaf(node: CelNode, bound: ReadonlySet<string>): SqlPart | undefined {
    if (node.op === 'rcall') return this.#method(node, bound);
    if (node.op === 'call') {
      const [name, [of]] = node.args;
      return name === 'has' && of !== undefined ? this.#has(pathOf(of), bound) : undefined;
    }
    if (node.op === 'in') return this.#isIn(node.args, bound);
    if (node.op === '==') {
      const [left, right] = node.args;
      return this.#equal(left, right, bound) ?? this.#equal(right, left, bound);
    }
    if (node.op === '<' || node.op === '<=') return this.#ordered(node.args, bound);
    if (node.op === '>' || node.op === '>=') return this.#ordered([node.args[1], node.args[0]], bound);
    return undefined;
  }

  /** The first is less than the second. */
  #ordered([less, more]: readonly [CelNode, CelNode], bound: ReadonlySet<string>): SqlPart | undefined {
    return (
      this.#younger(less, more, bound) ??
      this.#older(more, less, bound) ??
      this.#cell(more, less, { bound, isMore: true }) ??
      this.#cell(less, more, { bound, isMore: false })
    );
  }

  /** A cell of digits lies on one side of a number; any other one, such as `12 (3m ago)`, may match too. */
  #cell(
    of: CelNode,
    limit: CelNode,
    { bound, isMore }: { readonly bound: ReadonlySet<string>; readonly isMore: boolean },
  ): SqlPart | undefined {
    const [root, name, ...deeper] = pathOf(of) ?? [];
    const number = limit.op === 'value' ? numberOf(limit.args) : undefined;
    if (root !== 'cols' || bound.has(root) || name === undefined || deeper.length > 0) return undefined;
    const { isText, place } = this.#columnOf(name);
    if (number === undefined || isText || place === undefined) return undefined;
    const smallerCount = isMore && number <= alternativeCountMax ? Math.max(0, Math.ceil(number)) : 0;
    // As a text, and as a number. To compare what is stored takes half the time of the other way.
    const smaller = Array.from({ length: smallerCount }, (_each, at) => [`"${at}"`, String(at)]).flat();
    if (smaller.length > 0) return sql`ifnull(${place}, '') not in (${list(smaller)})`;
    const cell = sql`trim(${place}, '"')`;
    return sql`(${place} is null or ${cell} glob '*[^0-9]*' or length(${cell}) not between 1 and 15
      or cast(${cell} as integer) ${raw(isMore ? '>=' : '<=')} ${number})`;
  }

  #equal(of: CelNode, to: CelNode, bound: ReadonlySet<string>): SqlPart | undefined {
    const path = pathOf(of);
    return path === undefined || to.op !== 'value' || typeof to.args !== 'string'
      ? undefined
      : this.#hasText(path, [to.args], bound);
  }

  #isIn([of, list]: readonly [CelNode, CelNode], bound: ReadonlySet<string>): SqlPart | undefined {
    if (of.op === 'value' && typeof of.args === 'string') {
      const path = pathOf(list);
      return path?.join('.') === 'metadata.labels' ? this.#has([...path, of.args], bound) : undefined;
    }
    if (list.op !== 'list' || list.args.length === 0) return undefined;
    const path = pathOf(of);
    const values = list.args.flatMap((item) =>
      item.op === 'value' && typeof item.args === 'string' ? [item.args] : [],
    );
    return path === undefined || values.length < list.args.length ? undefined : this.#hasText(path, values, bound);
  }

  /** The value at the path is one of the texts. */
  #hasText(path: readonly string[], values: readonly string[], bound: ReadonlySet<string>): SqlPart | undefined {
    const [root = ''] = path;
    if (!bound.has(root)) {
      const known = this.#knownText(path, values);
      if (known !== undefined) return known;
      if (isRendered(path)) return undefined;
    }
    return anyOf(values.map((value) => this.#bodyHas(value, (text) => `"${text}"`)));
  }

  /** The same for what rows and terms tell. */
  #knownText(path: readonly string[], values: readonly string[]): SqlPart | undefined {
    const { typeId, fields } = this.#type;
    const [root, field, key] = path;
    const name = path.map(fieldName).join('.');
    if (name === 'metadata.name') return sql`object.name in (select value from json_each(${JSON.stringify(values)}))`;
    if (name === 'metadata.namespace') {
      const ranges = values.map(keyRange);
      return anyOf(ranges.map(({ from, to }) => sql`(object.key >= ${from} and object.key < ${to})`));
    }
    if (root === 'metadata' && field === 'labels' && key !== undefined && path.length === 3) {
      return hasTerm(
        oneOf(
          'label',
          values.map((value) => `${key}=${value}`),
        ),
        typeId,
      );
    }
    if (fields.has(name) && !values.includes('')) {
      return hasTerm(
        oneOf(
          'field',
          values.map((value) => `${name}=${value}`),
        ),
        typeId,
      );
    }
    // The text of a time always has a digit or says that it is not known; bools are no texts in the store.
    const isPlain = (value: string): boolean => plainText.test(value) && !/\d|^true$|^false$/.test(value);
    if (root !== 'cols' || field === undefined || path.length > 2 || !values.every(isPlain)) return undefined;
    const { place } = this.#columnOf(field);
    return place === undefined ? undefined : sql`${place} in (${list(values.map((value) => JSON.stringify(value)))})`;
  }

  /** How a column is asked for, and the JSON of its cell; undefined where the type has no such column. */
  #columnOf(name: string): { readonly isText: boolean; readonly place: SqlPart | undefined } {
    const { column, isText } = columnUse(name);
    const index = this.#type.columns.findIndex((each) => columnName(each) === column);
    return { isText, place: index === -1 ? undefined : raw(cellJson('object', index)) };
  }

  #bodyHas(value: string, quoted: (text: string) => string): SqlPart | undefined {
    if (!this.#type.hasBody || !plainText.test(value)) return undefined;
    // A pattern takes half the time of instr, which compares at each byte.
    return sql`body.json glob ${`*${quoted(value)}*`}`;
  }

  #has(path: readonly string[] | undefined, bound: ReadonlySet<string>): SqlPart | undefined {
    const [root = '', field, key] = path ?? [];
    if (bound.has(root)) return undefined;
    if (root !== 'metadata' || field !== 'labels' || key === undefined || path?.length !== 3) return undefined;
    return hasTerm(withKey('label', key), this.#type.typeId);
  }

  #method(
    { args: [name, receiver, args] }: CelNode & { readonly op: 'rcall' },
    bound: ReadonlySet<string>,
  ): SqlPart | undefined {
    const [first, second] = args;
    if (name === 'exists' && first?.op === 'id' && second !== undefined && args.length === 2) {
      // What a part of the object has, the object has; a variable of the expression itself is no part of it.
      // `metadata` itself is not what is stored: it has labels and annotations also where the object has none.
      const [root, ...deeper] = pathOf(receiver) ?? [];
      const isMade = root === 'metadata' && deeper.length === 0;
      const isOwn = root === undefined || ((isMade || Object.hasOwn(ownVariables, root)) && !bound.has(root));
      return isOwn ? undefined : this.of(second, new Set([...bound, first.args]));
    }
    if (first?.op !== 'value' || typeof first.args !== 'string' || args.length !== 1) return undefined;
    const path = pathOf(receiver);
    if (path === undefined || !['startsWith', 'endsWith', 'contains'].includes(name)) return undefined;
    const [root = ''] = path;
    if (!bound.has(root)) {
      if (path.join('.') === 'metadata.name') {
        const at = sql`instr(object.name, ${first.args})`;
        return name === 'startsWith' ? sql`${at} = 1` : sql`${at} > 0`;
      }
      if (isRendered(path)) return undefined;
    }
    return this.#bodyHas(first.args, (text) =>
      name === 'startsWith' ? `"${text}` : name === 'endsWith' ? `${text}"` : text,
    );
  }

  /** `age < duration("1h")`, or `changedAt < timestamp("…")` the other way round. */
  #younger(of: CelNode, limit: CelNode, bound: ReadonlySet<string>): SqlPart | undefined {
    if (of.op !== 'id' || bound.has(of.args)) return undefined;
    if (of.args === 'age') return this.#made(limit, (at) => sql`object.created_at >= ${at}`);
    return this.#changed(of, limit, (at) => sql`object.changed_at <= ${at}`);
  }

  #older(of: CelNode, limit: CelNode, bound: ReadonlySet<string>): SqlPart | undefined {
    if (of.op !== 'id' || bound.has(of.args)) return undefined;
    if (of.args === 'age') return this.#made(limit, (at) => sql`object.created_at <= ${at}`);
    return this.#changed(of, limit, (at) => sql`object.changed_at >= ${at}`);
  }

  #made(limit: CelNode, condition: (atMs: number) => SqlPart): SqlPart | undefined {
    const text = argumentOf(limit, 'duration');
    const ms = text === undefined ? undefined : celDurationMs(text);
    return ms === undefined ? undefined : condition(this.#type.nowMs - ms);
  }

  #changed(
    of: CelNode & { readonly op: 'id' },
    limit: CelNode,
    condition: (atMs: number) => SqlPart,
  ): SqlPart | undefined {
    const at = Date.parse(of.args === 'changedAt' ? (argumentOf(limit, 'timestamp') ?? '') : '');
    return Number.isNaN(at) ? undefined : condition(at);
  }
}

/** What is at the path is not in the body, or stands there in another form. */
function isRendered([root = '', ...rest]: readonly string[]): boolean {
  if (root === 'metadata' && rest[0] === 'creationTimestamp') return true;
  return Object.hasOwn(ownVariables, root) && root !== 'object';
}

/** One of the conditions holds; undefined where one of them is not known, or where they are too many to be worth it. */
function anyOf(conditions: readonly (SqlPart | undefined)[]): SqlPart | undefined {
  const known = conditions.flatMap((each) => each ?? []);
  const [first, ...others] = known;
  if (first === undefined || known.length < conditions.length || known.length > alternativeCountMax) return undefined;
  return others.reduce((all, other) => sql`(${all} or ${other})`, first);
}

/** A number that SQLite compares as the language does; undefined for what is none, and for one that a double does not hold. */
function numberOf(value: unknown): number | undefined {
  const number = typeof value === 'bigint' ? Number(value) : value;
  if (typeof number !== 'number') return undefined;
  return typeof value === 'number' || Number.isSafeInteger(number) ? number : undefined;
}

/** The text in `name("text")`. */
function argumentOf(node: CelNode, name: string): string | undefined {
  if (node.op !== 'call' || node.args[0] !== name) return undefined;
  const [argument] = node.args[1];
  return argument?.op === 'value' && typeof argument.args === 'string' ? argument.args : undefined;
}
