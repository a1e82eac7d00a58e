/** A sentence of somebody else's as one in the middle of a line: its first letter is a small one. */
export function lowerFirst(text: string): string {
  return text.slice(0, 1).toLowerCase() + text.slice(1);
}
