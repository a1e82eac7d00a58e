import { paintedHealth } from '../../output/painted-health.ts';
import { NaviError } from '../../errors/navi-error.ts';
import { nearestWord } from '../../core/nearest-word.ts';
import { firstNames } from '../../core/type-words.ts';
import { readTypes, type MirrorType } from '../../query/mirror-type.ts';
import { readableParts } from '../../query/type-places.ts';
import { readTypeRows, type TypeRow } from '../../query/type-rows.ts';
import type { Listing } from './listing.ts';

/** Which types are wanted; undefined for all. */
export interface TypeChoice {
  readonly group: string | undefined;
  readonly namespaced: boolean | undefined;
}

/** `navi types`. Reading it throws NAVI_USAGE for a group that the cluster does not serve. */
export function typeListing(choice: TypeChoice): Listing<TypeRow> {
  return {
    member: 'types',
    none: 'no type is like that',
    name: ({ type }) => type,
    columns: [
      { header: 'NAME', text: ({ type, apiVersion }) => type.slice(0, type.length - groupSuffix(apiVersion).length) },
      { header: 'SHORTNAMES', leaves: 3, text: ({ shortNames }) => shortNames.join(',') },
      { header: 'APIVERSION', text: ({ apiVersion }) => apiVersion },
      { header: 'NAMESPACED', leaves: 1, text: ({ namespaced }) => String(namespaced) },
      { header: 'KIND', leaves: 2, text: ({ kind }) => kind },
      { header: 'OBJECTS', text: ({ objectCount }) => (objectCount === null ? '-' : String(objectCount)) },
      {
        header: 'MODE',
        text: ({ mode }) => mode ?? '-',
        paint: ({ health }, style, text) => paintedHealth(health ?? undefined, style, text),
      },
      { header: 'REASON', leaves: 4, text: ({ reason }) => reason },
    ],
    read(reader) {
      const all = readTypes(reader).filter(({ version, storedVersion }) => version === storedVersion);
      refuseUnknownGroup(choice.group, all);
      const types = all.filter(
        ({ group, namespaced }) =>
          group === (choice.group ?? group) && namespaced === (choice.namespaced ?? namespaced),
      );
      // To look at the list of types is no question for any of them.
      return { answer: readTypeRows(reader, types), from: readableParts(types), wants: [] };
    },
  };
}

/** What a type's full name has besides its plural. */
function groupSuffix(apiVersion: string): string {
  return apiVersion.includes('/') ? `.${apiVersion.slice(0, apiVersion.lastIndexOf('/'))}` : '';
}

function refuseUnknownGroup(group: string | undefined, types: readonly MirrorType[]): void {
  const groups = [...new Set(types.map((type) => type.group))];
  if (group === undefined || groups.includes(group)) return;
  const meant = nearestWord(group, groups) ?? groups.find((each) => each.startsWith(`${group}.`));
  throw new NaviError('NAVI_USAGE', `the cluster serves no group "${group}"`, {
    hints: [
      meant === undefined
        ? `groups: ${firstNames(
            groups.filter((each) => each !== ''),
            12,
          )}`
        : `did you mean ${meant}?`,
    ],
  });
}
