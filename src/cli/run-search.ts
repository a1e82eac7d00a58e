import { instantText } from '../core/instant-text.ts';
import { resourceName } from '../core/api-resource.ts';
import { firstNames, typesAre } from '../core/type-words.ts';
import { didYouMean, nearestWord } from '../core/nearest-word.ts';
import { NaviError } from '../errors/navi-error.ts';
import type { ContextSummary } from '../kubeconfig/context-summary.ts';
import { naviTable, tableStyle } from '../output/navi-table.ts';
import { humanDuration } from '../core/human-duration.ts';
import { oneLine, terminalJson } from '../core/terminal-text.ts';
import { readTypes, storedOf, type MirrorType } from '../query/mirror-type.ts';
import { resolveResource } from '../query/resolve-resource.ts';
import { isRefused, readableParts } from '../query/type-places.ts';
import { meantWords } from '../query/search/meant-words.ts';
import { nearestName } from '../query/search/nearest-name.ts';
import { meantField, parseSearch, searchFields, type SearchWord } from '../query/search/parse-search.ts';
import type { SearchHit } from '../query/search/hit-order.ts';
import type { DeletedHit, searchDeleted } from '../query/search/search-deleted.ts';
import { searchWords, type KindWords } from '../query/search/search-words.ts';
import type { MirrorReader } from '../store/open-reader.ts';
import { askContexts, type ContextAnswers, type ContextsRun, type MirrorAnswer } from './ask-contexts.ts';
import { tellFaults } from './tell-faults.ts';
import { namedType } from './named-type.ts';
import { findMirror } from './open-mirror.ts';
import { stdoutTerminal } from '../output/terminal-stream.ts';

/** What `navi search` was asked for. */
export interface SearchRun extends ContextsRun {
  readonly term: string;
  readonly limit: number;
  /** Objects are looked for that are gone. */
  readonly isDeleted: boolean;
  readonly output: 'json' | 'name' | undefined;
}

interface Found extends Omit<SearchHit, 'typeId'> {
  readonly context: string;
  /** `plural.group`. */
  readonly type: string;
  readonly kind: string;
  /** Null for an object that is there. */
  readonly deletion: Deletion | null;
}

type Deletion = Pick<DeletedHit, 'deletedAtMs' | 'cause' | 'existsAgain' | 'uid'>;

/**
 * `navi search`: resolves with the exit code; no hits are 0. Contexts that cannot answer are told, and the others print.
 * Where nothing is found, a word with one slip is taken for the one that was most likely meant, and that is told.
 * @throws NaviError where none can, and for what asks for nothing
 */
