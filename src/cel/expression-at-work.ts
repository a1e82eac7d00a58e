import { nearestWord } from '../core/nearest-word.ts';
import { celFault, optionalValue, parseCel, type CelFault } from './cel-library.ts';
import { columnName } from './cell-value.ts';
import { columnText, type ExpressionNeeds } from './expression-needs.ts';
import { ownVariables } from './own-variables.ts';
import type { Expression } from './parse-expression.ts';
import { rowVariables, wholeOf, type JudgedRow, type Surroundings } from './row-variables.ts';
import { whereFault } from './where-fault.ts';

/** Faults that say that an object lacks a field: it does not match, and nothing is wrong. */
const missingCodes: ReadonlySet<string> = new Set(['index_out_of_bounds', 'no_such_key', 'unknown_variable']);

/** Faults of a type that a null causes: it stands for a field that is not set. */
const nullable: ReadonlySet<string> = new Set([
  'invalid_comprehension_range',
  'no_matching_overload',
  'no_such_overload',
]);

/** Fields below which anybody may choose the names: none of them is a slip. */
const freeFields: readonly string[] = ['labels', 'annotations', 'data', 'matchLabels', 'nodeSelector'];

/** An expression at work: its value for each row, and afterwards what was wrong with it. */
export class ExpressionAtWork {
  readonly #expression: Expression;
  readonly #needs: ExpressionNeeds;
  readonly #surroundings: Surroundings;
  #rowCount = 0;
  #failedCount = 0;
  /** The fault of a row that lacked a field, as long as each row lacked the same one. */
  #lacking: CelFault | undefined;
  #lackingRow: JudgedRow | undefined;
  #hasOther = false;
  #failure: CelFault | undefined;

  constructor(expression: Expression, needs: ExpressionNeeds, surroundings: Surroundings) {
    this.#expression = expression;
    this.#needs = needs;
    this.#surroundings = surroundings;
  }

  /** The body of rows must be read. */
  get needsBody(): boolean {
    return this.#needs.body;
  }

