import * as Flags from '@oclif/core/flags';
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
 * @throws NAVI_KUBECONFIG_MISSING, NAVI_KUBECONFIG_BROKEN, NAVI_CONTEXT_UNKNOWN
 */
export function chosenContexts(flags: ContextFlagValues): {
  readonly kubeconfig: Kubeconfig;
  readonly contexts: readonly ResolvedContext[];
} {
  const kubeconfig = readKubeconfig(flags.kubeconfig, process.env);
  const names = flags['all-contexts'] === true ? [...kubeconfig.contexts.keys()] : (flags.context ?? []);
  if (names.length === 0) return { kubeconfig, contexts: [resolveContext(kubeconfig, undefined)] };
  return { kubeconfig, contexts: [...new Set(names)].map((name) => resolveContext(kubeconfig, name)) };
}
