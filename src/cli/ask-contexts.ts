import { oneLine } from '../core/terminal-text.ts';
import { NaviError } from '../errors/navi-error.ts';
import { asFault, errorOfAll, ofContext } from '../errors/of-contexts.ts';
import type { ContextSummary } from '../kubeconfig/context-summary.ts';
import type { ColorMode } from '../output/color-mode.ts';
import { judgeFreshness } from '../query/freshness.ts';
import type { MirrorType } from '../query/mirror-type.ts';
import type { MirrorReader } from '../store/open-reader.ts';
import { dueNotice } from './due-notice.ts';
import { inSnapshot, openMirror } from './open-mirror.ts';
import { usedNames, withUsed } from './with-used.ts';

/** Of which clusters a command is to tell, and how. */
export interface ContextsRun {
  readonly contexts: readonly ContextSummary[];
  /** Absolute paths of the kubeconfig's files. */
  readonly kubeconfig: readonly string[];
  /** Somebody goes on looking. */
  readonly isRenewal?: boolean | undefined;
  /** Of contexts that were asked for with these and cannot be used. */
  readonly faults: readonly NaviError[];
  readonly color: ColorMode;
  /** Age of data from which on a notice is due. */
  readonly noticeAfterMs: number;
  readonly write: (text: string) => void;
  readonly notice: (text: string) => void;
}

/** What a mirror answers, and the types that it comes from: they say how fresh it is. */
export interface MirrorAnswer<T> {
  readonly answer: T;
  readonly from: readonly MirrorType[];
  /** Types that it looks into by name, unless those: a daemon follows them from now on where they are followed only while they are asked for. */
  readonly wants?: readonly MirrorType[];
  /** What it leaves out, which people are told of; see `leftOut` of the query. */
  readonly leftOut?: readonly string[];
}

/** The answer of a context. */
export interface ContextAnswer<T> {
  readonly context: string;
  readonly answer: T;
  /** Age of the oldest data that it comes from; null where there is none. */
  readonly ageMs: number | null;
  /** People are told of its age. */
  readonly isStale: boolean;
}

/** What asking several contexts came to. */
export interface ContextAnswers<T> {
  readonly answers: readonly ContextAnswer<T>[];
  readonly faults: readonly NaviError[];
  /** How old answers are, where that is due, and what they leave out. */
  readonly notices: readonly string[];
}

/**
 * Asks the mirror of each context, each within a snapshot of its own. One that cannot answer does not keep the others from it.
 * @param contexts those of the run, unless only some of them are meant
 * @throws NaviError where none of them can
 */
export async function askContexts<T>(
  run: ContextsRun,
  ask: (reader: MirrorReader, context: ContextSummary) => Answering<T>,
  contexts = run.contexts,
): Promise<ContextAnswers<T>> {
  const answers: ContextAnswer<T>[] = [];
  const faults = [...run.faults];
  const notices: string[] = [];
  for (const context of contexts) {
    const told = await askContext(run, context, ask).catch(asFault);
    if (told instanceof NaviError) {
      faults.push(run.contexts.length === 1 ? told : ofContext(context.name, told));
      continue;
    }
    const at = { nowMs: Date.now(), noticeAfterMs: run.noticeAfterMs };
    const { ageMs, isDue } = judgeFreshness(told.from, at.nowMs, at.noticeAfterMs);
    notices.push(...[dueNotice(context, told.from, at)].filter((notice) => notice !== undefined));
    for (const phrase of told.leftOut ?? []) notices.push(leftOutNotice(context, phrase));
    answers.push({ context: context.name, answer: told.answer, ageMs, isStale: isDue });
  }
  if (answers.length === 0 && contexts.length > 0) throw errorOfAll(faults);
  return { answers, faults, notices };
}

/** A phrase of `leftOut` as a line for people. */
export function leftOutNotice({ name }: Pick<ContextSummary, 'name'>, phrase: string): string {
  return `navi: of context "${oneLine(name)}" ${phrase}`;
}

/** Some load what they need first. */
export type Answering<T> = MirrorAnswer<T> | Promise<MirrorAnswer<T>>;

async function askContext<T>(
  { kubeconfig, isRenewal }: ContextsRun,
  context: ContextSummary,
  ask: (reader: MirrorReader, context: ContextSummary) => Answering<T>,
): Promise<MirrorAnswer<T>> {
  const reader = openMirror(context);
  try {
    const choice = { contexts: [context.name], kubeconfig };
    return await inSnapshot(reader, () =>
      withUsed(
        reader,
        () => ask(reader, context),
        ({ from, wants = from }) => usedNames(wants),
        { choice, isRenewal },
      ),
    );
  } finally {
    reader.close();
  }
}
