import { oneLine } from '../core/terminal-text.ts';

/**
 * A warning of the cluster, or about a short name, as kubectl 1.36 prints it on stderr; on a terminal with colours its
 * first word is yellow, and nothing in the text steers the terminal.
 */
export function warningLine(
  text: string,
  terminal: { readonly isTerminal: boolean; readonly hasColour: boolean },
): string {
  const shown = terminal.isTerminal ? oneLine(text) : text;
  return `${terminal.hasColour ? '\u001b[33;1mWarning:\u001b[0m' : 'Warning:'} ${shown}\n`;
}

/** Whether stderr has colours, as kubectl decides it: no flag counts, only the terminal and the environment. */
export function stderrTerminal(
  isTerminal: boolean,
  env: NodeJS.ProcessEnv,
): { readonly isTerminal: boolean; readonly hasColour: boolean } {
  return { isTerminal, hasColour: isTerminal && env['TERM'] !== 'dumb' && env['NO_COLOR'] === undefined };
}
