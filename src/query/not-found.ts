import { resourceName } from '../core/api-resource.ts';
import { NaviError } from '../errors/navi-error.ts';
import type { MirrorType } from './mirror-type.ts';

/** An object that complete data does not have. @param place its namespace, empty for a type without */
export function notFoundObject(
  type: MirrorType,
  { namespace, name, isChosen }: { readonly namespace: string; readonly name: string; readonly isChosen: boolean },
): NaviError {
  const place = namespace === '' ? '' : ` in namespace ${namespace}`;
  return new NaviError('NAVI_NOT_FOUND', `${resourceName(type)} "${name}" does not exist${place}`, {
    hints: [
      `navi search ${name} looks for it everywhere`,
      ...(type.namespaced && !isChosen ? ['-n NAMESPACE looks in another namespace'] : []),
    ],
  });
}
