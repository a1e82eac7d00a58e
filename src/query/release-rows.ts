import { asObject, asString, type Json } from '../core/json.ts';
import type { MirrorReader } from '../store/open-reader.ts';
import { isShown, namespaceSql } from './hidden-rows.ts';
import type { MirrorType } from './mirror-type.ts';
import { placeCondition, type Place } from './place.ts';

/** A release of Helm, as the labels of what stores it tell. */
export interface ReleaseRow {
  readonly namespace: string;
  readonly name: string;
  /** The newest one. */
  readonly revision: number;
  /** `deployed`, `failed`, `pending-install`, `pending-upgrade`, `pending-rollback`, `superseded`, `uninstalling`, `uninstalled`, `unknown`. */
  readonly status: string;
  /** When the newest revision was made (epoch ms). */
  readonly updatedAtMs: number | null;
  /** How many revisions are kept. */
  readonly revisionCount: number;
}

/**
 * The releases in a place, by namespace and name. Helm 3 and 4 keep each revision in a Secret or a ConfigMap with the labels
 * `owner=helm`, `name`, `version` and `status` (helm.sh/helm, pkg/storage/driver); no value of a Secret is needed.
 * @param types of Secrets and ConfigMaps, as far as they may be read
 */
export function readReleases(reader: MirrorReader, types: readonly MirrorType[], place: Place): readonly ReleaseRow[] {
  const newest = new Map<string, ReleaseRow>();
  for (const type of types) for (const row of revisions(reader, type, place)) keepNewest(newest, row);
  return [...newest.values()].sort((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1));
}

function keepNewest(newest: Map<string, ReleaseRow>, row: ReleaseRow): void {
  const known = newest.get(keyOf(row));
  const revisionCount = (known?.revisionCount ?? 0) + 1;
  const last = known === undefined || row.revision > known.revision ? row : known;
  newest.set(keyOf(row), { ...last, revisionCount });
}

function keyOf({ namespace, name }: ReleaseRow): string {
  return `${namespace}/${name}`;
}

interface StoredRow {
  readonly namespace: string;
  readonly labels: string;
  readonly created_at: number | null;
}

function revisions({ sqlite }: MirrorReader, type: MirrorType, place: Place): readonly ReleaseRow[] {
  const { sql, parameters } = placeCondition(place);
  const rows = sqlite
    .prepare(
      `select ${namespaceSql()} as namespace, object.labels, object.created_at from object
       where object.id in (select object_id from object_term join term on term.id = term_id
           where kind = 'label' and text = 'owner=helm' and type_id = ?)
         and ${sql} and ${isShown(sqlite)}`,
    )
    .all(type.rowTypeId, ...parameters) as StoredRow[];
  return rows.flatMap(({ namespace, labels, created_at: updatedAtMs }): readonly ReleaseRow[] => {
    const own = asObject(JSON.parse(labels) as Json);
    const name = asString(own['name']);
    const revision = Number(asString(own['version']));
    if (name === '' || !Number.isSafeInteger(revision)) return [];
    return [{ namespace, name, revision, status: asString(own['status']), updatedAtMs, revisionCount: 1 }];
  });
}
