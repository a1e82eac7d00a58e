import { resourceName } from '../core/api-resource.ts';
import { firstNames } from '../core/type-words.ts';
import type { MirrorType } from './mirror-type.ts';
import type { Place } from './place.ts';
import { isUnused } from './unmirrored.ts';
import { isRefused, readableParts, typeAt, type TypePlaces } from './type-places.ts';

/** A type of which an answer may leave something out. */
export type PlacedType = TypePlaces & Pick<MirrorType, 'group' | 'resource' | 'namespaced' | 'usedName'>;

/** Most names of types, and of namespaces, in a phrase. */
const shownCount = 8;

/** What an answer has of a type. `namespaces` are those that it is about; empty for the whole type. */
interface Gap {
  readonly how: 'only mirrored' | 'only listed' | 'refused' | 'unmirrored' | 'incomplete' | 'unused';
  readonly namespaces: readonly string[];
}

/**
 * What an answer for a place leaves out of these types: what is refused, what is not mirrored, and what has no complete list
 * yet. Phrases, in the order of the types; none where nothing is left out. A cluster-scoped type is in no namespace.
 */
export function leftOut(types: readonly PlacedType[], place: Place): readonly string[] {
  const gaps = types.flatMap((type) => gapsOf(type, place).map((gap) => ({ gap, name: resourceName(type) })));
  const alike = Map.groupBy(gaps, ({ gap }) => JSON.stringify(gap));
  return [...alike.values()].flatMap(([first, ...others]) =>
    first === undefined
      ? []
      : [
          phrase(
            [first, ...others].map(({ name }) => name),
            first.gap,
          ),
        ],
  );
}

function gapsOf(type: PlacedType, place: Place): readonly Gap[] {
  if (place !== undefined && !type.namespaced) return [];
  if (isUnused(type) && type.namespaceScopes.size === 0) return [{ how: 'unused', namespaces: [] }];
  if (place === undefined || !type.namespaced) return place === undefined ? gapsOfAll(type) : [];
  const {
    refused = [],
    unmirrored = [],
    incomplete = [],
  } = Object.groupBy(place, (at) => standingOf(typeAt(type, at)));
  return told([
    { how: 'refused', namespaces: refused },
    { how: 'unmirrored', namespaces: unmirrored },
    { how: 'incomplete', namespaces: incomplete },
  ]);
}

function gapsOfAll(type: PlacedType): readonly Gap[] {
  if (isRefused(type)) return [{ how: 'refused', namespaces: [] }];
  const parts = readableParts([type]);
  if (parts.length === 0) return [{ how: 'unmirrored', namespaces: [] }];
  if (parts.every(({ scope }) => scope?.complete !== true)) return [{ how: 'incomplete', namespaces: [] }];
  const {
    shown = [],
    refused = [],
    incomplete = [],
  } = Object.groupBy([...type.namespaceScopes.keys()], (namespace) => standingOf(typeAt(type, namespace)));
  const whole = standingOf(type);
  const single: readonly Gap[] = [{ how: 'incomplete', namespaces: incomplete }];
  if (whole === 'refused') return told([{ how: 'only listed', namespaces: shown }, ...single]);
  return told([
    { how: 'only mirrored', namespaces: whole === 'shown' ? [] : shown },
    { how: 'refused', namespaces: refused },
    ...single,
  ]);
}

const told = (gaps: readonly Gap[]): readonly Gap[] => gaps.filter(({ namespaces }) => namespaces.length > 0);

function standingOf({ scope }: TypePlaces): 'shown' | 'refused' | 'unmirrored' | 'incomplete' {
  if (scope === undefined) return 'unmirrored';
  if (scope.phase === 'denied') return 'refused';
  return scope.complete ? 'shown' : 'incomplete';
}

function phrase(names: readonly string[], { how, namespaces }: Gap): string {
  const types = firstNames(names, shownCount);
  const what = namespaces.length === 0 ? types : `${types} of ${firstNames(namespaces, shownCount)}`;
  switch (how) {
    case 'only mirrored':
      return `only ${what} are mirrored`;
    case 'only listed':
      return `only ${what} may be listed`;
    case 'refused':
      return `${what} may not be listed`;
    case 'unused':
      return `${what} were not looked into: they are followed only while they are asked for`;
    case 'unmirrored':
      return `${what} are not mirrored`;
    case 'incomplete':
      return `${what} are not mirrored completely yet`;
  }
}
