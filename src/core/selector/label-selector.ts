/**
 * The language of `-l`: text to requirements, with the grammar, the checks and the messages of apimachinery 0.36.
 * Words are keywords (`in`, `notin`) only where an operator is expected.
 */
import { goQuote } from '../go-quote.ts';
import { compareUtf8 } from '../utf8-order.ts';
import { type LabelRequirement, parseInt64 } from './label-requirement.ts';
import { labelKeyFaults, labelValueFaults } from './label-syntax.ts';
import { type LabelToken, labelTokens } from './label-tokens.ts';

/** The requirements in the order written, or the server's message without what a client wraps around it. */
export type ParsedLabelSelector =
  | { readonly ok: true; readonly requirements: readonly LabelRequirement[] }
  | { readonly ok: false; readonly message: string };

/** Parses a whole label selector; the empty text has no requirements. */
export function parseLabelSelector(text: string): ParsedLabelSelector {
  try {
    return { ok: true, requirements: parseRequirements(new TokenReader(labelTokens(text))) };
  } catch (error) {
    if (error instanceof SelectorFault) return { ok: false, message: error.message };
    throw error;
  }
}

/** Leaves the recursion at the first fault; never seen outside this file. */
class SelectorFault extends Error {}

class TokenReader {
  readonly #tokens: readonly LabelToken[];
  #position = 0;

  constructor(tokens: readonly LabelToken[]) {
    this.#tokens = tokens;
  }

  peek(): LabelToken {
    return this.#tokens[this.#position] ?? { kind: 'end', text: '' };
  }

  next(): LabelToken {
    const token = this.peek();
    this.#position += 1;
    return token;
  }
}

function parseRequirements(reader: TokenReader): readonly LabelRequirement[] {
  const requirements: LabelRequirement[] = [];
  if (reader.peek().kind === 'end') return requirements;
  if (!startsRequirement(reader.peek())) {
    throw new SelectorFault(`found '${reader.peek().text}', expected: !, identifier, or 'end of string'`);
  }
  for (;;) {
    requirements.push(parseRequirement(reader));
    const separator = reader.next();
    if (separator.kind === 'end') return requirements;
    if (separator.text !== ',') {
      throw new SelectorFault(`found '${separator.text}', expected: ',' or 'end of string'`);
    }
    if (!startsRequirement(reader.peek())) {
      throw new SelectorFault(`found '${reader.peek().text}', expected: identifier after ','`);
    }
  }
}

function startsRequirement(token: LabelToken): boolean {
  return token.kind === 'word' || token.text === '!';
}

function parseRequirement(reader: TokenReader): LabelRequirement {
  const negated = reader.peek().text === '!';
  if (negated) reader.next();
  const key = parseKey(reader);
  if (negated) return { operator: 'doesNotExist', key, values: [] };
  if (endsRequirement(reader.peek())) return { operator: 'exists', key, values: [] };
  const operator = reader.next().text;
  switch (operator) {
    case 'in':
      return setRequirement('in', key, parseValueSet(reader));
    case 'notin':
      return setRequirement('notIn', key, parseValueSet(reader));
    case '=':
    case '==':
      return setRequirement('in', key, [parseValue(reader)]);
    case '!=':
      return setRequirement('notIn', key, [parseValue(reader)]);
    case '>':
      return comparison('greaterThan', key, parseValue(reader));
    case '<':
      return comparison('lessThan', key, parseValue(reader));
    default:
      throw requirementFault(`found '${operator}', expected: in, notin, =, ==, !=, gt, lt`);
  }
}

function endsRequirement(token: LabelToken): boolean {
  return token.kind === 'end' || token.text === ',';
}

function parseKey(reader: TokenReader): string {
  const token = reader.next();
  if (token.kind !== 'word') throw requirementFault(`found '${token.text}', expected: identifier`);
  const faults = labelKeyFaults(token.text);
  if (faults.length > 0) throw requirementFault(`<nil>: ${invalidValue(token.text, faults)}`);
  return token.text;
}

function parseValue(reader: TokenReader): string {
  if (endsRequirement(reader.peek())) return '';
  const token = reader.next();
  if (token.kind !== 'word') throw requirementFault(`found '${token.text}', expected: identifier`);
  return token.text;
}

/** The distinct values between parentheses, sorted; an empty place (`()`, `(,a)`, `(a,)`) is the empty value. */
function parseValueSet(reader: TokenReader): readonly string[] {
  const opening = reader.next();
  if (opening.text !== '(') throw requirementFault(`found '${opening.text}' expected: '('`);
  const first = reader.peek();
  if (first.kind !== 'word' && first.text !== ',' && first.text !== ')') {
    throw requirementFault(`found '${first.text}', expected: ',', ')' or identifier`);
  }
  const values = new Set<string>();
  for (;;) {
    values.add(parseSetMember(reader));
    if (reader.next().text === ')') return [...values].toSorted(compareUtf8);
  }
}

function parseSetMember(reader: TokenReader): string {
  const token = reader.peek();
  if (token.text === ',' || token.text === ')') return '';
  if (token.kind !== 'word') throw requirementFault(`found '${token.text}', expected: ',', or identifier`);
  reader.next();
  const following = reader.peek();
  if (following.text === ',' || following.text === ')') return token.text;
  throw requirementFault(`found '${following.text}', expected: ',' or ')'`);
}

function setRequirement(operator: 'in' | 'notIn', key: string, values: readonly string[]): LabelRequirement {
  refuse(values.flatMap((value, index) => valueFaults(key, value, index)));
  return { operator, key, values };
}

function comparison(operator: 'greaterThan' | 'lessThan', key: string, value: string): LabelRequirement {
  const integerFaults =
    parseInt64(value) === undefined
      ? [`values[0]: ${invalidValue(value, ["for 'Gt', 'Lt' operators, the value must be an integer"])}`]
      : [];
  refuse([...integerFaults, ...valueFaults(key, value, 0)]);
  return { operator, key, values: [value] };
}

function valueFaults(key: string, value: string, index: number): readonly string[] {
  const faults = labelValueFaults(value);
  return faults.length === 0 ? [] : [`values[${index}][${key}]: ${invalidValue(value, faults)}`];
}

function invalidValue(value: string, faults: readonly string[]): string {
  return `Invalid value: ${goQuote(value)}: ${faults.join('; ')}`;
}

function refuse(faults: readonly string[]): void {
  if (faults.length === 0) return;
  throw requirementFault(faults.length === 1 ? faults.join('') : `[${faults.join(', ')}]`);
}

function requirementFault(message: string): SelectorFault {
  return new SelectorFault(`unable to parse requirement: ${message}`);
}
