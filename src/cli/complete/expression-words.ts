import { columnName } from '../../cel/cell-value.ts';
import type { TypedLine } from './asked.ts';
import { candidate, type Candidate } from './candidate.ts';
import { typesNamed } from './mirror-names.ts';
import type { Sources } from './sources.ts';

/** The types that a line is about; none where it names none yet. */
function typeTexts({ command, args }: TypedLine): readonly string[] {
  if (command === 'logs') return ['pods'];
  return args.slice(0, 1).flatMap((text) => (text.split('/', 1)[0] ?? '').split(','));
}

/**
 * Requirements of a selector, with commas between: keys, and behind an operator values.
 * @param operator what a key is followed by; empty where only keys are asked for
 */
export function selectorWords(
  kind: 'label' | 'field',
  { line, typed }: { readonly line: TypedLine; readonly typed: string },
  sources: Sources,
  operator = '=',
): readonly Candidate[] {
  const { lead, key, begin } = lastRequirement(typed);
  const found = sources.mirrors().flatMap((mirror) => {
    const types = typesNamed(mirror, typeTexts(line));
    if (key !== undefined) {
      return mirror.values(kind, types, { key, begin }).map((value) => candidate(`${lead}${value}`));
    }
    return mirror.keys(kind, types, begin).map((each) => candidate(`${lead}${each}${operator}`));
  });
  return found.toSorted((a, b) => (a.value < b.value ? -1 : 1));
}

interface Requirement {
  /** What stands before what is asked for. */
  readonly lead: string;
  /** The key whose value is asked for; undefined: a key is. */
  readonly key: string | undefined;
  readonly begin: string;
}

/** The requirement at the end: `app=web,tier=fr`, `app in (web,st`, `!ap`. */
function lastRequirement(typed: string): Requirement {
  const [set, key] = /(?:^|,)\s*([^\s=!,()]+)\s+(?:not)?in\s*\([^)]*$/.exec(typed) ?? [];
  if (set !== undefined) {
    const end = Math.max(typed.lastIndexOf('('), typed.lastIndexOf(',')) + 1;
    const blank = /^\s*/.exec(typed.slice(end))?.[0].length ?? 0;
    return { lead: typed.slice(0, end + blank), key, begin: typed.slice(end + blank) };
  }
  const [, before = '', last = ''] = /^(.*,)?(.*)$/s.exec(typed) ?? [];
  const [, blank = '', text = ''] = /^(\s*!?)(.*)$/s.exec(last) ?? [];
  const [compared, left] = /^([^\s=!]+)\s*(?:==?|!=)\s*/.exec(text) ?? [];
  if (compared === undefined) return { lead: `${before}${blank}`, key: undefined, begin: text };
  return { lead: `${before}${blank}${compared}`, key: left, begin: text.slice(compared.length) };
}

/** Columns of the types that a line is about, as they are printed. */
function columnsOf(line: TypedLine, sources: Sources): readonly string[] {
  const named = sources.mirrors().flatMap((mirror) => typesNamed(mirror, typeTexts(line)));
  return [...new Set(named.flatMap(({ columns }) => columns.map(columnName)))];
}

/** Keys of an order, with commas between. A column may be typed in small letters too. */
export function orderKeys(typed: string, line: TypedLine, sources: Sources): readonly Candidate[] {
  const [, lead = '', begin = ''] = /^((?:.*,)?\s*)(.*)$/s.exec(typed) ?? [];
  const isSmall = begin !== '' && begin === begin.toLowerCase();
  const columns = columnsOf(line, sources).map((name) => candidate(`${lead}${isSmall ? name.toLowerCase() : name}`));
  const direction = /^(\S.*\s)[a-z]*$/is.exec(begin)?.[1];
  if (direction === undefined) return columns;
  return [...columns, candidate(`${lead}${direction}asc`), candidate(`${lead}${direction}desc`)];
}

/** A column in an expression: `cols.STATUS`, or `cols["NOMINATED NODE"]` where its name is no identifier. */
export function expressionWords(typed: string, line: TypedLine, sources: Sources): readonly Candidate[] {
  const [begin = ''] = /(?<![\w.])(?:c|co|col|cols|cols\.\w*|cols\["?[^"\]]*)?$/.exec(typed) ?? [];
  const lead = typed.slice(0, typed.length - begin.length);
  // Inside of a text, or of a longer word.
  if (lead.split('"').length % 2 === 0 || (begin === '' && /[\w."']$/.test(typed))) return [];
  return columnsOf(line, sources).map((name) => {
    const isPlain = /^[A-Za-z_]\w*$/.test(name) && !begin.includes('[');
    return candidate(`${lead}${isPlain ? `cols.${name}` : `cols["${name}"]`}`);
  });
}
