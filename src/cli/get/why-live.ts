import { resourceName } from '../../core/api-resource.ts';
import { NaviError } from '../../errors/navi-error.ts';
import type { MirrorType } from '../../query/mirror-type.ts';
import { isOff, unmirrored } from '../../query/unmirrored.ts';
import type { GetRequest } from './get-request.ts';

/** What of a request may be for the cluster alone. */
type LiveReasons = Pick<GetRequest, 'impersonate' | 'subresource' | 'maxAgeMs'>;

/** One object, one namespace, or with neither everything. */
interface Place {
  readonly name: string | undefined;
  readonly namespace: string | undefined;
}

/**
 * Why the store cannot answer for a type and the cluster has to be asked, as a phrase; undefined where it can. The
 * help of `get` lists these cases.
 */
export function whyLive(request: LiveReasons, type: MirrorType, place: Place): string | undefined {
  const name = resourceName(type);
  if (request.impersonate !== undefined) return 'the mirror answers as the user of the kubeconfig, not as another one';
  if (!type.verbs.includes('list')) return `${name} cannot be listed`;
  if (request.subresource !== '') return `subresources such as ${request.subresource} are not mirrored`;
  // The user left it out: that is no reason to ask the cluster.
  if (isOff(type)) return undefined;
  if (type.retrieval === 'off') return `${name} is not mirrored: ${type.retrievalReason}`;
  if (type.version !== type.storedVersion && type.retrieval !== 'alias') {
    return `${name} is mirrored in version ${type.storedVersion}, not ${type.version}`;
  }
  return whyNotHere(request, type, place);
}

/** The same for the place alone: who may not list may still be allowed one namespace, or one object. */
function whyNotHere(request: LiveReasons, type: MirrorType, place: Place): string | undefined {
  const name = resourceName(type);
  const hasOwn = place.namespace !== undefined && type.namespaceScopes.has(place.namespace);
  if (type.scope === undefined && type.namespaceScopes.size > 0) return `${name} is mirrored only in chosen namespaces`;
  if (type.scope?.phase !== 'denied') return undefined;
  // RBAC knows the two names apart: who may not list core events may still list these.
  if (type.retrieval === 'alias') return `${name} may not be listed under the name that is mirrored`;
  if (place.name !== undefined) return `${name} may not be listed${hasOwn ? ' there' : ' as a whole'}`;
  if (place.namespace !== undefined && !hasOwn) return `${name} may not be listed as a whole`;
  return request.maxAgeMs === undefined ? undefined : `${name} could not be listed when that was last tried`;
}

/**
 * Refuses a type whose first list was never complete: "not mirrored" is an answer of its own, never an empty list.
 * @throws NAVI_INCOMPLETE, and what `unmirrored` makes
 */
export function refuseUnmirrored(type: MirrorType): void {
  const { scope } = type;
  if (!type.verbs.includes('list') || scope?.phase === 'denied' || scope?.complete === true) return;
  if (type.usedName !== undefined || isOff(type)) throw unmirrored(type, '');
  const why = scope?.lastError ?? 'its first list is not complete yet';
  throw new NaviError('NAVI_INCOMPLETE', `${resourceName(type)} is not mirrored yet: ${why}`, {
    hints: ['navi status', 'navi sync --once'],
  });
}
