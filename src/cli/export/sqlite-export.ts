import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { resourceName } from '../../core/api-resource.ts';
import type { Cell } from '../../core/cell.ts';
import { instantText } from '../../core/instant-text.ts';
import type { ContextSummary } from '../../kubeconfig/context-summary.ts';
import { cellText } from '../../output/cell-text.ts';
import { keyRange } from '../../core/key-range.ts';
import { copyView, exportedViews, type ExportedTables } from '../../query/sql/export-tables.ts';
import { openViews } from '../../query/sql/open-views.ts';
import type { ShownSql } from '../../query/sql/view.ts';
import { copyMirror, fillDatabase } from '../../store/copy-mirror.ts';
import type { MirrorReader } from '../../store/open-reader.ts';
import { splitState, unpackText } from '../../store/state-blob.ts';
import type { MirrorAnswer } from '../ask-contexts.ts';
import type { MakeRowQuery } from '../get/row-query.ts';
import { cellInstant } from './csv-table.ts';
import { questionText, type ExportRequest } from './export-request.ts';
import { planExport, type ExportPlan } from './exported-types.ts';
import { readExport } from './exported-rows.ts';
import { fileName } from './file-name.ts';
import type { Interruption } from './interruption.ts';
import { RowSpool } from './row-spool.ts';
import { NewFile, refusedTarget, statTarget, targetError } from './target.ts';

/** How databases are made. */
export interface SqliteExport {
  readonly request: ExportRequest;
  /** There are several, each a file in a folder. */
  readonly hasContexts: boolean;
  readonly interruption: Interruption;
  readonly makeQuery: MakeRowQuery | undefined;
  /** More objects than these take longer than a snapshot may be held: they are read from a copy. */
  readonly heldCount: number;
}

/** What became of a context. */
export interface ExportedContext {
  readonly plan: ExportPlan;
  readonly count: number;
  readonly notices: readonly string[];
}

/**
 * Makes the database of a context: a table for each view of `navi sql`, with what the user may read.
 * @param mirror within a snapshot, which ends here
 */
export async function exportSqlite(
  asked: SqliteExport,
  mirror: MirrorReader,
  context: ContextSummary,
): Promise<MirrorAnswer<ExportedContext>> {
  const file = new NewFile(fileOf(asked, context));
  let reader = mirror;
  try {
    refuseOpenDatabase(file.path);
    const objectCount = mirror.sqlite.prepare('select count(*) from object').pluck().get() as number;
    mirror.sqlite.exec('commit');
    if (objectCount > asked.heldCount) reader = await copied(mirror, `${file.temporary}.mirror`);
    return await fill(asked, { reader, context, file });
  } finally {
    if (reader !== mirror) reader.close();
    file.discard();
  }
}

/** SQLite would read the log of another database into this one. @throws NAVI_USAGE */
function refuseOpenDatabase(path: string): void {
  const log = ['-wal', '-journal'].map((end) => `${path}${end}`).find((each) => statTarget(each) !== undefined);
  if (log === undefined) return;
  throw refusedTarget(
    `${path} is open in another program, or was when that ended: ${log} is there`,
    'name another file with --to',
  );
}

async function copied(mirror: MirrorReader, path: string): Promise<MirrorReader> {
  try {
    return await copyMirror(mirror, path);
  } catch (error) {
    throw targetError(error, path);
  }
}

