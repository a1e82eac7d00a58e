const ascii = /^[\0-\x7f]*$/;

/** The one letter whose lower case is a single letter in Go and two in ECMAScript. */
const dottedCapitalI = '\u0130';

/** Lower case as Go's `strings.ToLower` has it: letter by letter, so that a final sigma is like any other. */
export function goLowerCase(text: string): string {
  if (ascii.test(text)) return text.toLowerCase();
  return Array.from(text, (letter) => (letter === dottedCapitalI ? 'i' : letter.toLowerCase())).join('');
}
