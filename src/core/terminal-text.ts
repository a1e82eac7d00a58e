/** Control characters, line and paragraph separators, and the marks that turn the direction of text around. */
const steering = /[\p{Cc}\u061C\u200E\u200F\u2028\u2029\u202A-\u202E\u2066-\u2069]/gu;

/** Text that came from elsewhere, on one line, so that none of it steers a terminal: ESC shows as `^[`, others as spaces. */
export function oneLine(text: string): string {
  return text.replaceAll(steering, (character) => (character === '\u001B' ? '^[' : ' '));
}

/** As `oneLine`, but with its line feeds and tabs. For whole output on a terminal; a pipe gets every byte as it is. */
export function terminalText(text: string): string {
  return text.replaceAll(steering, (character) => {
    if (character === '\n' || character === '\t') return character;
    return character === '\u001B' ? '^[' : ' ';
  });
}

/** JSON text whose strings are the same, and of which none steers a terminal: what does is written by its number. */
export function terminalJson(json: string): string {
  return json.replaceAll(steering, (character) =>
    '\n\t'.includes(character) ? character : `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