function fileOf({ request, hasContexts }: SqliteExport, { name }: ContextSummary): string {
  const { to } = request;
  if (to === undefined) throw refusedTarget('-o sqlite writes a file', 'name it with --to');
  if (!hasContexts) return to;
  try {
    mkdirSync(to, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw targetError(error, to);
  }
  return join(to, `${fileName(name)}.db`);
}

async function fill(
  asked: SqliteExport,
  {
    reader,
    context,
    file,
  }: { readonly reader: MirrorReader; readonly context: ContextSummary; readonly file: NewFile },
): Promise<MirrorAnswer<ExportedContext>> {
  const { request } = asked;
  const nowMs = Date.now();
  const isChosen = [request.selector, request.fieldSelector, request.where].some((text) => text.trim() !== '');
  // Set once the plan is there, before any view is made.
  let narrow: ShownSql = () => 'false';
  const opened = openViews(reader.sqlite, {
    nowMs,
    cellText: timedCellText,
    bodyOf: (state) => splitState(unpackText(state)).body,
    names: new Set(['*']),
    narrow: (alias) => narrow(alias),
  });
  const plan = planExport(request, reader);
  const notices = isChosen ? await choose(asked, { reader, context, plan, nowMs }) : [];
  narrow = isChosen ? chosenSql : placeSql(plan, request);
  const types = new Set(plan.types.map(({ type }) => resourceName(type)));
  const tables: ExportedTables = { types, hasHistory: !isChosen };
  const to = fillDatabase(file.temporary);
  try {
    to.exec('begin');
    to.exec('create table export (context text, server text, exported_at text, question text)');
    to.prepare('insert into export values (?, ?, ?, ?)').run(
      context.name,
      context.server,
      instantText(nowMs),
      questionText(request),
    );
    const look = (): Promise<void> => asked.interruption.look();
    for (const view of exportedViews(tables)) await copyView(view, { from: reader.sqlite, to, opened, tables, look });
    const count = to.prepare('select count(*) from objects').pluck().get() as number;
    to.exec('commit');
    to.close();
    file.commit();
    return { answer: { plan, count, notices }, from: plan.from, wants: [], leftOut: plan.leftOut };
  } catch (error) {
    to.close();
    throw targetError(error, file.path);
  }
}

/** A cell whose age does not go on counting. */
function timedCellText(cell: Cell, nowMs: number): string {
  return typeof cell === 'object' && cell !== null ? cellInstant(cell) : cellText(cell, nowMs);
}

const chosenSql: ShownSql = (alias) =>
  `(${alias}.type_id, ${alias}.key) in (select type_id, key from temp.navi_chosen)`;

/** Notes which objects are exported, by type and key; what `--where` could not judge comes back. */
async function choose(
  { makeQuery }: SqliteExport,
  {
    reader,
    context,
    plan,
    nowMs,
  }: {
    readonly reader: MirrorReader;
    readonly context: ContextSummary;
    readonly plan: ExportPlan;
    readonly nowMs: number;
  },
): Promise<readonly string[]> {
  const { sqlite } = reader;
  const spool = new RowSpool(reader.file);
  const { reads, notices } = await readExport(reader, plan, {
    cluster: context.name,
    nowMs,
    detail: 'row',
    spool,
    end: () => undefined,
    makeQuery,
  });
  const chosen = reads.map(({ type, rows }) => ({ typeId: type.rowTypeId, keys: Array.from(rows, ({ key }) => key) }));
  spool.close();
  sqlite.pragma('query_only = off');
  sqlite.exec(
    'create temp table navi_chosen (type_id integer not null, key text not null, primary key (type_id, key)) without rowid',
  );
  const insert = sqlite.prepare('insert into temp.navi_chosen select ?, value from json_each(?)');
  for (const { typeId, keys } of chosen) insert.run(typeId, JSON.stringify(keys));
  sqlite.pragma('query_only = on');
  return notices();
}

/** What is of the types of a plan, and in its namespaces. */
function placeSql({ types }: ExportPlan, { namespaces }: ExportRequest): ShownSql {
  const ids = (isNamespaced: boolean): string =>
    types.flatMap(({ type }) => (type.namespaced === isNamespaced ? [type.rowTypeId] : [])).join(', ');
  const [inNamespaces, inNone] = [ids(true), ids(false)];
  return (alias) => {
    const ranges = namespaces.map((namespace) => {
      const { from, to } = keyRange(namespace);
      return `(${alias}.key >= ${textSql(from)} and ${alias}.key < ${textSql(to)})`;
    });
    const place = ranges.length === 0 ? 'true' : `(${ranges.join(' or ')})`;
    return `(${alias}.type_id in (${inNone}) or (${alias}.type_id in (${inNamespaces}) and ${place}))`;
  };
}

const textSql = (text: string): string => `'${text.replaceAll("'", "''")}'`;
