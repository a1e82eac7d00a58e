import {
  impersonationHeaders,
  impersonationOf,
  type Impersonation,
  type ImpersonationHeaders,
} from '../../kubeconfig/impersonation-headers.ts';
import { readKubeconfigFiles } from '../../kubeconfig/read-kubeconfig.ts';
import { resolveContext } from '../../kubeconfig/resolve-context.ts';
import type { GetTarget } from './get-target.ts';

/**
 * The headers of a request that names whom it is made as: field by field that takes the place of whom the kubeconfig
 * impersonates (client-go).
 * @throws what `impersonationHeaders` and `readKubeconfigFiles` throw
 */
export function impersonatingHeaders(
  asked: Impersonation,
  { choice, context }: Pick<GetTarget, 'choice' | 'context'>,
): ImpersonationHeaders {
  const { user } = resolveContext(readKubeconfigFiles(choice.kubeconfig), context.name, choice.overrides);
  const own = impersonationOf(user);
  if (own === undefined) return impersonationHeaders(asked);
  return impersonationHeaders({
    user: asked.user === '' ? own.user : asked.user,
    uid: asked.uid === '' ? own.uid : asked.uid,
    groups: asked.groups.length === 0 ? own.groups : asked.groups,
    extra: asked.extra.length === 0 ? own.extra : asked.extra,
  });
}
