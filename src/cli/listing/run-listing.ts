import { oneLine } from '../../core/terminal-text.ts';
import { tableStyle } from '../../output/navi-table.ts';
import { askContexts, type ContextsRun } from '../ask-contexts.ts';
import { tellFaults } from '../tell-faults.ts';
import type { Listing } from './listing.ts';
import { listedRows, listingJson, listingTable } from './listing-text.ts';
import { stdoutTerminal } from '../../output/terminal-stream.ts';

/** Of which clusters a listing is to tell, and how. */
export interface ListingRun extends ContextsRun {
  readonly output: 'json' | 'name' | undefined;
  readonly isWatch: boolean;
}

/**
 * Prints a listing, or follows it; resolves with the exit code. Contexts that cannot answer are told, and the others print.
 * @throws NaviError where none can
 */
export async function runListing<Row extends object>(listing: Listing<Row>, run: ListingRun): Promise<number> {
  if (run.isWatch) return await (await import('./watch-listing.ts')).watchListing(listing, run);
  const nowMs = Date.now();
  const { answers, faults, notices } = await askContexts(run, (reader, context) =>
    listing.read(reader, context, nowMs),
  );
  for (const notice of notices) run.notice(notice);
  const listed = listedRows(answers);
  if (run.output === 'json') run.write(listingJson(listing, answers, nowMs));
  else if (run.output === 'name') for (const { row } of listed) run.write(`${oneLine(listing.name(row))}\n`);
  else if (listed.length > 0) {
    const table = tableStyle(stdoutTerminal(), process.env, run.color);
    run.write(listingTable(listing, listed, { table, hasContexts: run.contexts.length > 1, nowMs }));
  }
  const exitCode = tellFaults(run, faults);
  if (listed.length === 0) run.notice(listing.none);
  return exitCode;
}
