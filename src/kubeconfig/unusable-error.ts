import { NaviError } from '../errors/navi-error.ts';
import type { ContextSummary } from './context-summary.ts';

/** NAVI_CONTEXT_UNSUPPORTED of a context that has a fault; undefined for one that can be used. */
export function unusableError({
  name,
  userName,
  fault,
}: Pick<ContextSummary, 'name' | 'userName' | 'fault'>): NaviError | undefined {
  if (fault === undefined) return undefined;
  return new NaviError('NAVI_CONTEXT_UNSUPPORTED', `context "${name}" cannot be used: ${fault}`, {
    hints: [`mend user "${userName}" or its cluster in the kubeconfig`],
  });
}
