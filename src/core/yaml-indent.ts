/** More than anyone indents a line. */
const deepIndent = ' '.repeat(1_000);

/**
 * What `load` makes of YAML whose lines within brackets and quotes need not be deeper than the block around: YAML 1.1
 * gives their indent no meaning, js-yaml refuses them. Each line that `load` complains of is indented, and all read again.
 * @param shallowLineOf the number of the line that an error is about (0 is the first); undefined for any other error
 * @throws what `load` throws
 */
export function withDeepenedLines<T>(
  source: string,
  load: (source: string) => T,
  shallowLineOf: (error: unknown) => number | undefined,
): T {
  const lines = source.split('\n');
  for (;;) {
    try {
      return load(lines.join('\n'));
    } catch (error) {
      const at = shallowLineOf(error) ?? -1;
      const line = lines[at];
      if (line === undefined || line.startsWith(deepIndent)) throw error;
      lines[at] = deepIndent + line;
    }
  }
}
