import { NaviError } from '../errors/navi-error.ts';
import type { ContextSummary, KubeconfigSummary } from './context-summary.ts';
import type { Kubeconfig } from './kubeconfig.ts';
import { mirrorId, resolveContext, type ResolvedContext } from './resolve-context.ts';
import { withoutPassword } from './url-password.ts';
import { contextFault } from './usable-context.ts';

/** A context without its credentials. */
export function contextSummary(context: ResolvedContext): ContextSummary {
  return {
    name: context.name,
    namespace: context.namespace,
    server: withoutPassword(context.cluster.server),
    userName: context.userName,
    mirrorId: mirrorId(context),
    insecureSkipTlsVerify: context.cluster.insecureSkipTlsVerify,
    fault: contextFault(context),
  };
}

/** A kubeconfig without its credentials. */
export function summarizeKubeconfig(kubeconfig: Kubeconfig): KubeconfigSummary {
  const contextNames = [...kubeconfig.contexts.keys()];
  return {
    files: kubeconfig.files,
    currentContext: kubeconfig.currentContext,
    contextNames,
    clusterNames: [...kubeconfig.clusters.keys()],
    userNames: [...kubeconfig.users.keys()],
    contexts: contextNames.flatMap((name) => summaryOrNothing(kubeconfig, name)),
  };
}

function summaryOrNothing(kubeconfig: Kubeconfig, name: string): readonly ContextSummary[] {
  try {
    return [contextSummary(resolveContext(kubeconfig, name))];
  } catch (error) {
    if (error instanceof NaviError) return [];
    throw error;
  }
}
