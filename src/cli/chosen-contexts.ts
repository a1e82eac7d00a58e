import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { NaviError } from '../errors/navi-error.ts';
import type { ContextSummary, KubeconfigSummary } from '../kubeconfig/context-summary.ts';
import { kubeconfigFiles } from '../kubeconfig/kubeconfig-files.ts';
import { readSummary, type SummaryRead } from '../kubeconfig/read-summary.ts';
import { isSourceServer } from '../kubeconfig/source-server.ts';
import { checkPrivate, dataDirectory, sourcesFile } from '../store/data-directory.ts';
import { namedContexts, type ContextFlagValues } from './context-flags.ts';

/** What a query is about. */
export interface ChosenContexts {
  /** Files of the kubeconfig, absolute, in order of precedence. */
  readonly kubeconfig: readonly string[];
  /** See `SummaryRead`. */
  readonly wholeKubeconfig: SummaryRead['whole'];
  /** Names of all contexts in there. */
  readonly knownNames: readonly string[];
  /** At least one. */
  readonly contexts: readonly ContextSummary[];
  /** Of `--all-contexts`: those that the kubeconfig cannot say the cluster or user of. */
  readonly faults: readonly NaviError[];
}

/** Which contexts are meant by all. */
export interface ContextChoiceOptions {
  /** Sources too: most questions are about types that they do not have. */
  readonly withSources?: boolean | undefined;
}

/** The contexts a query is about: what `resolvedContexts` finds, without credentials. @throws what that throws */
export async function chosenContexts(
  flags: ContextFlagValues,
  { withSources = false }: ContextChoiceOptions = {},
): Promise<ChosenContexts> {
  const { summary, whole } = await summaryOf(flags.kubeconfig);
  const isMeant = ({ server }: Pick<ContextSummary, 'server'>): boolean =>
    withSources || flags['all-contexts'] !== true || !isSourceServer(server);
  const contexts = summarized(summary, flags)?.filter(isMeant);
  if (contexts !== undefined) {
    const { files, contextNames } = summary;
    return { kubeconfig: files, wholeKubeconfig: whole, knownNames: contextNames, contexts, faults: [] };
  }
  const { resolvedContexts } = await import('./resolved-contexts.ts');
  const { contextSummary } = await import('../kubeconfig/summarize-kubeconfig.ts');
  const resolved = resolvedContexts(flags, await whole());
  return {
    kubeconfig: resolved.kubeconfig.files,
    wholeKubeconfig: whole,
    knownNames: [...resolved.kubeconfig.contexts.keys()],
    contexts: resolved.contexts.map(contextSummary).filter(isMeant),
    faults: resolved.faults,
  };
}

/** @param explicit value of `--kubeconfig`; @throws NAVI_KUBECONFIG_MISSING, NAVI_KUBECONFIG_BROKEN */
export async function summaryOf(explicit: string | undefined): Promise<SummaryRead> {
  const files = kubeconfigFiles(explicit, process.env);
  const sources = sourcesFile(dataDirectory(process.env));
  return await readSummary(existsSync(sources) ? [...files, sources] : files, keptFile(process.env));
}

/** Where summaries are kept; undefined where others could have put them there, which the opening of a mirror will tell. */
function keptFile(env: NodeJS.ProcessEnv): string | undefined {
  const directory = dataDirectory(env);
  try {
    checkPrivate(directory, 'directory');
    return join(directory, 'kubeconfigs.json');
  } catch (error) {
    if (error instanceof NaviError) return undefined;
    throw error;
  }
}

/** Undefined where the summary lacks one of them, or there is none. */
function summarized(summary: KubeconfigSummary, flags: ContextFlagValues): readonly ContextSummary[] | undefined {
  const named = namedContexts(flags);
  const isAll = flags['all-contexts'] === true;
  const names = isAll ? summary.contextNames : named.length > 0 ? named : [summary.currentContext];
  const byName = new Map(summary.contexts.map((context) => [context.name, context]));
  const contexts = names.flatMap((name) => byName.get(name) ?? []);
  return names.length > 0 && contexts.length === names.length ? contexts : undefined;
}
