import { oneLine, terminalJson } from '../../core/terminal-text.ts';
import type { ResolvedContext } from '../../kubeconfig/resolve-context.ts';
import { naviTable, tableStyle, type TableStyle } from '../../output/navi-table.ts';
import type { MirrorReader } from '../../store/open-reader.ts';
import { askContexts, tellFaults, type ContextAnswer, type ContextsRun, type MirrorAnswer } from '../ask-contexts.ts';

/** A column of a table of navi's own. */
export interface ListingColumn<Row> {
  readonly header: string;
  /** What is printed; text from a cluster is made harmless afterwards. */
  readonly text: (row: Row) => string;
  /** How it is coloured on a terminal. */
  readonly paint?: (row: Row, style: TableStyle, text: string) => string;
}

/** A table about what is mirrored, of one cluster or several. */
export interface Listing<Row extends object> {
  /** Member of the JSON that has the rows; a row is there as it is, with its context. */
  readonly member: string;
  readonly columns: readonly ListingColumn<Row>[];
  /** What `-o name` prints of a row. */
  readonly name: (row: Row) => string;
  /** What is told where no mirror has a row. */
  readonly none: string;
  read(reader: MirrorReader, context: ResolvedContext): Promise<MirrorAnswer<readonly Row[]>>;
}

/** Of which clusters a listing is to tell, and how. */
export interface ListingRun extends ContextsRun {
  readonly output: 'json' | 'name' | undefined;
}

/**
 * Prints a listing; resolves with the exit code. Contexts that cannot answer are told, and the others print.
 * @throws NaviError where none can
 */
export async function runListing<Row extends object>(listing: Listing<Row>, run: ListingRun): Promise<number> {
  const { answers, faults, notices } = await askContexts(run, (reader, context) => listing.read(reader, context));
  for (const notice of notices) run.notice(notice);
  print(listing, run, answers);
  const exitCode = tellFaults(run, faults);
  if (answers.every(({ answer }) => answer.length === 0)) run.notice(listing.none);
  return exitCode;
}

function print<Row extends object>(
  listing: Listing<Row>,
  run: ListingRun,
  answers: readonly ContextAnswer<readonly Row[]>[],
): void {
  const all = answers.flatMap(({ context, answer, isStale }) => answer.map((row) => ({ context, row, isStale })));
  if (run.output === 'json') {
    const mirrors = answers.map(({ context, ageMs, isStale }) => ({ context, ageMs, isStale }));
    const rows = all.map(({ context, row }) => ({ context, ...row }));
    run.write(terminalJson(`${JSON.stringify({ mirrors, [listing.member]: rows }, null, 2)}\n`));
    return;
  }
  if (run.output === 'name') {
    for (const { row } of all) run.write(`${oneLine(listing.name(row))}\n`);
    return;
  }
  if (all.length === 0) return;
  const style = tableStyle(process.stdout, process.env, run.color);
  const hasContexts = run.contexts.length > 1;
  const headers = [...(hasContexts ? ['CONTEXT'] : []), ...listing.columns.map(({ header }) => header)];
  const rows = all.map(({ context, row, isStale }) => [
    ...(hasContexts ? [isStale ? style.color.yellow(`${oneLine(context)} (stale)`) : oneLine(context)] : []),
    ...listing.columns.map(({ text, paint }) => {
      const plain = oneLine(text(row));
      return paint === undefined ? plain : paint(row, style, plain);
    }),
  ]);
  run.write(naviTable(headers, rows, style));
}
