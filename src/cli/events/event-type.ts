import { NaviError } from '../../errors/navi-error.ts';
import { firstNames } from '../../core/type-words.ts';
import { typeOfKind, type MirrorType } from '../../query/mirror-type.ts';
import { refusedType } from '../../query/place.ts';
import { isRefused, readableParts, typeAt } from '../../query/type-places.ts';
import { refuseUnmirrored } from '../get/why-live.ts';

/**
 * The type of core Events, whose rows are also those of events.k8s.io.
 * @throws NAVI_INCOMPLETE
 */
export function eventType(types: readonly MirrorType[]): MirrorType {
  const type = typeOfKind(types, '', 'Event');
  if (type !== undefined) return type;
  throw new NaviError('NAVI_INCOMPLETE', 'the cluster told of no events when its types were last asked for', {
    hints: ['navi status says how far the mirror is'],
  });
}

/**
 * The type as it answers for a place, once for each scope that its events come from.
 * @param place undefined: all namespaces
 * @throws NAVI_REFUSED, NAVI_NOT_MIRRORED, NAVI_INCOMPLETE where the mirror cannot answer
 */
export function answeringParts(type: MirrorType, place: string | undefined): readonly MirrorType[] {
  const at = typeAt(type, place);
  if (place === undefined ? isRefused(type) : at.scope?.phase === 'denied') throw refusedType(at);
  if (place !== undefined && at.scope === undefined && type.namespaceScopes.size > 0) {
    throw new NaviError('NAVI_NOT_MIRRORED', `events of namespace ${place} are not mirrored`, {
      hints: [`kubectl events -n ${place}`, `mirrored are ${firstNames([...type.namespaceScopes.keys()], 8)}`],
    });
  }
  const parts = place === undefined ? readableParts([type]) : [at];
  for (const part of parts.length === 0 ? [at] : parts) refuseUnmirrored(part);
  return parts;
}
