/** The words of a line, or what is wrong with it, as the end of a sentence. */
export type ShellWords =
  | { readonly ok: true; readonly words: readonly string[] }
  | { readonly ok: false; readonly fault: string };

/** What a line is made of: blanks, a line that goes on, bare text, 'as it is', "as it is but for \", and \ with one character. */
const part = /([ \t\r\n]+)|(\\\n)|([^ \t\r\n'"\\$`|&;<>()]+)|'([^']*)'|"((?:[^"\\$`]+|\\[^])*)"|\\([^])/y;

/**
 * The words of a line as a shell would split it (POSIX.1-2024, 2.2 Quoting). Nothing is expanded: what a shell would take for
 * its own must be quoted, so that a line means here what it means there. Patterns (`*`, `?`, `[`, `{`, `~`) stand for themselves,
 * as they do in a shell where no file matches. Line feeds are blanks.
 */
export function splitShellWords(text: string): ShellWords {
  const words: string[] = [];
  let word: string | undefined;
  for (let at = 0; at < text.length; at = part.lastIndex) {
    part.lastIndex = at;
    const [whole, blank, goesOn, bare, single, double, escaped] = part.exec(text) ?? [];
    if (goesOn !== undefined) continue;
    if (whole === undefined) return { ok: false, fault: faultAt(text, at) };
    if (blank !== undefined) {
      if (word !== undefined) words.push(word);
      word = undefined;
      continue;
    }
    if (word === undefined && bare?.startsWith('#') === true) return { ok: false, fault: ownFault('#') };
    word = `${word ?? ''}${bare ?? single ?? escaped ?? unescaped(double ?? '')}`;
  }
  return { ok: true, words: word === undefined ? words : [...words, word] };
}

function unescaped(double: string): string {
  return double.replaceAll(/\\(["\\$`\n])/g, (_whole, character: string) => (character === '\n' ? '' : character));
}

function faultAt(text: string, at: number): string {
  const [character = ''] = text.slice(at);
  if (character === '\\') return 'ends in a backslash';
  if (character === "'") return 'has a single quote that is not closed';
  if (character !== '"') return ownFault(character);
  const inside = /^"(?:[^"\\$`]+|\\[^])*([$`])/.exec(text.slice(at));
  return inside === null ? 'has a double quote that is not closed' : ownFault(inside[1] ?? '');
}

function ownFault(character: string): string {
  return `has a ${character} that a shell would take for its own; 'single quotes' keep it`;
}
