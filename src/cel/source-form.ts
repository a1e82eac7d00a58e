/** An expression in the form that the library reads: as long as the text that was typed, so that positions stay. */
export interface SourceForm {
  readonly text: string;
  /** Fields that were quoted (``a.`b/c` ``), by where their quote begins. */
  readonly quotedFields: ReadonlyMap<number, string>;
  /** Where elements of lists and keys of maps begin that stand behind a `?`: they are left out where there is no value. */
  readonly optionalEntries: ReadonlySet<number>;
}

/** A comment, a string, a quoted field, a word, a number, or any other character. */
const tokenPattern =
  /\/\/[^\n]*|(?:[bB]?[rR]|[rR][bB])(?:"""[^]*?"""|'''[^]*?'''|"[^"]*"|'[^']*')|[bB]?(?:"""(?:\\[^]|[^\\])*?"""|'''(?:\\[^]|[^\\])*?'''|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')|`[^`]*`|\w+|\s+|[^]/g;

/** What a quoted field may be made of (the specification's grammar). */
const fieldPattern = /^`[\w./ -]+`$/;

/** Reads what the library's lexer does not know: quoted fields and optional elements. */
export function sourceForm(typed: string): SourceForm {
  const quotedFields = new Map<number, string>();
  const optionalEntries = new Set<number>();
  const brackets: string[] = [];
  let [beforeLast, before] = ['', ''];
  let isEntryDue = false;
  const text = typed.replaceAll(tokenPattern, (token: string, at: number) => {
    if (/^(?:\s|\/\/)/.test(token)) return token;
    if (isEntryDue && token !== '(') {
      optionalEntries.add(at);
      isEntryDue = false;
    }
    const isField = (before === '.' || (before === '?' && beforeLast === '.')) && fieldPattern.test(token);
    const isOptional = token === '?' && isEntryStart(before, brackets.at(-1));
    follow(brackets, token, before);
    [beforeLast, before] = [before, token];
    if (isOptional) {
      isEntryDue = true;
      return ' ';
    }
    if (!isField) return token;
    quotedFields.set(at, token.slice(1, -1));
    return '_'.repeat(token.length);
  });
  return { text, quotedFields, optionalEntries };
}

/** Keeps the open brackets: an index is told from a list by what stands before it. */
function follow(brackets: string[], token: string, before: string): void {
  if (token === '[') brackets.push(/[\w)\]}"'`]$/.test(before) && before !== 'in' ? 'index' : 'list');
  if (token === '{') brackets.push('map');
  if (token === '(') brackets.push('call');
  if (token === ')' || token === ']' || token === '}') brackets.pop();
}

function isEntryStart(before: string, bracket: string | undefined): boolean {
  if (bracket !== 'list' && bracket !== 'map') return false;
  return before === ',' || (before === '[' && bracket === 'list') || (before === '{' && bracket === 'map');
}
