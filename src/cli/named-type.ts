import { resourceName } from '../core/api-resource.ts';
import { didYouMean, nearestWord } from '../core/nearest-word.ts';
import { NaviError } from '../errors/navi-error.ts';
import { storedOf, type MirrorType } from '../query/mirror-type.ts';
import { resolveResource, type TypeEntry } from '../query/resolve-resource.ts';

/** The names by which a type can be asked for. */
export function namesOfType(type: TypeEntry): readonly string[] {
  return [type.resource, type.singular, ...type.shortNames, resourceName(type)];
}

/**
 * The type that a text means, as `get` reads it, in the version whose objects are stored.
 * @param types every served version of every type
 * @throws NAVI_USAGE for a text that means no type of the cluster
 */
export function namedType(text: string, types: readonly MirrorType[]): MirrorType {
  const stored = storedOf(types);
  const resolved = resolveResource(text, types);
  if (resolved.ok) {
    const { rowTypeId } = resolved.type;
    return stored.find((type) => type.rowTypeId === rowTypeId) ?? resolved.type;
  }
  const meant = nearestWord(text.toLowerCase(), stored.flatMap(namesOfType));
  throw new NaviError('NAVI_USAGE', `the cluster has no type called "${text}"`, {
    hints: [...didYouMean(meant), 'navi types shows every type'],
  });
}
