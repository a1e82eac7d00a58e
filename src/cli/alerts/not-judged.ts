import { clusterType } from '../../core/alert-rule.ts';
import { resourceName } from '../../core/api-resource.ts';
import type { MirrorType } from '../../query/mirror-type.ts';
import { typeAt } from '../../query/type-places.ts';
import type { KnownIncident } from '../../store/incident-table.ts';
import { namespaceOf } from './readable-alerts.ts';

/** An alert, and why nobody looks whether its condition still holds; null where the daemon does. */
export interface ShownAlert extends KnownIncident {
  readonly notJudged: string | null;
}

/**
 * An alert with why it is not judged: an object of a type that is not mirrored, or not there, is not looked at, and what is said of it
 * neither holds nor is over. It is judged again with the first complete list of its type.
 * @param types of its mirror; undefined where that cannot be read, which says nothing of what its daemon does
 */
export function withReason(alert: KnownIncident, types: readonly MirrorType[] | undefined): ShownAlert {
  const isOpen = types !== undefined && alert.state !== 'resolved';
  return { ...alert, notJudged: isOpen ? reasonOf(alert, types) : null };
}

function reasonOf({ type: name, key }: KnownIncident, types: readonly MirrorType[]): string | null {
  if (name === clusterType) return null;
  const type = types.find((each) => resourceName(each) === name);
  if (type === undefined) return 'the cluster does not serve its type';
  if (type.retrieval === 'off') return type.retrievalReason;
  const namespace = type.namespaced ? namespaceOf(key) : undefined;
  const { scope } = typeAt(type, namespace);
  if (scope === undefined)
    return namespace === undefined ? 'its type is not mirrored' : 'its namespace is not mirrored';
  if (scope.reason === 'unused') return type.retrievalReason;
  return scope.complete ? null : 'its type is being listed';
}
