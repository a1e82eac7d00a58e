import * as Flags from '@oclif/core/flags';
import { NaviError } from '../errors/navi-error.ts';
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

/**
 * The contexts a command is about: those named, all, or the current one.
 * An empty name means the current one, as for kubectl.
 * @throws NAVI_KUBECONFIG_MISSING, NAVI_KUBECONFIG_BROKEN, NAVI_CONTEXT_UNKNOWN
 */
export function chosenContexts(flags: ContextFlagValues): {
  readonly kubeconfig: Kubeconfig;
  readonly contexts: readonly ResolvedContext[];
} {
  const kubeconfig = readKubeconfig(flags.kubeconfig, process.env);
  const names = flags['all-contexts'] === true ? [...kubeconfig.contexts.keys()] : named(flags);
  if (names.length === 0 && flags['all-contexts'] === true) {
    throw new NaviError('NAVI_CONTEXT_UNKNOWN', `no context is in ${kubeconfig.files.join(', ')}`, {
      hints: ['point KUBECONFIG or --kubeconfig to a file with contexts', 'navi demo shows navi without a cluster'],
    });
  }
  if (names.length === 0) return { kubeconfig, contexts: [resolveContext(kubeconfig, undefined)] };
  return { kubeconfig, contexts: [...new Set(names)].map((name) => resolveContext(kubeconfig, name)) };
}

function named(flags: ContextFlagValues): readonly string[] {
  return (flags.context ?? []).filter((name) => name !== '');
}
