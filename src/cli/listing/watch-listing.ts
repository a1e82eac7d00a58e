import { oneLine, terminalJson } from '../../core/terminal-text.ts';
import { errorText } from '../../errors/error-text.ts';
import { isScreen, LiveScreen, screenSize } from '../../output/live-screen.ts';
import { tableStyle } from '../../output/navi-table.ts';
import { TableLayout } from '../../output/table-layout.ts';
import { askContexts } from '../ask-contexts.ts';
import { watchLooks, type LookView } from '../watch-looks.ts';
import type { Listing } from './listing.ts';
import { listedRows, listingTable, rowJson, rowTexts, listingHeaders, type ListedRow } from './listing-text.ts';
import type { ListingRun } from './run-listing.ts';
import { stdoutTerminal } from '../../output/terminal-stream.ts';

/** What one look came to. */
interface Look<Row> {
  readonly listed: readonly ListedRow<Row>[];
  /** The contexts that could answer. */
  readonly answered: ReadonlySet<string>;
  /** For people: what could not answer, and what is old. */
  readonly remarks: readonly string[];
  readonly nowMs: number;
}

/**
 * A listing with `-w`: on a terminal drawn anew in place, otherwise a line for each row that is added, modified or deleted.
 * Resolves with the exit code when it is interrupted.
 * @throws OutputClosed; NaviError where the first look fails
 */
export async function watchListing<Row extends object>(listing: Listing<Row>, run: ListingRun): Promise<number> {
  const first = await look(listing, run);
  const isDrawn = run.output === undefined && isScreen(process.stdout, process.env);
  const view = isDrawn ? screenView(listing, run) : lineView(listing, run);
  return await watchLooks(first, () => look(listing, { ...run, isRenewal: true }), view);
}

async function look<Row extends object>(listing: Listing<Row>, run: ListingRun): Promise<Look<Row>> {
  const nowMs = Date.now();
  const { answers, faults, notices } = await askContexts(run, (reader, context) =>
    listing.read(reader, context, nowMs),
  );
  const answered = new Set(answers.map(({ context }) => context));
  return { listed: listedRows(answers), answered, remarks: [...notices, ...faults.map(errorText)], nowMs };
}

function screenView<Row extends object>(listing: Listing<Row>, run: ListingRun): LookView<Look<Row>> {
  const screen = new LiveScreen(run.write);
  const draw = (text: string): void => screen.draw(text, screenSize(process.stdout));
  return {
    show: ({ listed, remarks, nowMs }) => {
      const table = tableStyle(stdoutTerminal(), process.env, run.color);
      const text =
        listed.length === 0
          ? listing.none
          : listingTable(listing, listed, { table, hasContexts: run.contexts.length > 1, nowMs });
      draw([text.trimEnd(), ...remarks].join('\n'));
    },
    fail: (error) => draw(errorText(error)),
    end: () => screen.end(),
  };
}

/** What became of a row since the look before, as `kubectl get -w --output-watch-events` calls it. */
type Change = 'ADDED' | 'MODIFIED' | 'DELETED';

function lineView<Row extends object>(listing: Listing<Row>, run: ListingRun): LookView<Look<Row>> {
  const hasContexts = run.contexts.length > 1;
  const widths: number[] = [];
  let isBegun = false;
  let last: ReadonlyMap<string, ListedRow<Row>> = new Map();
  let told: readonly string[] = [];
  const tell = (remarks: readonly string[]): void => {
    for (const remark of remarks) if (!told.includes(remark)) run.notice(remark);
    told = remarks;
  };
  const print = (changes: readonly (readonly [Change, ListedRow<Row>])[], nowMs: number): void => {
    if (run.output === 'name') {
      for (const [change, { row }] of changes) if (change !== 'DELETED') run.write(`${oneLine(listing.name(row))}\n`);
    } else if (run.output === 'json') {
      for (const [type, row] of changes)
        run.write(terminalJson(`${JSON.stringify({ type, object: rowJson(listing, row, nowMs) })}\n`));
    } else {
      const layout = new TableLayout(widths);
      if (!isBegun) layout.addRow(['EVENT', ...listingHeaders(listing, hasContexts)]);
      for (const [change, row] of changes) layout.addRow([change, ...rowTexts(listing, row, { hasContexts, nowMs })]);
      for (const chunk of layout.chunks()) run.write(chunk);
      isBegun = true;
    }
  };
  return {
    show: ({ listed, answered, remarks, nowMs }) => {
      tell(remarks);
      // What could not be asked about is as it was.
      const unasked = [...last.values()].filter(({ context }) => !answered.has(context));
      const now = byIdentity(listing, [...listed, ...unasked]);
      const changes = [...changesBetween(last, now)];
      if (changes.length > 0) print(changes, nowMs);
      last = now;
    },
    fail: (error) => tell([errorText(error)]),
    end: () => undefined,
  };
}

/** The rows by context and name; of several with one name each has its number. */
function byIdentity<Row extends object>(
  listing: Listing<Row>,
  listed: readonly ListedRow<Row>[],
): ReadonlyMap<string, ListedRow<Row>> {
  const rows = new Map<string, ListedRow<Row>>();
  const counts = new Map<string, number>();
  for (const each of listed) {
    const name = JSON.stringify([each.context, listing.name(each.row)]);
    const count = counts.get(name) ?? 0;
    counts.set(name, count + 1);
    rows.set(`${name} ${count}`, each);
  }
  return rows;
}

/** Added and modified rows in their order, then the deleted ones. */
function* changesBetween<Row>(
  before: ReadonlyMap<string, ListedRow<Row>>,
  now: ReadonlyMap<string, ListedRow<Row>>,
): Iterable<readonly [Change, ListedRow<Row>]> {
  for (const [identity, row] of now) {
    const known = before.get(identity);
    if (known === undefined) yield ['ADDED', row];
    else if (JSON.stringify(known.row) !== JSON.stringify(row.row)) yield ['MODIFIED', row];
  }
  for (const [identity, row] of before) if (!now.has(identity)) yield ['DELETED', row];
}
