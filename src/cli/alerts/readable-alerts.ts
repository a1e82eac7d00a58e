import { resourceName } from '../../core/api-resource.ts';
import { namespaceOfKey } from '../../core/key-range.ts';
import type { MirrorType } from '../../query/mirror-type.ts';
import { typeAt } from '../../query/type-places.ts';
import type { KnownIncident } from '../../store/incident-table.ts';

/** Alerts of one mirror that may be shown: what may not be read is hidden until it may be again. */
export function readableAlerts(
  alerts: readonly KnownIncident[],
  types: readonly MirrorType[],
): readonly KnownIncident[] {
  const known = new Map(types.map((type) => [resourceName(type), type]));
  return alerts.filter(({ type: name, key }) => {
    const type = known.get(name);
    if (type === undefined) return true;
    const namespace = type.namespaced ? namespaceOf(key) : undefined;
    return typeAt(type, namespace).scope?.phase !== 'denied';
  });
}

/** Namespace of `namespace/name`; empty for a name alone. */
export function namespaceOf(key: string): string {
  return namespaceOfKey({ key, name: key.slice(key.lastIndexOf('/') + 1) });
}