  /**
   * The value for a row; undefined where the object lacks a field of it, or where it fails.
   * @param nowMs for a row that is judged later than the first ones, which a command that follows does
   */
  value(judged: JudgedRow, nowMs = this.#surroundings.nowMs): unknown {
    this.#rowCount += 1;
    const variables = rowVariables(judged, this.#needs, { ...this.#surroundings, nowMs });
    try {
      const value = plainValue(this.#expression.program(variables));
      this.#hasOther = true;
      return value;
    } catch (error) {
      const fault = celFault(error) ?? strangeFault(error);
      if (isMissing(fault)) this.#lack(fault, judged);
      else this.#fail(fault);
      return undefined;
    }
  }

  /** Whether a row matches: the value must be a bool. @param nowMs as for `value` */
  matches(judged: JudgedRow, nowMs?: number): boolean {
    const value = this.value(judged, nowMs);
    if (value === undefined || typeof value === 'boolean') return value === true;
    this.#fail({ code: 'not_bool', summary: 'the value is not true or false', start: 0, part: undefined });
    return false;
  }

  #fail(fault: CelFault): void {
    this.#failedCount += 1;
    this.#failure ??= fault;
  }

  #lack(fault: CelFault, judged: JudgedRow): void {
    if (this.#lacking !== undefined && this.#lacking.start !== fault.start) this.#hasOther = true;
    this.#lacking ??= fault;
    this.#lackingRow ??= judged;
  }

  /**
   * To be asked once there was no value, or no match, for any row.
   * @throws NAVI_USAGE where the expression fails for each
   */
  refuseMistake(): void {
    const { flag, text } = this.#expression;
    if (this.#failure !== undefined && this.#failedCount === this.#rowCount) {
      throw whereFault({ flag, text, start: this.#failure.start }, this.#failure.summary);
    }
  }

  /** What could not be judged, and what may be a slip where nothing was found: lines for people. */
  get notices(): readonly string[] {
    return [this.#failureText(), this.#slipText()].filter((text) => text !== undefined);
  }

  #failureText(): string | undefined {
    if (this.#failure === undefined) return undefined;
    const { summary, start } = this.#failure;
    const objects = this.#failedCount === 1 ? '1 object does' : `${this.#failedCount} objects do`;
    return `navi: ${objects} not count because ${this.#expression.flag} fails there: ${summary}, at character ${start + 1}`;
  }

  /** A field may be one that no object has just now: nobody knows that it is a slip. */
  #slipText(): string | undefined {
    if (this.#lacking === undefined || this.#hasOther || this.#failure !== undefined) return undefined;
    const { meant, name } = this.#slip(this.#lacking) ?? {};
    if (name === undefined || meant === undefined || meant === name) return undefined;
    return `navi: no object that was looked at has a field ${name}; did you mean ${meant}?`;
  }

  /** The word that was most likely meant by a field that no object has: one that an object has in that place. */
  #slip({ code, summary, part }: CelFault): { readonly name: string; readonly meant: string | undefined } | undefined {
    const [, name] = /^(?:No such key|Unknown variable): (.*)$/.exec(summary) ?? [];
    if (name === undefined || Object.hasOwn(ownVariables, name)) return undefined;
    if (this.#lackingRow === undefined) return undefined;
    if (code === 'unknown_variable') return { name, meant: meantVariable(name, this.#lackingRow) };
    const { text } = this.#expression;
    if (freeFields.some((field) => text.slice(part?.start, part?.end).includes(`${field}.`))) return undefined;
    const variables = rowVariables(this.#lackingRow, this.#needs, this.#surroundings);
    const root = /^\w+/.exec(text.slice(part?.start))?.[0] ?? '';
    // What a macro binds stands for some part of the object.
    if (!(root in variables)) return { name, meant: nearestWord(name, [...namesIn(variables)]) };
    return { name, meant: nearestWord(name, keysAt(text.slice(part?.start, part?.end), variables)) };
  }
}

/** A value where there is one: an optional of none, and null, is none. */
function plainValue(value: unknown): unknown {
  const inner = optionalValue(value);
  return inner === null ? undefined : inner;
}

function isMissing({ code, summary }: CelFault): boolean {
  return missingCodes.has(code) || (nullable.has(code) && /\bnull\b/.test(summary));
}

/** What a function throws that is no error of the language: of the machine's numbers, patterns and stack. */
function strangeFault(error: unknown): CelFault {
  if (!(error instanceof RangeError || error instanceof SyntaxError || error instanceof TypeError)) throw error;
  return { code: 'strange', summary: error.message, start: 0, part: undefined };
}

/** A field, or a column that is written as one. */
function meantVariable(name: string, judged: JudgedRow): string | undefined {
  const column = judged.columns.map(columnName).find((each) => each === name.toUpperCase());
  return column === undefined ? nearestWord(name, topLevelOf(judged)) : columnText(column);
}

function topLevelOf(judged: JudgedRow): readonly string[] {
  const seen = judged.row.json === undefined ? ['metadata'] : Object.keys(wholeOf(judged));
  return [...seen, ...Object.keys(ownVariables)];
}

/** The names of all fields, however deep. */
function namesIn(value: unknown, found = new Set<string>()): ReadonlySet<string> {
  if (Array.isArray(value)) for (const each of value) namesIn(each, found);
  else if (typeof value === 'object' && value !== null) {
    for (const [name, member] of Object.entries(value)) {
      found.add(name);
      namesIn(member, found);
    }
  }
  return found;
}

/** Names of the fields where `a.b.name` looks for the last of them; none where that cannot be said. */
function keysAt(path: string, variables: Readonly<Record<string, unknown>>): readonly string[] {
  const [, before] = /^(.*?)(?:\.\??\w+|\[\??"[^"]*"\])$/s.exec(path) ?? [];
  if (before === undefined) return [];
  try {
    const value = parseCel(before)(variables);
    return typeof value === 'object' && value !== null ? Object.keys(value) : [];
  } catch {
    return [];
  }
}
