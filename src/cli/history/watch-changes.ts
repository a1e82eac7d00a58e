import { DaemonFollower } from '../../control/follow-daemon.ts';
import type { ContextChoice } from '../../control/protocol.ts';
import { terminalJson } from '../../core/terminal-text.ts';
import { NaviError } from '../../errors/navi-error.ts';
import type { ContextSummary } from '../../kubeconfig/context-summary.ts';
import { isTerminal } from '../../output/is-terminal.ts';
import { PatientStdout } from '../../output/patient-stdout.ts';
import { TableLayout } from '../../output/table-layout.ts';
import type { MirrorReader } from '../../store/open-reader.ts';
import { leftOutNotice, type MirrorAnswer } from '../ask-contexts.ts';
import { daemonSocket } from '../daemon-socket.ts';
import { FollowNotices, lookMs } from '../follow/follow-notices.ts';
import { nextPosition, presentPosition } from '../follow/type-log.ts';
import { changeListing, type ChangeRow, type ChangesChoice } from '../listing/change-listing.ts';
import { listingHeaders, rowJson, rowTexts } from '../listing/listing-text.ts';
import type { ListingRun } from '../listing/run-listing.ts';
import { inSnapshot, openMirror } from '../open-mirror.ts';
import { usedNames, withUsed } from '../with-used.ts';

/**
 * `navi changes -w`: the newest changes, then each as the daemon writes it, until it is interrupted. A daemon that is away is
 * waited for.
 * @param choice the context of the run, for the daemon
 * @throws NaviError, NAVI_TOO_OLD where changes were missed, OutputClosed
 */
export async function watchChanges(asked: ChangesChoice, run: ListingRun, choice: ContextChoice): Promise<never> {
  const context = onlyContext(run);
  const reader = openMirror(context);
  // Follows before the first look, so that no change falls between.
  const follower = new DaemonFollower(daemonSocket(), choice);
  const stdout = new PatientStdout(isTerminal(1));
  const lines = changeLines(asked, run);
  const print = async (rows: readonly ChangeRow[]): Promise<void> => {
    for (const text of lines(rows)) stdout.write(text);
    await stdout.flush();
  };
  try {
    const notices = new FollowNotices({ follower, context, noticeAfterMs: run.noticeAfterMs, notice: run.notice });
    const begun = await inSnapshot(reader, () =>
      withUsed(
        reader,
        async () => ({ position: presentPosition(reader), ...(await read(reader, context, asked)) }),
        ({ from: readFrom, wants = readFrom }) => usedNames(wants),
        { choice },
      ),
    );
    follower.hold(usedNames(begun.wants ?? begun.from));
    for (const phrase of begun.leftOut ?? []) run.notice(leftOutNotice(context, phrase));
    await print(begun.answer);
    let { position, from } = begun;
    for (;;) {
      const wake = await follower.wait(lookMs);
      let isCaughtUp = false;
      while (!isCaughtUp) {
        const { next, told } = await inSnapshot(reader, async () => {
          const reached = nextPosition(reader, position);
          const span = [position.seq, reached.seq] as const;
          return { next: reached, told: await read(reader, context, { ...asked, span, limit: reached.seq }) };
        });
        await print(told.answer);
        isCaughtUp = next.seq === position.seq;
        position = next;
        from = told.from;
      }
      notices.tell(wake, from);
    }
  } finally {
    follower.close();
    reader.close();
  }
}

async function read(
  reader: MirrorReader,
  context: ContextSummary,
  asked: ChangesChoice,
): Promise<MirrorAnswer<readonly ChangeRow[]>> {
  return await changeListing(asked).read(reader, context, Date.now());
}

/** Rows as lines under headers that come once, as JSON a line each, or as names. */
function changeLines(asked: ChangesChoice, run: ListingRun): (rows: readonly ChangeRow[]) => Iterable<string> {
  const listing = changeListing(asked);
  const widths: number[] = [];
  let hasHeaders = false;
  return function* (rows) {
    if (rows.length === 0) return;
    const nowMs = Date.now();
    const listed = rows.map((row) => ({ context: run.contexts[0]?.name ?? '', row, isStale: false }));
    if (run.output === 'json') {
      for (const row of listed) yield terminalJson(`${JSON.stringify(rowJson(listing, row, nowMs))}\n`);
    } else if (run.output === 'name') for (const row of rows) yield `${listing.name(row)}\n`;
    else {
      const layout = new TableLayout(widths);
      if (!hasHeaders) layout.addRow(listingHeaders(listing, false));
      for (const row of listed) layout.addRow(rowTexts(listing, row, { hasContexts: false, nowMs }));
      hasHeaders = true;
      yield* layout.chunks();
    }
  };
}

/** @throws NAVI_USAGE */
function onlyContext({ contexts: [context, ...others], faults }: ListingRun): ContextSummary {
  if (context !== undefined && others.length === 0 && faults.length === 0) return context;
  throw new NaviError('NAVI_USAGE', '--watch follows the changes of one context at a time', {
    hints: ['navi changes --watch --context NAME', 'without --watch the changes of all are shown'],
  });
}
