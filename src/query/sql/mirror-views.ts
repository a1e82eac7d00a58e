import { column, instantText, secondsSince, type View } from './view.ts';

/** A JSON array of words as a text with commas between. */
const words = (json: string): string => `(select group_concat(value, ',') from json_each(${json}))`;

/** When a scope was last known to be the server's; of a refused one when that was last heard. */
const asOf = `iif(s.phase = 'denied', s.refused_at, s.as_of)`;

/** Objects that may be seen; NULL where none are known. */
const objectCount = `iif(exists (select 1 from main.scope s where s.type_id = coalesce(r.alias_of, r.id) and s.complete and s.phase <> 'denied'), coalesce(n.object_count, 0), null)`;

const types: View = {
  name: 'types',
  meaning: 'One row per type that the cluster serves.',
  of: 'all',
  columns: [
    column('type', 'text', 'plural.group, or plural alone in the core group', 't.type'),
    column('api_group', 'text', 'empty for the core group', 'r.api_group'),
    column('version', 'text', 'the one that is mirrored', 'r.version'),
    column('kind', 'text', 'kind', 'r.kind'),
    column('is_namespaced', 'integer', '1 where its objects have a namespace, else 0', 'r.namespaced'),
    column('short_names', 'text', 'between commas; NULL for none', words('r.short_names')),
    column('categories', 'text', 'between commas; NULL for none', words('r.categories')),
    column('verbs', 'text', 'between commas', words('r.verbs')),
    column(
      'retrieval',
      'text',
      'watch, poll, used (watched while it is asked for), alias (the rows are those of another type) or off',
      'r.retrieval',
    ),
    column('retrieval_reason', 'text', 'why it is not watched; empty where it is', 'r.retrieval_reason'),
    column('object_count', 'integer', 'objects; NULL where nothing is mirrored, or may be seen', objectCount),
  ],
  from: (shown) =>
    `main.resource_type r join temp.navi_type t on t.id = r.id ` +
    `left join (select o.type_id, count(*) as object_count from main.object o where ${shown('o')} group by o.type_id) n on n.type_id = coalesce(r.alias_of, r.id) ` +
    `where r.absent_since is null`,
};

const scopes: View = {
  name: 'scopes',
  meaning: 'One row per type, or type and namespace, that is mirrored on its own: how fresh it is.',
  of: 'none',
  columns: [
    column('type', 'text', 'plural.group, or plural alone in the core group', 't.type'),
    column('namespace', 'text', 'empty where it is of all namespaces', 's.namespace'),
    column('mode', 'text', 'listing, watching, polling or stopped', 's.mode'),
    column('health', 'text', 'healthy, degraded or unhealthy', 's.health'),
    column('reason', 'text', 'why it is not healthy, or none', 's.reason'),
    column('health_since', 'text', 'since when', instantText('s.health_since')),
    column('is_complete', 'integer', '1 once a list was complete, else 0', 's.complete'),
    column('is_refused', 'integer', '1 where the cluster refuses it: its rows are hidden', `s.phase = 'denied'`),
    column('as_of', 'text', 'when its rows were known to be the cluster’s', instantText(asOf)),
    column('age_seconds', 'integer', 'since then', secondsSince(asOf)),
    column('last_error', 'text', 'what went wrong last', 's.last_error'),
    column('refusal', 'text', 'the words in which the cluster refused it', 's.refusal'),
    column('poll_interval_seconds', 'integer', 'NULL for a watched one', 's.poll_interval_ms / 1000'),
  ],
  from: () =>
    `main.scope s join temp.navi_type t on t.id = s.type_id join main.resource_type r on r.id = s.type_id and r.absent_since is null`,
};

/** Views over the mirror itself. */
export const mirrorViews: readonly View[] = [types, scopes];
