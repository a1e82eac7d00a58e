import { caution } from '../../output/navi-table.ts';
import { humanDuration } from '../../core/human-duration.ts';
import { instantText } from '../../core/instant-text.ts';
import { NaviError } from '../../errors/navi-error.ts';
import { leftOut } from '../../query/left-out.ts';
import { readTypes, typeOfKind, type MirrorType } from '../../query/mirror-type.ts';
import { partsIn, type Place, type PlaceParts } from '../../query/place.ts';
import { readReleases, type ReleaseRow } from '../../query/release-rows.ts';
import { hasNamespaces, placeIn, type PlaceChoice } from './place-flags.ts';
import type { Listing } from './listing.ts';

/** `navi releases`. Reading it throws what `partsIn` throws where neither Secrets nor ConfigMaps can be read. */
export function releaseListing(choice: PlaceChoice): Listing<ReleaseRow> {
  const namespace = { header: 'NAMESPACE', text: (row: ReleaseRow) => row.namespace };
  return {
    member: 'releases',
    none: 'no release of Helm is there',
    name: ({ namespace: own, name }) => `${own}/${name}`,
    json: ({ updatedAtMs, ...row }) => ({ ...row, updatedAt: instantText(updatedAtMs) }),
    columns: [
      ...(hasNamespaces(choice) ? [namespace] : []),
      { header: 'NAME', text: ({ name }) => name },
      { header: 'REVISION', text: ({ revision }) => String(revision) },
      {
        header: 'STATUS',
        text: ({ status }) => status,
        paint: ({ status }, { color }, text) =>
          status === 'deployed' ? color.green(text) : status === 'failed' ? color.red(text) : caution(color)(text),
      },
      {
        header: 'UPDATED',
        text: ({ updatedAtMs }, nowMs) => (updatedAtMs === null ? '-' : `${humanDuration(nowMs - updatedAtMs)} ago`),
      },
      { header: 'KEPT', text: ({ revisionCount }) => String(revisionCount) },
    ],
    read(reader, context) {
      const place = placeIn(choice, context);
      const types = readTypes(reader);
      const parts = storingParts(types, place);
      return {
        answer: readReleases(reader, [...new Map(parts.from.map((type) => [type.rowTypeId, type])).values()], place),
        ...parts,
        wants: storingTypes(types),
      };
    },
  };
}

/**
 * Those of Secrets and ConfigMaps that may be read: Helm keeps releases in either, nearly always in Secrets, without which
 * there is no answer.
 */
function storingParts(types: readonly MirrorType[], place: Place): PlaceParts {
  const both = storingTypes(types);
  const [secrets, maps] = ['Secret', 'ConfigMap'].map((kind) => both.find((type) => type.kind === kind));
  const { from } = partsIn(secrets, place, 'secrets');
  return { from: [...from, ...partsIfKnown(maps, place)], leftOut: leftOut(both, place) };
}

function storingTypes(types: readonly MirrorType[]): readonly MirrorType[] {
  return ['Secret', 'ConfigMap'].flatMap((kind) => typeOfKind(types, '', kind) ?? []);
}

function partsIfKnown(maps: MirrorType | undefined, place: Place): readonly MirrorType[] {
  try {
    return partsIn(maps, place, 'configmaps').from;
  } catch (error) {
    if (error instanceof NaviError) return [];
    throw error;
  }
}
