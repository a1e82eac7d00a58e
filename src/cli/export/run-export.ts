import { statSync } from 'node:fs';
import type { NaviError } from '../../errors/navi-error.ts';
import { exitCodes } from '../../errors/navi-error.ts';
import { asFault, exitCodeOf, ofContext } from '../../errors/of-contexts.ts';
import type { ContextSummary } from '../../kubeconfig/context-summary.ts';
import { readTypes } from '../../query/mirror-type.ts';
import type { MirrorReader } from '../../store/open-reader.ts';
import { askContexts, type ContextsRun, type MirrorAnswer } from '../ask-contexts.ts';
import { tellFaults } from '../tell-faults.ts';
import { tellFile } from '../tell-file.ts';
import { csvTable } from './csv-table.ts';
import type { Exporter } from './exporter.ts';
import type { ExportRequest } from './export-request.ts';
import { namedTypes, planExport } from './exported-types.ts';
import { readExport, whereOf } from './exported-rows.ts';
import { csvFolderExport, yamlExport } from './folder-exports.ts';
import { Interrupted, Interruption } from './interruption.ts';
import { RowSpool } from './row-spool.ts';
import { exportSqlite, type ExportedContext } from './sqlite-export.ts';
import { statTarget } from './target.ts';
import { csvExport, ndjsonExport, onlyType } from './text-exports.ts';

/** Exit code of what the user interrupts. */
const interrupted = 130;

/** Objects that a database is made of within a snapshot: some seconds. */
const heldCount = 20_000;

/** What is exported, and of which clusters. */
export interface ExportRun extends ContextsRun {
  readonly request: ExportRequest;
  /** What is written says which context it is of: several, or however many there are, were asked for. */
  readonly hasContexts: boolean;
}

/**
 * `navi export`: resolves with the exit code. Contexts and types that were named and cannot be exported are told, and the
 * others are.
 * @throws NaviError where nothing can be exported, or written; OutputClosed
 */
export async function runExport(run: ExportRun): Promise<number> {
  const interruption = new Interruption();
  try {
    return await exportAll(run, interruption);
  } catch (error) {
    if (error instanceof Interrupted) return interrupted;
    throw error;
  } finally {
    interruption.end();
  }
}

async function exportAll(run: ExportRun, interruption: Interruption): Promise<number> {
  const { request, hasContexts } = run;
  // What is exported is of one moment: types that are followed only while they are asked for are current before it.
  if (request.types.length > 0)
    await askContexts(run, (reader) => ({
      answer: undefined,
      from: [],
      wants: namedTypes(request, readTypes(reader)),
    })).catch(asFault);
  const makeQuery = await whereOf(request);
  if (request.format === 'sqlite') {
    const asked = { request, hasContexts, interruption, makeQuery, heldCount };
    return await tell(run, await askContexts(run, (mirror, context) => exportSqlite(asked, mirror, context)));
  }
  const exporter = await exporterOf(run, interruption);
  try {
    const answers = await askContexts(run, (reader, context) =>
      exportRows(run, exporter, { reader, context, makeQuery }),
    );
    exporter.end();
    return await tell(run, answers);
  } finally {
    exporter.discard();
  }
}

async function exporterOf(run: ExportRun, interruption: Interruption): Promise<Exporter> {
  const { request, hasContexts, notice } = run;
  if (request.format === 'yaml') return yamlExport({ request, interruption, notice });
  if (request.format === 'csv') {
    if (isFolder(request)) return csvFolderExport({ request, interruption, notice });
    const names = hasContexts ? await namesOfAll(run) : undefined;
    return csvExport({ request, hasContexts, interruption }, names);
  }
  return ndjsonExport({ request, hasContexts, interruption });
}

/** Whether tables go into a folder: one is there, or is asked for, or is needed. */
function isFolder({ to, types }: ExportRequest): boolean {
  if (to === undefined) return false;
  return types.length !== 1 || /[/\\]$/.test(to) || statTarget(to)?.isDirectory() === true;
}

/** The columns that any context has of a type. @throws what `planExport` throws, where all contexts do */
async function namesOfAll(run: ExportRun): Promise<readonly string[]> {
  const { answers } = await askContexts(run, (reader) => {
    const plan = planExport(run.request, reader);
    return { answer: csvTable(onlyType(plan)).headers, from: [], wants: [] };
  });
  return [...new Set(answers.flatMap(({ answer }) => answer))];
}

async function exportRows(
  { request }: ExportRun,
  exporter: Exporter,
  {
    reader,
    context,
    makeQuery,
  }: { readonly reader: MirrorReader; readonly context: ContextSummary } & {
    readonly makeQuery: Awaited<ReturnType<typeof whereOf>>;
  },
): Promise<MirrorAnswer<ExportedContext>> {
  const spool = new RowSpool(reader.file);
  try {
    const plan = planExport(request, reader);
    const { reads, snapshot, notices } = await readExport(reader, plan, {
      cluster: context.name,
      nowMs: Date.now(),
      detail: exporter.detail,
      spool,
      end: () => reader.sqlite.exec('commit'),
      makeQuery,
    });
    const count = await exporter.add({ context, plan, reads, snapshot });
    return { answer: { plan, count, notices: notices() }, from: plan.from, wants: [], leftOut: plan.leftOut };
  } finally {
    spool.close();
  }
}

/** Tells what came of it; the exit code. */
async function tell(
  run: ExportRun,
  { answers, faults, notices }: Awaited<ReturnType<typeof askContexts<ExportedContext>>>,
): Promise<number> {
  for (const notice of notices) run.notice(notice);
  const isOne = run.contexts.length === 1;
  const ofTypes = answers.flatMap(({ context, answer }): readonly NaviError[] => {
    for (const line of answer.notices) run.notice(line);
    return isOne ? answer.plan.faults : answer.plan.faults.map((fault) => ofContext(context, fault));
  });
  const exitCode = tellFaults(run, [...faults, ...ofTypes]);
  const count = answers.reduce((sum, { answer }) => sum + answer.count, 0);
  if (count === 0) run.notice('no object is like that');
  else if (run.request.to !== undefined && isFileOf(run.request)) {
    await tellFile(run.notice, `navi: ${count} ${count === 1 ? 'object' : 'objects'} written to`, run.request.to);
  }
  const isIncomplete = answers.some(({ answer }) => answer.plan.isIncomplete);
  return isIncomplete ? exitCodeOf([exitCode, exitCodes.NAVI_INCOMPLETE]) : exitCode;
}

/** Folders of files tell it themselves. */
function isFileOf(request: ExportRequest): boolean {
  if (request.format === 'yaml' || request.to === undefined) return false;
  return request.format !== 'csv' || statSync(request.to, { throwIfNoEntry: false })?.isFile() === true;
}
