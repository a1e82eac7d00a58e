import { resourceName } from '../core/api-resource.ts';
import { typesAre } from '../core/type-words.ts';
import { NaviError } from '../errors/navi-error.ts';
import type { ResolvedContext } from '../kubeconfig/resolve-context.ts';
import { naviTable, tableStyle } from '../output/navi-table.ts';
import { oneLine, terminalJson } from '../core/terminal-text.ts';
import { readTypes, storedOf } from '../query/mirror-type.ts';
import { isRefused, readableParts } from '../query/type-places.ts';
import { nearestName } from '../query/search/nearest-name.ts';
import { parseSearch, type SearchWord } from '../query/search/parse-search.ts';
import type { SearchHit } from '../query/search/search-objects.ts';
import { searchWords } from '../query/search/search-words.ts';
import type { MirrorReader } from '../store/open-reader.ts';
import { askContexts, tellFaults, type ContextAnswers, type ContextsRun, type MirrorAnswer } from './ask-contexts.ts';
import { namedType } from './named-type.ts';
import { findMirror } from './open-mirror.ts';

/** What `navi search` was asked for. */
export interface SearchRun extends ContextsRun {
  readonly term: string;
  readonly limit: number;
  readonly output: 'json' | 'name' | undefined;
}

interface Found extends SearchHit {
  readonly context: string;
  /** `plural.group`. */
  readonly type: string;
  readonly kind: string;
}

/**
 * `navi search`: resolves with the exit code; no hits are 0. Contexts that cannot answer are told, and the others print.
 * Where nothing is found, a word with one slip is taken for the one that was most likely meant, and that is told.
 * @throws NaviError where none can, and for what asks for nothing
 */
export async function runSearch(run: SearchRun): Promise<number> {
  const words = parseSearch(run.term);
  refuseWords(words);
  const contexts = run.contexts.filter(({ name }) => words.every((word) => isOf(word, name)));
  const search = (wanted: readonly SearchWord[]): Promise<ContextAnswers<Searched>> =>
    askContexts(run, (reader, context) => searchMirror(run, wanted, { reader, context }), contexts);
  const told = await search(words);
  const isFound = told.answers.some(({ answer }) => answer.found.length > 0);
  const meant = isFound ? undefined : meantWords(contexts, words);
  const { answers, faults, notices } = meant === undefined ? told : await search(meant);
  const found = answers.flatMap(({ answer }) => answer.found);
  const refusedCount = answers.reduce((sum, { answer }) => sum + answer.refusedCount, 0);
  for (const notice of notices) run.notice(notice);
  print(run, found, meant === undefined ? null : wordsText(meant));
  const exitCode = tellFaults(run, faults);
  if (found.length === 0) run.notice(`nothing found for "${shortened(run.term)}"${unsearchedText(refusedCount)}`);
  else if (meant !== undefined) {
    run.notice(`nothing found for "${shortened(run.term)}"; this is for "${shortened(wordsText(meant))}"`);
  }
  if (answers.some(({ answer }) => answer.isCut))
    run.notice(
      `only the best ${run.limit}${run.contexts.length > 1 ? ' of each context' : ''} are shown; --limit N shows more`,
    );
  return exitCode;
}

/** Most words of a search: each is a condition of its own. */
const wordCountMax = 50;

/** @throws NAVI_USAGE */
function refuseWords(words: readonly SearchWord[]): void {
  if (words.length === 0)
    throw new NaviError('NAVI_USAGE', 'there is nothing to look for: the term is empty', {
      hints: ['navi search web'],
    });
  if (words.length > wordCountMax)
    throw new NaviError('NAVI_USAGE', `${words.length} words are more than navi looks for at a time`, {
      hints: [`look for at most ${wordCountMax}; an object must have all of them`],
    });
  if (words.every(({ isExcluded, field }) => isExcluded || field === 'cluster'))
    throw new NaviError('NAVI_USAGE', 'there is nothing to look for: every word only leaves something out', {
      hints: ['navi search web -test', 'navi get TYPE -A shows all of a type'],
    });
}

function isOf({ field, text, isExcluded }: SearchWord, context: string): boolean {
  return field !== 'cluster' || context.toLowerCase().includes(text.toLowerCase()) !== isExcluded;
}

/** What was most likely meant where words are found nowhere; undefined where that cannot be said. */
function meantWords(
  contexts: readonly ResolvedContext[],
  words: readonly SearchWord[],
): readonly SearchWord[] | undefined {
  const meant = words.map((word): SearchWord => {
    if (word.isExcluded || (word.field !== undefined && word.field !== 'name')) return word;
    return { ...word, text: nearestInContexts(contexts, word.text) ?? word.text };
  });
  return meant.every(({ text }, index) => text === words[index]?.text) ? undefined : meant;
}

function nearestInContexts(contexts: readonly ResolvedContext[], text: string): string | undefined {
  for (const context of contexts) {
    const reader = findMirror(context);
    try {
      const found = reader === undefined ? undefined : nearestName(reader, text);
      if (found !== undefined) return found;
    } finally {
      reader?.close();
    }
  }
  return undefined;
}

function wordsText(words: readonly SearchWord[]): string {
  return words
    .map(({ field, text, isExcluded }) => {
      const quoted = /\s/.test(text) ? `"${text}"` : text;
      return `${isExcluded ? '-' : ''}${field === undefined ? '' : `${field}:`}${quoted}`;
    })
    .join(' ');
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

async function searchMirror(
  run: SearchRun,
  words: readonly SearchWord[],
  { reader, context }: { readonly reader: MirrorReader; readonly context: ResolvedContext },
): Promise<MirrorAnswer<Searched>> {
  const all = await readTypes(reader);
  const types = storedOf(all);
  const byId = new Map(types.map((type) => [type.rowTypeId, type]));
  const typeIdsOf = (text: string): readonly number[] => [namedType(text, all).rowTypeId];
  const { hits, isCut } = searchWords(reader, words, { limit: run.limit, typeIdsOf });
  const found = hits.flatMap((hit): Found[] => {
    const type = byId.get(hit.typeId);
    return type === undefined ? [] : [{ ...hit, context: context.name, type: resourceName(type), kind: type.kind }];
  });
  return { answer: { found, isCut, refusedCount: types.filter(isRefused).length }, from: readableParts(types) };
}

function print(run: SearchRun, found: readonly Found[], corrected: string | null): void {
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
      run.write(terminalJson(`${JSON.stringify({ term: run.term, corrected, hits }, null, 2)}\n`));
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
