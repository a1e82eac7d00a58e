import type { CommandLine } from './command-line.ts';
import type { KnownDifference } from './known-differences.ts';
import type { Answer, ParityCluster, Program } from './parity-cluster.ts';

/** A line that the two programs answer differently. */
export interface Difference {
  readonly line: string;
  /** Columns of the terminal; undefined for piped output. */
  readonly columns: number | undefined;
  readonly kubectl: Answer;
  readonly navi: Answer;
}

/** What became of some command lines. */
export interface ParityRun {
  /** Differences that no known class explains. */
  readonly differences: readonly Difference[];
  /** How many lines each class of known differences explained, by its title. */
  readonly explained: ReadonlyMap<string, number>;
}

interface RunOptions {
  readonly columns?: number | undefined;
  readonly known: readonly KnownDifference[];
}

const parallelCount = 2;

const unitSeconds: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600, d: 86_400, y: 31_536_000 };

/** A line as its texts, spaces apart, and its ages in seconds. */
function agesOf(line: string): { readonly texts: readonly string[]; readonly seconds: readonly number[] } {
  const age = /(?<![\w.])((?:\d+[smhdy])+)(?!\w)/;
  const parts = line.replaceAll(/ +/g, ' ').split(age);
  const seconds = parts
    .filter((_, index) => index % 2 === 1)
    .map((text) =>
      [...text.matchAll(/(\d+)(\w)/g)].reduce(
        (sum, [, count, unit]) => sum + Number(count) * (unitSeconds[unit ?? ''] ?? 0),
        0,
      ),
    );
  return { texts: parts.filter((_, index) => index % 2 === 0), seconds };
}

/** Whether a line is what `earlier` became on its way to `later`: the same but for ages that lie between. */
function isLineBetween(line: string, earlier: string, later: string): boolean {
  if (line === earlier || line === later) return true;
  const [own, from, to] = [agesOf(line), agesOf(earlier), agesOf(later)];
  const texts = own.texts.join('\n');
  if (texts !== from.texts.join('\n') || texts !== to.texts.join('\n')) return false;
  return own.seconds.every((age, index) => age >= (from.seconds[index] ?? 0) && age <= (to.seconds[index] ?? 0));
}

/** A list says how far the whole cluster was, which goes on between three answers. */
const withoutListVersion = (text: string): string =>
  text.replaceAll(/"metadata":\{"resourceVersion":"\d+"\}/g, '"metadata":{}');

/** Equal, but for ages and versions of lists that changed between the two answers of kubectl. */
function isBetween(text: string, before: string, after: string): boolean {
  if (text === before || text === after) return true;
  const [lines, earlier, later] = [text, before, after].map((each) => withoutListVersion(each).split('\n'));
  if (lines === undefined || earlier === undefined || later === undefined) return false;
  if (lines.length !== earlier.length || lines.length !== later.length) return false;
  return lines.every((line, index) => isLineBetween(line, earlier[index] ?? '', later[index] ?? ''));
}

function isEqual(navi: Answer, before: Answer, after = before): boolean {
  // A program that had to be killed has no answer.
  return (
    navi.code !== null &&
    (navi.code === before.code || navi.code === after.code) &&
    isBetween(navi.stdout, before.stdout, after.stdout) &&
    isBetween(navi.stderr, before.stderr, after.stderr)
  );
}

async function compare(cluster: ParityCluster, line: string, columns?: number): Promise<Difference | undefined> {
  const run = (program: Program): Promise<Answer> =>
    columns === undefined ? cluster.run(program, line) : cluster.runOnTerminal(program, line, columns);
  const before = await run('kubectl');
  const navi = await run('navi');
  if (isEqual(navi, before)) return undefined;
  const kubectl = await run('kubectl');
  return isEqual(navi, before, kubectl) ? undefined : { line, columns, kubectl, navi };
}

/** Runs every line through both programs at nearly the same moment, two lines at once. */
export async function runParity(
  cluster: ParityCluster,
  lines: readonly Pick<CommandLine, 'line'>[],
  options: RunOptions,
): Promise<ParityRun> {
  const differences: Difference[] = [];
  const explained = new Map<string, number>();
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let entry = lines[next++]; entry !== undefined; entry = lines[next++]) {
      const difference = await compare(cluster, entry.line, options.columns);
      if (difference === undefined) continue;
      const known = options.known.find((each) => each.explains(difference));
      if (known === undefined) differences.push(difference);
      else explained.set(known.title, (explained.get(known.title) ?? 0) + 1);
    }
  };
  await Promise.all(Array.from({ length: parallelCount }, worker));
  return { differences, explained };
}

const shownLength = 300;

/** The first line in which two texts differ, both sides, shortened. */
function firstDifference(name: string, kubectl: string, navi: string): readonly string[] {
  if (kubectl === navi) return [];
  const [theirs, ours] = [kubectl.split('\n'), navi.split('\n')];
  const at = theirs.findIndex((line, index) => line !== ours[index]);
  const place = at < 0 ? theirs.length : at;
  const show = (line: string | undefined): string =>
    line === undefined ? '(end)' : JSON.stringify(line.length > shownLength ? `${line.slice(0, shownLength)}…` : line);
  return [`  ${name} line ${place + 1}`, `    kubectl ${show(theirs[place])}`, `    navi    ${show(ours[place])}`];
}

/** A difference as a few lines of text. */
export function differenceText({ line, columns, kubectl, navi }: Difference): string {
  return [
    `get ${line}${columns === undefined ? '' : `   (${columns} columns)`}`,
    ...(kubectl.code === navi.code ? [] : [`  exit code kubectl ${kubectl.code} navi ${navi.code}`]),
    ...firstDifference('stdout', kubectl.stdout, navi.stdout),
    ...firstDifference('stderr', kubectl.stderr, navi.stderr),
  ].join('\n');
}
