import { resourceName } from '../core/api-resource.ts';
import { typesAre } from '../core/type-words.ts';
import { errorText } from '../errors/error-text.ts';
import { NaviError } from '../errors/navi-error.ts';
import { asFault, errorOfAll, exitCodeOf, ofContext } from '../errors/of-contexts.ts';
import type { ResolvedContext } from '../kubeconfig/resolve-context.ts';
import { naviTable, tableStyle, type ColorMode } from '../output/navi-table.ts';
import { oneLine, terminalJson } from '../core/terminal-text.ts';
import { readTypes } from '../query/mirror-type.ts';
import { isRefused, readableParts } from '../query/type-places.ts';
import { searchObjects, type SearchHit } from '../query/search-objects.ts';
import { dueNotice } from './due-notice.ts';
import { inSnapshot, openMirror } from './open-mirror.ts';

/** What `navi search` was asked for. */
export interface SearchRun {
  readonly term: string;
  readonly limit: number;
  readonly output: 'json' | 'name' | undefined;
  readonly color: ColorMode;
  readonly contexts: readonly ResolvedContext[];
  /** Of contexts that were asked for with these and cannot be used. */
  readonly faults: readonly NaviError[];
  /** Age of data from which on a notice is due. */
  readonly noticeAfterMs: number;
  readonly write: (text: string) => void;
  readonly notice: (text: string) => void;
}

interface Found extends SearchHit {
  readonly context: string;
  /** `plural.group`. */
  readonly type: string;
  readonly kind: string;
}

/**
 * `navi search`: resolves with the exit code; no hits are 0. Contexts that cannot answer are told, and the others print.
 * @throws NaviError where none can
 */
export async function runSearch(run: SearchRun): Promise<number> {
  if (run.term.trim() === '')
    throw new NaviError('NAVI_USAGE', 'there is nothing to look for: the term is empty', {
      hints: ['navi search web'],
    });
  const found: Found[] = [];
  const faults = [...run.faults];
  let isCut = false;
  let answerCount = 0;
  let refusedCount = 0;
  for (const context of run.contexts) {
    const result = await searchContext(run, context).catch(asFault);
    if (result instanceof NaviError) {
      faults.push(run.contexts.length === 1 ? result : ofContext(context.name, result));
      continue;
    }
    answerCount += 1;
    for (const object of result.found) found.push(object);
    isCut ||= result.isCut;
    refusedCount += result.refusedCount;
  }
  if (answerCount === 0) throw errorOfAll(faults);
  print(run, found);
  for (const fault of faults) run.notice(errorText(fault));
  if (found.length === 0) run.notice(`nothing found for "${shortened(run.term)}"${unsearchedText(refusedCount)}`);
  if (isCut)
    run.notice(
      `only the best ${run.limit}${run.contexts.length > 1 ? ' of each context' : ''} are shown; --limit N shows more`,
    );
  return exitCodeOf([0, ...faults.map(({ exitCode }) => exitCode)]);
}

/** What a search of one context came to. */
interface Searched {
  readonly found: readonly Found[];
  readonly isCut: boolean;
  /** Types that may not be listed anywhere. */
  readonly refusedCount: number;
}

/** A refusal is no empty answer: there may be what was looked for. */
function unsearchedText(refusedCount: number): string {
  if (refusedCount === 0) return '';
  return ` in what this user may list; ${typesAre(refusedCount)} forbidden: navi status`;
}

async function searchContext(run: SearchRun, context: ResolvedContext): Promise<Searched> {
  const reader = openMirror(context);
  try {
    return await inSnapshot(reader, async () => {
      const types = (await readTypes(reader)).filter(
        (type) => type.version === type.storedVersion && type.retrieval !== 'alias',
      );
      const byId = new Map(types.map((type) => [type.rowTypeId, type]));
      const { hits, isCut } = searchObjects(reader, run.term, run.limit);
      const notice = dueNotice(context, readableParts(types), { nowMs: Date.now(), noticeAfterMs: run.noticeAfterMs });
      if (notice !== undefined) run.notice(notice);
      const found = hits.flatMap((hit): Found[] => {
        const type = byId.get(hit.typeId);
        return type === undefined ? [] : [{ ...hit, context: context.name, type: resourceName(type), kind: type.kind }];
      });
      return { found, isCut, refusedCount: types.filter(isRefused).length };
    });
  } finally {
    reader.close();
  }
}

function print(run: SearchRun, found: readonly Found[]): void {
  switch (run.output) {
    case 'json': {
      const hits = found.map(({ context, type, kind, namespace, name, rank, matched }) => ({
        context,
        type,
        kind,
        namespace,
        name,
        rank,
        matched,
      }));
      run.write(terminalJson(`${JSON.stringify({ term: run.term, hits }, null, 2)}\n`));
      return;
    }
    case 'name':
      for (const { type, name } of found) run.write(`${oneLine(`${type}/${name}`)}\n`);
      return;
    case undefined: {
      if (found.length === 0) return;
      const style = tableStyle(process.stdout, process.env, run.color);
      const manyContexts = run.contexts.length > 1;
      const headers = [...(manyContexts ? ['CONTEXT'] : []), 'NAMESPACE', 'TYPE', 'NAME', 'MATCH'];
      const rows = found.map((hit) => [
        ...(manyContexts ? [oneLine(hit.context)] : []),
        oneLine(hit.namespace),
        oneLine(hit.type),
        oneLine(hit.name),
        matchText(hit),
      ]);
      run.write(naviTable(headers, rows, style));
    }
  }
}

function matchText({ rank, matched }: SearchHit): string {
  if (rank.startsWith('name')) return rank.replace('-', ' ');
  return `${rank} ${oneLine(matched)}`;
}

/** What was looked for, as far as it fits on a line. */
function shortened(term: string): string {
  const points = Array.from(oneLine(term));
  return points.length > 200 ? `${points.slice(0, 200).join('')}…` : points.join('');
}
