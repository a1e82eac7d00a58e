import * as Flags from '@oclif/core/flags';

/** Flags that say which clusters a command is about. */
export const contextFlags = {
  context: Flags.string({
    description: 'context of the kubeconfig; repeatable',
    multiple: true,
    multipleNonGreedy: true,
    helpValue: 'NAME',
  }),
  'all-contexts': Flags.boolean({ description: 'every context of the kubeconfig', exclusive: ['context'] }),
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

/** The names that flags give, each once; an empty one means the current context, as for kubectl. */
export function namedContexts({ context = [] }: ContextFlagValues): readonly string[] {
  return [...new Set(context)].filter((name) => name !== '');
}
