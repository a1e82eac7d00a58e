import { caution } from '../../output/navi-table.ts';
import { humanAge } from '../../core/human-duration.ts';
import { instantText } from '../../core/instant-text.ts';
import { readImages, type ImageRow, type PullState } from '../../query/image-rows.ts';
import { LookedPlaces } from '../../query/looked-places.ts';
import { readTypes, typeOfKind } from '../../query/mirror-type.ts';
import { partsIn } from '../../query/place.ts';
import { eventsReader } from '../../query/tree/object-events.ts';
import { placeIn, type PlaceChoice } from './place-flags.ts';
import type { Listing } from './listing.ts';

/** Characters of a digest that are shown, as container tools show it. */
const shownDigest = 12;

/** `navi images`: reading it throws what `partsIn` throws. */
export function imageListing(choice: PlaceChoice): Listing<ImageRow> {
  return {
    member: 'images',
    none: 'no image is asked for',
    name: ({ image }) => image,
    json: ({ sinceMs, ...row }) => ({ ...row, since: instantText(sinceMs) }),
    columns: [
      { header: 'IMAGE', text: ({ image }) => image },
      { header: 'DIGEST', leaves: 1, text: ({ digests }) => digestText(digests) },
      { header: 'CONTAINERS', leaves: 3, text: ({ containerCount }) => String(containerCount) },
      { header: 'NODES', leaves: 2, text: ({ nodeCount }) => String(nodeCount) },
      {
        header: 'PULL',
        text: ({ pull, reason }) => (pull === 'failed' ? reason : pull),
        paint: ({ pull }, { color }, text) => {
          const paints: Readonly<Record<PullState, (text: string) => string>> = {
            failed: color.red,
            pulling: caution(color),
            waiting: caution(color),
            pulled: color.green,
          };
          return paints[pull](text);
        },
      },
      { header: 'AGE', text: ({ sinceMs }, nowMs) => humanAge(sinceMs, nowMs) },
      { header: 'MESSAGE', text: ({ message, pod }) => (pod === null ? '' : `${pod}: ${message}`) },
    ],
    read(reader, context) {
      const place = placeIn(choice, context);
      const types = readTypes(reader);
      const parts = partsIn(typeOfKind(types, '', 'Pod'), place, 'pods');
      const podTypeId = parts.from[0]?.rowTypeId ?? 0;
      const looked = new LookedPlaces();
      const answer = readImages(reader, { podTypeId, place, eventsOf: eventsReader(reader, types, looked) });
      // Without its events an image that is being pulled looks like one that waits.
      return { answer, from: parts.from, leftOut: [...parts.leftOut, ...looked.leftOut] };
    },
  };
}

function digestText([first = '', ...others]: readonly string[]): string {
  if (first === '') return '-';
  const short = first.replace(/^sha256:/, '').slice(0, shownDigest);
  return others.length === 0 ? short : `${short} +${others.length}`;
}
