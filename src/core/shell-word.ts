import { terminalJson, terminalText } from './terminal-text.ts';

/** A value as one word of a shell, for commands that a hint tells to type. */
export function shellWord(value: string): string {
  return /^[\w@%+=:,./-]+$/.test(value) ? value : `'${value.replaceAll("'", `'\\''`)}'`;
}

/**
 * Words as one line of a shell, none of which steers a terminal: characters that would are written by their numbers, which
 * bash, zsh and ksh read.
 */
export function shellLine(words: readonly string[]): string {
  return words.map((word) => (terminalText(word) === word ? shellWord(word) : numberedWord(word))).join(' ');
}

function numberedWord(value: string): string {
  return `$'${terminalJson(value.replaceAll(/[\\']/g, (character) => `\\${character}`))}'`;
}
