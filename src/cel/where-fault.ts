import { NaviError } from '../errors/navi-error.ts';

/** Longest part of an expression that an error shows (characters). */
const shownLength = 100;

/** Where in an expression something is wrong, from its first character on. */
export interface FaultPlace {
  readonly flag: string;
  readonly text: string;
  readonly start: number;
}

/** An error that points at the character: what is wrong, the expression, and a mark below it. */
export function whereFault({ flag, text, start }: FaultPlace, message: string, hint?: string): NaviError {
  const from =
    text.length <= shownLength ? 0 : Math.max(0, Math.min(start - shownLength / 2, text.length - shownLength));
  const shown = text.slice(from, from + shownLength).replaceAll(/\s/g, ' ');
  const mark = `${' '.repeat(Math.max(0, start - from))}^`;
  return new NaviError('NAVI_USAGE', `${flag}: ${message}, at character ${start + 1}`, {
    hints: [shown, mark, ...(hint === undefined ? [] : [hint])],
  });
}
