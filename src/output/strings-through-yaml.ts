/** Why kubectl cannot print an object as YAML or KYAML, in its words from `yaml: ` on. */
export class UnfitForYamlError extends Error {}

/** In the JSON text a key must end within this many characters, its quotes included. */
const keyLengthLimit = 1024;

/** `\u0000` */
const longestEscape = 6;

// Written with escapes only: the raw characters are line breaks or invisible.
const nextLine = '\u0085';
const unsafe = /[^\t\n\r -~\u00a0-\ufffd\ud800-\udfff]/;
const forbidden = /[\u007f-\u0084\u0086-\u009f\ufffe\uffff]/;

/**
 * What is left of the strings of an object once its JSON text was read as YAML, as kubectl 1.36 reads it before it
 * prints YAML. The next-line character, which JSON does not escape, is a line break there and folds with the spaces
 * around it.
 */
export class StringsThroughYaml {
  #lineBreakCount = 0;

  /** How many line breaks YAML has seen in the strings read so far, all of them in one line of JSON. */
  get lineBreakCount(): number {
    return this.#lineBreakCount;
  }

  /** A value. @throws UnfitForYamlError for C1 characters, DEL, U+FFFE and U+FFFF. */
  value(text: string): string {
    if (!unsafe.test(text)) {
      return text;
    }
    if (forbidden.test(text)) {
      throw new UnfitForYamlError('yaml: control characters are not allowed');
    }
    return text.replace(/ *\u0085(?: *\u0085)* */g, (run) => {
      const breakCount = run.replaceAll(' ', '').length;
      this.#lineBreakCount += breakCount;
      return breakCount === 1 ? ' ' : '\n'.repeat(breakCount - 1);
    });
  }

  /**
   * A key of a map.
   * @param startLine `lineBreakCount` at the start of the map: an error names that line, or its own where it is 0.
   * @throws UnfitForYamlError also for a key that YAML does not see as one.
   */
  key(key: string, startLine: number): string {
    const text = this.value(key);
    const mayBeLong = key.length > keyLengthLimit / longestEscape;
    if ((text !== key && key.includes(nextLine)) || (mayBeLong && jsonLength(key) > keyLengthLimit)) {
      const line = startLine === 0 ? this.#lineBreakCount : startLine;
      const place = line === 0 ? '' : `line ${line}: `;
      throw new UnfitForYamlError(`yaml: ${place}did not find expected ',' or '}'`);
    }
    return text;
  }
}

/** Code points of a string as Go's JSON encoder writes it, quotes included. */
function jsonLength(text: string): number {
  return Array.from(JSON.stringify(text).replace(/[<>&\u2028\u2029]/g, '\\u0000')).length;
}
