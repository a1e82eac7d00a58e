import { numberText } from '../../core/counted.ts';
import { resourceName } from '../../core/api-resource.ts';
import { instantText } from '../../core/instant-text.ts';
import { humanAge } from '../../core/human-duration.ts';
import { NaviError } from '../../errors/navi-error.ts';
import { briefDifferences } from '../../output/difference-text.ts';
import { recentChanges, type SeenChange } from '../../query/history/recent-changes.ts';
import { leftOut } from '../../query/left-out.ts';
import { readTypes, storedOf, type MirrorType } from '../../query/mirror-type.ts';
import type { MirrorReader } from '../../store/open-reader.ts';
import { isReadableAt, isRefusedIn, readableParts } from '../../query/type-places.ts';
import { changeJson, operationText } from '../history/change-json.ts';
import { namedType } from '../named-type.ts';
import type { Listing } from './listing.ts';
import { hasNamespaces, placeIn, type PlaceChoice } from './place-flags.ts';

/** Which changes are asked for. */
export interface ChangesChoice {
  /** As typed; empty: all but `routineTypes`. */
  readonly types: readonly string[];
  readonly place: PlaceChoice;
  /** Epoch ms; undefined: as far back as the log reaches. */
  readonly sinceMs: number | undefined;
  /** Undefined: all. */
  readonly operations: readonly SeenChange['operation'][] | undefined;
  /** See ChangeFilter. */
  readonly span?: readonly [after: number, upTo: number] | undefined;
  readonly limit: number;
}

/** A change with the type of its object. */
export interface ChangeRow extends SeenChange {
  readonly type: string;
  readonly namespace: string;
  readonly name: string;
}

/** Types that change all the time, and say little by it: shown where they are named. */
const routineTypes: ReadonlySet<string> = new Set(['events', 'leases.coordination.k8s.io']);

/** Differences that are shown of a change. */
const differenceMax = 3;

/** `navi changes`. Reading it throws NAVI_REFUSED where none of the types may be read, NAVI_USAGE for a type that is none. */
export function changeListing(choice: ChangesChoice): Listing<ChangeRow> {
  const namespace = { header: 'NAMESPACE', text: (row: ChangeRow) => (row.namespace === '' ? '-' : row.namespace) };
  return {
    member: 'changes',
    none: 'navi has seen no such change',
    name: ({ type, name }) => `${type}/${name}`,
    json: ({ type, namespace: own, name, ...change }) => ({ type, namespace: own, name, ...changeJson(change) }),
    columns: [
      { header: 'SEEN', text: ({ atMs }, nowMs) => `${humanAge(atMs, nowMs)} ago` },
      {
        header: 'CHANGE',
        text: operationText,
        paint: ({ operation }, { color }, text) =>
          operation === 'deleted' ? color.red(text) : operation === 'added' ? color.green(text) : text,
      },
      ...(hasNamespaces(choice.place) ? [namespace] : []),
      { header: 'OBJECT', text: ({ type, name }) => `${type}/${name}` },
      { header: 'BY', leaves: 1, text: ({ by }) => (by.length === 0 ? '-' : by.join(', ')) },
      { header: 'WHAT', text: whatText },
    ],
    read(reader, context) {
      const place = placeIn(choice.place, context);
      const types = askedTypes(reader, choice).filter((type) => place === undefined || type.namespaced);
      refuseUnread(types, place);
      const byId = new Map(types.map((type) => [type.rowTypeId, type]));
      const names = new Map(types.map((type) => [type.rowTypeId, resourceName(type)]));
      const filter = { ...choice, types: names, place };
      const { changes, isCut, gapAtMs } = recentChanges(reader, filter, choice.limit);
      const answer = changes.flatMap((change): readonly ChangeRow[] => {
        const type = byId.get(change.typeId);
        const [name = '', own = ''] = change.key.split('/').toReversed();
        if (type === undefined || !isReadableAt(type, own)) return [];
        return [{ ...change, type: resourceName(type), namespace: own, name }];
      });
      const cut = isCut
        ? [
            `only the newest ${choice.limit === 1 ? 'change is' : `${numberText(choice.limit)} changes are`} here; --limit takes more`,
          ]
        : [];
      const gap = gapAtMs === undefined ? [] : [`some changes before ${instantText(gapAtMs)} were not kept`];
      return {
        answer,
        from: readableParts(types),
        wants: choice.types.length === 0 ? [] : types,
        leftOut: [...leftOut(types, place), ...cut, ...gap],
      };
    },
  };
}

function whatText({ differences, isLost }: ChangeRow): string {
  return isLost ? 'not kept' : briefDifferences(differences, differenceMax) || '-';
}

/** @throws NAVI_USAGE */
function askedTypes(reader: MirrorReader, { types }: ChangesChoice): readonly MirrorType[] {
  const all = readTypes(reader);
  if (types.length > 0) return types.map((text) => namedType(text, all));
  return storedOf(all).filter((type) => !routineTypes.has(resourceName(type)) && type.retrieval !== 'off');
}

/** @throws NAVI_REFUSED */
function refuseUnread(types: readonly MirrorType[], place: readonly string[] | undefined): void {
  if (types.length === 0 || !types.every((type) => isRefusedIn(type, place))) return;
  throw new NaviError('NAVI_REFUSED', leftOut(types, place).join('; '), {
    hints: ['navi status says what may be listed'],
  });
}
