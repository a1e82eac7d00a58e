import { oneLine, terminalJson } from '../../core/terminal-text.ts';
import { errorText } from '../../errors/error-text.ts';
import { NaviError } from '../../errors/navi-error.ts';
import { asFault, errorOfAll, exitCodeOf, ofContext } from '../../errors/of-contexts.ts';
import type { ResolvedContext } from '../../kubeconfig/resolve-context.ts';
import { naviTable, tableStyle, type ColorMode, type TableStyle } from '../../output/navi-table.ts';
import { judgeFreshness } from '../../query/freshness.ts';
import type { MirrorType } from '../../query/mirror-type.ts';
import type { MirrorReader } from '../../store/open-reader.ts';
import { dueNotice } from '../due-notice.ts';
import { inSnapshot, openMirror } from '../open-mirror.ts';

/** A column of a table of navi's own. */
export interface ListingColumn<Row> {
  readonly header: string;
  /** What is printed; text from a cluster is made harmless afterwards. */
  readonly text: (row: Row) => string;
  /** How it is coloured on a terminal. */
  readonly paint?: (row: Row, style: TableStyle, text: string) => string;
}

/** What a mirror answers. */
export interface ListingAnswer<Row> {
  readonly rows: readonly Row[];
  /** The types that the rows came from: how fresh the answer is. */
  readonly from: readonly MirrorType[];
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
  read(reader: MirrorReader, context: ResolvedContext): Promise<ListingAnswer<Row>>;
}

/** Of which clusters a listing is to tell, and how. */
export interface ListingRun {
  readonly contexts: readonly ResolvedContext[];
  /** Of contexts that were asked for with these and cannot be used. */
  readonly faults: readonly NaviError[];
  readonly output: 'json' | 'name' | undefined;
  readonly color: ColorMode;
  readonly noticeAfterMs: number;
  readonly write: (text: string) => void;
  readonly notice: (text: string) => void;
}

interface ContextAnswer<Row> {
  readonly context: string;
  readonly rows: readonly Row[];
  /** Age of the oldest data that the rows came from; null where there is none. */
  readonly ageMs: number | null;
  readonly isStale: boolean;
}

/**
 * Prints a listing; resolves with the exit code. Contexts that cannot answer are told, and the others print.
 * @throws NaviError where none can
 */
export async function runListing<Row extends object>(listing: Listing<Row>, run: ListingRun): Promise<number> {
  const answers: ContextAnswer<Row>[] = [];
  const faults = [...run.faults];
  for (const context of run.contexts) {
    const answer = await answerOf(listing, run, context).catch(asFault);
    if (!(answer instanceof NaviError)) answers.push(answer);
    else faults.push(run.contexts.length === 1 ? answer : ofContext(context.name, answer));
  }
  if (answers.length === 0) throw errorOfAll(faults);
  print(listing, run, answers);
  for (const fault of faults) run.notice(errorText(fault));
  if (answers.every(({ rows }) => rows.length === 0)) run.notice(listing.none);
  return exitCodeOf([0, ...faults.map(({ exitCode }) => exitCode)]);
}

async function answerOf<Row extends object>(
  listing: Listing<Row>,
  run: ListingRun,
  context: ResolvedContext,
): Promise<ContextAnswer<Row>> {
  const reader = openMirror(context);
  try {
    return await inSnapshot(reader, async () => {
      const { rows, from } = await listing.read(reader, context);
      const nowMs = Date.now();
      const notice = dueNotice(context, from, { nowMs, noticeAfterMs: run.noticeAfterMs });
      if (notice !== undefined) run.notice(notice);
      const { ageMs, isDue } = judgeFreshness(from, nowMs, run.noticeAfterMs);
      return { context: context.name, rows, ageMs, isStale: isDue };
    });
  } finally {
    reader.close();
  }
}

function print<Row extends object>(
  listing: Listing<Row>,
  run: ListingRun,
  answers: readonly ContextAnswer<Row>[],
): void {
  const all = answers.flatMap(({ context, rows, isStale }) => rows.map((row) => ({ context, row, isStale })));
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