export async function runSearch(run: SearchRun): Promise<number> {
  const words = parseSearch(run.term);
  refuseWords(words);
  const contexts = run.contexts.filter(({ name }) => words.every((word) => isOf(word, name)));
  refuseNoContext(run, words, contexts.length);
  // What reads the history is loaded for those who ask for it.
  const ofDeleted = run.isDeleted ? (await import('../query/search/search-deleted.ts')).searchDeleted : undefined;
  const search = (wanted: readonly SearchWord[]): Promise<ContextAnswers<Searched>> =>
    askContexts(run, (reader, context) => searchMirror({ ...run, ofDeleted }, wanted, { reader, context }), contexts);
  const told = await search(words);
  const isFound = told.answers.some(({ answer }) => answer.found.length > 0);
  const meant = isFound || run.isDeleted ? undefined : meantWords(words, (text) => nearestInContexts(contexts, text));
  const { answers, faults, notices } = meant === undefined ? told : await search(meant);
  const found = answers.flatMap(({ answer }) => answer.found);
  const refusedCount = answers.reduce((sum, { answer }) => sum + answer.refusedCount, 0);
  for (const notice of notices) run.notice(notice);
  print(run, found, meant === undefined ? null : wordsText(meant));
  const exitCode = tellFaults(run, faults);
  const kept = run.isDeleted ? ' among what was deleted in the last seven days' : '';
  if (found.length === 0) {
    run.notice(`nothing found for "${shortened(run.term)}"${kept}${unsearchedText(refusedCount)}`);
    for (const line of slips(words)) run.notice(line);
  } else if (meant !== undefined) {
    const unsearched = unsearchedText(refusedCount);
    run.notice(`nothing found for "${shortened(run.term)}"${unsearched}; this is for "${shortened(wordsText(meant))}"`);
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

/** A context that nobody asks is no empty answer. @throws NAVI_USAGE */
function refuseNoContext({ contexts }: SearchRun, words: readonly SearchWord[], count: number): void {
  const asked = words.filter(({ field, isExcluded }) => field === 'cluster' && !isExcluded);
  if (count > 0 || contexts.length === 0 || asked.length === 0) return;
  const names = contexts.map(({ name }) => name);
  const meant = asked.map(({ text }) => nearestWord(text, names)).find((name) => name !== undefined);
  throw new NaviError('NAVI_USAGE', `no context that is asked is like ${wordsText(asked)}`, {
    hints: [
      ...didYouMean(meant && `cluster:${meant}`),
      `asked: ${firstNames(names, 12)}; --all-contexts asks every one`,
    ],
  });
}

/** Words that may have been meant for a field. */
function slips(words: readonly SearchWord[]): readonly string[] {
  return words.flatMap((word) => {
    const slip = meantField(word);
    if (slip === undefined) return [];
    return [`navi: ${slip.typed}: is no field; did you mean ${slip.meant}:? fields: ${searchFields.join(', ')}`];
  });
}

function isOf({ field, text, isExcluded }: SearchWord, context: string): boolean {
  return field !== 'cluster' || context.toLowerCase().includes(text.toLowerCase()) !== isExcluded;
}

function nearestInContexts(contexts: readonly ContextSummary[], text: string): string | undefined {
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
  run: Pick<SearchRun, 'limit'> & { readonly ofDeleted: typeof searchDeleted | undefined },
  words: readonly SearchWord[],
  { reader, context }: { readonly reader: MirrorReader; readonly context: ContextSummary },
): Promise<MirrorAnswer<Searched>> {
  const all = readTypes(reader);
  const types = storedOf(all);
  const byId = new Map(types.map((type) => [type.rowTypeId, type]));
  const how = { limit: run.limit, kinds: kindWords(all) };
  const told = { refusedCount: types.filter(isRefused).length };
  const from = readableParts(types);
  // A search looks through what is there, and says what is not.
  const used = types.filter((type) => type.usedName !== undefined && !isRefused(type));
  const unseen = used.length === 0 ? [] : (await import('../query/left-out.ts')).leftOut(used, undefined);
  const sweep = { wants: [], leftOut: unseen };
  if (run.ofDeleted !== undefined) {
    const { hits, isCut } = run.ofDeleted(reader, words, how);
    const found = hits.map((hit) => ({ ...hit, context: context.name, type: resourceName(hit), deletion: hit }));
    return { answer: { ...told, found, isCut }, from, ...sweep };
  }
  const { hits, isCut } = searchWords(reader, words, how);
  const found = hits.flatMap((hit): Found[] => {
    const type = byId.get(hit.typeId);
    const named = type === undefined ? undefined : { type: resourceName(type), kind: type.kind };
    return named === undefined ? [] : [{ ...hit, ...named, context: context.name, deletion: null }];
  });
  return { answer: { ...told, found, isCut }, from, ...sweep };
}

/** What kinds words of a search mean, by the names that `get` knows. */
export function kindWords(types: readonly MirrorType[]): KindWords {
  return {
    named: (text) => [namedType(text, types).rowTypeId],
    meant: (text) => {
      const resolved = resolveResource(text, types);
      return resolved.ok ? [resolved.type.rowTypeId] : [];
    },
  };
}

function print(run: SearchRun, found: readonly Found[], corrected: string | null): void {
  switch (run.output) {
    case 'json': {
      const hits = found.map(({ context, type, kind, namespace, name, rank, matched, matches, deletion }) => ({
        context,
        type,
        kind,
        namespace,
        name,
        rank,
        matched,
        matches,
        deletion: deletion === null ? null : deletionJson(deletion),
      }));
      run.write(terminalJson(`${JSON.stringify({ term: run.term, corrected, hits }, null, 2)}\n`));
      return;
    }
    case 'name':
      for (const { type, name } of found) run.write(`${oneLine(`${type}/${name}`)}\n`);
      return;
    case undefined: {
      if (found.length === 0) return;
      const style = tableStyle(stdoutTerminal(), process.env, run.color);
      const manyContexts = run.contexts.length > 1;
      const deleted = run.isDeleted ? ['DELETED'] : [];
      const headers = [...(manyContexts ? ['CONTEXT'] : []), 'NAMESPACE', 'TYPE', 'NAME', ...deleted, 'MATCH'];
      const nowMs = Date.now();
      const rows = found.map((hit) => [
        ...(manyContexts ? [oneLine(hit.context)] : []),
        oneLine(hit.namespace),
        oneLine(hit.type),
        oneLine(hit.name),
        ...(hit.deletion === null ? [] : [deletedText(hit.deletion, nowMs)]),
        matchText(hit),
      ]);
      run.write(naviTable(headers, rows, style));
    }
  }
}

function deletionJson({ deletedAtMs, cause, existsAgain, uid }: Deletion): unknown {
  return { at: instantText(deletedAtMs), seenBy: cause === 'event' ? 'watch' : 'list', existsAgain, uid };
}

/** How long ago, and whether one of that name is there again. A list only says that something was gone by then. */
function deletedText({ deletedAtMs, cause, existsAgain }: Deletion, nowMs: number): string {
  const ago = `${cause === 'sweep' ? '>' : ''}${humanDuration(nowMs - deletedAtMs)}`;
  return existsAgain ? `${ago} (exists again)` : ago;
}

function matchText({ rank, matched }: Pick<Found, 'rank' | 'matched'>): string {
  if (rank.startsWith('name')) return rank.replace('-', ' ');
  return `${rank} ${oneLine(matched)}`;
}

/** What was looked for, as far as it fits on a line. */
function shortened(term: string): string {
  const points = Array.from(oneLine(term));
  return points.length > 200 ? `${points.slice(0, 200).join('')}…` : points.join('');
}
