import { NaviError } from '../errors/navi-error.ts';
import { asFault, errorOfAll } from '../errors/of-contexts.ts';
import type { Kubeconfig } from '../kubeconfig/kubeconfig.ts';
import { readKubeconfig } from '../kubeconfig/read-kubeconfig.ts';
import { resolveContext, type ResolvedContext } from '../kubeconfig/resolve-context.ts';
import { namedContexts, type ContextFlagValues } from './context-flags.ts';

/** What a command that signs in to clusters is about. */
export interface ResolvedContexts {
  readonly kubeconfig: Kubeconfig;
  /** At least one. */
  readonly contexts: readonly ResolvedContext[];
  /** Of `--all-contexts`: those that the kubeconfig cannot say the cluster or user of. */
  readonly faults: readonly NaviError[];
}

/**
 * The contexts a command is about, with their credentials: those named, all, or the current one.
 * Of all contexts some may be unusable; one that is named may not.
 * @param kubeconfig that of the flags, where it was read already
 * @throws NAVI_KUBECONFIG_MISSING, NAVI_KUBECONFIG_BROKEN, NAVI_CONTEXT_UNKNOWN
 */
export function resolvedContexts(
  flags: ContextFlagValues,
  kubeconfig = readKubeconfig(flags.kubeconfig, process.env),
): ResolvedContexts {
  if (flags['all-contexts'] === true) return allContexts(kubeconfig);
  const names = namedContexts(flags);
  const chosen = names.length === 0 ? [undefined] : names;
  return { kubeconfig, contexts: chosen.map((name) => resolveContext(kubeconfig, name)), faults: [] };
}

function allContexts(kubeconfig: Kubeconfig): ResolvedContexts {
  const names = [...kubeconfig.contexts.keys()];
  if (names.length === 0) {
    throw new NaviError('NAVI_CONTEXT_UNKNOWN', `no context is in ${kubeconfig.files.join(', ')}`, {
      hints: ['point KUBECONFIG or --kubeconfig to a file with contexts', 'navi demo shows navi without a cluster'],
    });
  }
  const resolved = names.map((name) => resolvedOrFault(kubeconfig, name));
  const faults = resolved.filter((context) => context instanceof NaviError);
  const contexts = resolved.flatMap((context) => (context instanceof NaviError ? [] : [context]));
  if (contexts.length === 0) throw errorOfAll(faults);
  return { kubeconfig, contexts, faults };
}

function resolvedOrFault(kubeconfig: Kubeconfig, name: string): ResolvedContext | NaviError {
  try {
    return resolveContext(kubeconfig, name);
  } catch (error) {
    return asFault(error);
  }
}
