import type { NaviError } from './navi-error.ts';
import { oneLine } from '../core/terminal-text.ts';

/** Longest line of an error (code points): a value that was given may be of any length. */
const maxLineLength = 1_000;

/** `error: MESSAGE`, then a line per hint. What kubectl has its own text for is printed as it is. */
export function errorText(error: NaviError): string {
  if (error.code === 'NAVI_AS_KUBECTL') return error.message.endsWith('\n') ? error.message : `${error.message}\n`;
  return [`error: ${shortLine(error.message)}`, ...error.hints.map((hint) => `  ${shortLine(hint)}`), ''].join('\n');
}

function shortLine(text: string): string {
  const line = oneLine(text);
  if (line.length <= maxLineLength) return line;
  const points = Array.from(line);
  const half = maxLineLength / 2;
  return points.length <= maxLineLength ? line : `${points.slice(0, half).join('')}…${points.slice(-half).join('')}`;
}
