import * as Flags from '@oclif/core/flags';
import { NaviError } from '../errors/navi-error.ts';
import { asFault, errorOfAll } from '../errors/of-contexts.ts';
import { readKubeconfig } from '../kubeconfig/read-kubeconfig.ts';
import { resolveContext, type ResolvedContext } from '../kubeconfig/resolve-context.ts';
import type { Kubeconfig } from '../kubeconfig/kubeconfig.ts';

/** Flags that say which clusters a command is about. */
export const contextFlags = {
  context: Flags.string({
    description: 'context of the kubeconfig; repeatable',
    multiple: true,
    multipleNonGreedy: true,
    helpValue: 'NAME',
  }),
  'all-contexts': Flags.boolean({ description: 'every context of the kubeconfig' }),
  kubeconfig: Flags.string({
    description: 'kubeconfig file in place of KUBECONFIG or ~/.kube/config',
    helpValue: 'FILE',
  }),
};

/** The parsed values of `contextFlags`. */
export interface ContextFlagValues {
  readonly context?: readonly string[] | undefined;
  readonly 'all-contexts'?: boolean | undefined;
  readonly kubeconfig?: string | undefined;
}

/** What a command is about. */
export interface ChosenContexts {
  readonly kubeconfig: Kubeconfig;
  /** At least one. */
  readonly contexts: readonly ResolvedContext[];
  /** Of `--all-contexts`: those that the kubeconfig cannot say the cluster or user of. */
  readonly faults: readonly NaviError[];
}

/**
 * The contexts a command is about: those named, all, or the current one.
 * An empty name means the current one, as for kubectl. Of all contexts some may be unusable; one that is named may not.
 * @throws NAVI_KUBECONFIG_MISSING, NAVI_KUBECONFIG_BROKEN, NAVI_CONTEXT_UNKNOWN
 */
export function chosenContexts(flags: ContextFlagValues): ChosenContexts {
  const kubeconfig = readKubeconfig(flags.kubeconfig, process.env);
  if (flags['all-contexts'] === true) return allContexts(kubeconfig);
  const names = named(flags);
  const chosen = names.length === 0 ? [undefined] : [...new Set(names)];
  return { kubeconfig, contexts: chosen.map((name) => resolveContext(kubeconfig, name)), faults: [] };
}

function allContexts(kubeconfig: Kubeconfig): ChosenContexts {
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

function named(flags: ContextFlagValues): readonly string[] {
  return (flags.context ?? []).filter((name) => name !== '');
}
