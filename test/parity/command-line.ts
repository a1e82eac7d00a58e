/** What a user types behind `kubectl get`, as bash reads it. */
export interface CommandLine {
  readonly theme: string;
  readonly line: string;
  /** Whether it is of the fast part, which runs at every `npm test`. */
  readonly isFast: boolean;
}

/** Reads a list of command lines, one per line of text; those that begin with `! ` are of the fast part, those with `# ` remarks. */
export function commandLines(theme: string, text: string): readonly CommandLine[] {
  return text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('# '))
    .map((line) => ({ theme, line: line.replace(/^! /, ''), isFast: line.startsWith('! ') }));
}
