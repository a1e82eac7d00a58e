import { oneLine } from '../../core/terminal-text.ts';
import { NaviError, type ErrorCode } from '../../errors/navi-error.ts';
import { cellText } from '../../output/cell-text.ts';
import type { RowSource, RowValue } from '../../output/rows/row-format.ts';
import { judgeFreshness } from '../../query/freshness.ts';
import { openViews } from '../../query/sql/open-views.ts';
import { prepareStatement } from '../../query/sql/run-statement.ts';
import type { AskedStatement } from '../../query/sql/statement-fault.ts';
import { readTypeScopes, refuseUnseen, scopesBehind } from '../../query/sql/type-scopes.ts';
import { unseenNotices } from '../../query/sql/unseen-notice.ts';
import { namesOf } from '../../query/sql/statement-tokens.ts';
import { historyFile } from '../../store/data-directory.ts';
import { openHandle } from '../../store/open-handle.ts';
import { damagedStore, storeError } from '../../store/store-errors.ts';
import { dueNotice } from '../due-notice.ts';
import type { StatementRequest } from './statement-request.ts';

/** Where a statement is run. */
export interface StatementPlace {
  readonly asked: AskedStatement;
  /** Name of the context, and the file of its mirror. */
  readonly name: string;
  readonly file: string;
}

/** Takes what is read, in this order. */
export interface ReadStatement {
  begin(source: RowSource, columns: readonly string[]): void;
  row(source: RowSource, values: readonly RowValue[]): void;
  /** There are more rows than were asked for. */
  cut(source: RowSource): void;
  /** A line for people. */
  notice(text: string): void;
}

/** What one context cannot answer, while others may. */
const ofContext: ReadonlySet<string> = new Set<ErrorCode>([
  'NAVI_REFUSED',
  'NAVI_INCOMPLETE',
  'NAVI_STORE_UNUSABLE',
  'NAVI_STORE_NEWER',
  'NAVI_STORE_CORRUPT',
  'NAVI_STORE_EXPOSED',
  'NAVI_DISK_FULL',
]);

/**
 * Runs the statement of a request over one mirror, within one snapshot. Resolves with why this context has no answer, if so:
 * `unopened` where it has never been mirrored.
 * @throws NAVI_USAGE, NAVI_STATEMENT_LIMIT, which no other context would answer otherwise, and what `read` throws
 */
export async function readStatement(
  request: StatementRequest,
  place: StatementPlace,
  read: ReadStatement,
): Promise<NaviError | 'unopened' | undefined> {
  let sqlite: Handle | undefined;
  try {
    sqlite = openHandle(place.file);
    if (sqlite === undefined || !isDiscovered(sqlite)) return 'unopened';
    await readRows(sqlite, request, place, read);
    return undefined;
  } catch (error) {
    // Of the texts that are no JSON only those of the store are parsed here.
    const known =
      error instanceof SyntaxError ? damagedStore(place.file, error.message, error) : storeError(error, place.file);
    if (known instanceof NaviError && ofContext.has(known.code)) return known;
    throw known;
  } finally {
    sqlite?.close();
  }
}

type Handle = NonNullable<ReturnType<typeof openHandle>>;

function isDiscovered(sqlite: Handle): boolean {
  return sqlite.prepare('select exists (select 1 from main.resource_type)').pluck().get() === 1;
}

async function readRows(
  sqlite: Handle,
  request: StatementRequest,
  { name, file, asked }: StatementPlace,
  read: ReadStatement,
): Promise<void> {
  const nowMs = Date.now();
  const names = namesOf(asked.words);
  const isPast = pastViews.some((view) => names.has(view));
  const bodyOf = names.has('deleted') || names.has('expired_events') ? await stateReader() : unread;
  const history = isPast ? await historyOf(file) : undefined;
  const keptLogs = names.has('kept_logs') ? await keptLogsOf(file) : undefined;
  const views = openViews(sqlite, { nowMs, cellText, bodyOf, names, keptLogs, history });
  const statement = prepareStatement({ sqlite, views }, asked, request.parameters);
  const { used } = views;
  const types = readTypeScopes(sqlite);
  refuseUnseen(used, types);
  const behind = scopesBehind(used, types);
  const { ageMs, isDue } = judgeFreshness(behind, nowMs, request.noticeAfterMs);
  const source = { context: name, ageMs, isStale: isDue };
  read.begin(source, statement.columns);
  let rowCount = 0;
  for (const row of statement.rows()) {
    if (rowCount === request.limit && request.limit > 0) {
      read.cut(source);
      break;
    }
    rowCount += 1;
    read.row(source, row);
  }
  const due = dueNotice({ name }, behind, { nowMs, noticeAfterMs: request.noticeAfterMs });
  const literals = asked.words.filter(({ kind }) => kind === 'text').map(({ value }) => value);
  const texts = new Set([...literals, ...Object.values(request.parameters)]);
  if (due !== undefined) read.notice(due);
  for (const unseen of unseenNotices({ texts, used, types, rowCount }))
    read.notice(`navi: context "${oneLine(name)}": ${unseen}\n`);
}

/** Views that go further back than the mirror. */
const pastViews = ['changes', 'deleted', 'expired_events'];

/** The history beside a mirror, where there is one. @throws what opening it throws */
async function historyOf(file: string): Promise<string | undefined> {
  const { HistoryHandle } = await import('../../store/history-handle.ts');
  const history = HistoryHandle.open({ file });
  history?.close();
  return history === undefined ? undefined : historyFile(file);
}

/** Its library is only loaded for a statement that may need it. */
async function stateReader(): Promise<(state: Buffer) => string> {
  const { splitState, unpackText } = await import('../../store/state-blob.ts');
  return (state) => splitState(unpackText(state)).body;
}

/** They lie beside the mirror. */
async function keptLogsOf(file: string): Promise<() => string> {
  const { KeptLogReader } = await import('../../store/kept-log-reader.ts');
  return () => {
    const kept = KeptLogReader.open({ file });
    try {
      return kept?.notes() ?? '[]';
    } finally {
      kept?.close();
    }
  };
}

const unread = (): string => '';
