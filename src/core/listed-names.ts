/** The names of a text with commas between them, each once, without spaces around; what is empty is none. */
export function listedNames(text: string): readonly string[] {
  return [...new Set(text.split(',').map((name) => name.trim()))].filter((name) => name !== '');
}
