import stringWidth from 'string-width';

/** A colour sequence as chalk writes them. */
// oxlint-disable-next-line no-control-regex -- ESC is what such a sequence begins with
const colorSequence = /(\u001B\[[0-9;]*m)/;

/** Most cells: printable ASCII, a column each. */
const plain = /^[ -~]*$/;

/** Columns that a text takes on a terminal: two for wide characters, none for colours and combining marks. */
export function displayWidth(text: string): number {
  return plain.test(text) ? text.length : stringWidth(text);
}

/** The line cut to so many columns, the last one a `…` where something is missing; its colours end as they would have. */
export function cutLine(line: string, width: number): string {
  if (displayWidth(line) <= width) return line;
  const graphemes = new Intl.Segmenter();
  let room = width - 1;
  let isFull = false;
  const parts: string[] = [];
  for (const part of line.split(colorSequence)) {
    if (colorSequence.test(part)) {
      parts.push(part);
      continue;
    }
    for (const { segment } of graphemes.segment(part)) {
      const own = displayWidth(segment);
      if (!isFull && own > room) {
        isFull = true;
        parts.push('…');
      }
      if (isFull) break;
      parts.push(segment);
      room -= own;
    }
  }
  return parts.join('');
}
