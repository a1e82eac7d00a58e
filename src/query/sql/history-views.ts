import { namespaceSql } from '../hidden-rows.ts';
import {
  column,
  fieldOf,
  instantText,
  isOfType,
  nameOf,
  secondsSince,
  secondsSinceText,
  type View,
  type ViewColumn,
} from './view.ts';

/** Events of a series carry the time of the last one there; events.k8s.io leaves the older fields empty. */
const lastSeen = `coalesce(${fieldOf('series.lastObservedTime')}, ${fieldOf('lastTimestamp')}, ${firstSeenSql()})`;

function firstSeenSql(): string {
  return `coalesce(${fieldOf('firstTimestamp')}, ${fieldOf('eventTime')})`;
}

/** Of an event; `b` has its body, and what is called so has its `key` and `name`. */
const eventColumns = (object: string): readonly ViewColumn[] => [
  column('namespace', 'text', 'metadata.namespace', namespaceSql(object)),
  column('name', 'text', 'metadata.name', `${object}.name`),
  column('type', 'text', 'Normal or Warning', fieldOf('type')),
  column('reason', 'text', 'reason', fieldOf('reason')),
  column('message', 'text', 'message', fieldOf('message')),
  column('involved_kind', 'text', 'involvedObject.kind', fieldOf('involvedObject.kind')),
  column('involved_namespace', 'text', 'involvedObject.namespace', fieldOf('involvedObject.namespace')),
  column('involved_name', 'text', 'involvedObject.name', fieldOf('involvedObject.name')),
  column('involved_uid', 'text', 'involvedObject.uid', fieldOf('involvedObject.uid')),
  column(
    'source',
    'text',
    'source.component, or reportingComponent',
    `coalesce(nullif(${fieldOf('source.component')}, ''), nullif(${fieldOf('reportingComponent')}, ''))`,
  ),
  column(
    'count',
    'integer',
    'how often it was seen',
    `coalesce(${fieldOf('series.count')}, nullif(${fieldOf('count')}, 0), 1)`,
  ),
  column('first_seen_at', 'text', 'firstTimestamp, or eventTime', firstSeenSql()),
  column('last_seen_at', 'text', 'LAST SEEN of navi get as a time', lastSeen),
  column('age_seconds', 'integer', 'since it was last seen', secondsSinceText(lastSeen)),
];

const events: View = {
  name: 'events',
  meaning: 'One row per event that the cluster has now.',
  of: 'events',
  columns: eventColumns('o'),
  from: (shown) =>
    `main.object o join main.body b on b.object_id = o.id where ${isOfType('o', 'events')} and ${shown('o')}`,
};

const expiredEvents: View = {
  name: 'expired_events',
  meaning: 'One row per event of the last days that the cluster has no more: it expired, or was deleted.',
  of: 'events',
  columns: [
    ...eventColumns('b'),
    column('expired_at', 'text', 'when that came into the mirror', instantText('b.deleted_at')),
  ],
  // The limit keeps SQLite from unpacking a body once for each of its columns.
  from: (shown) =>
    `(select d.type_id, d.key, ${nameOf('d')} as name, d.deleted_at, navi_body(d.last_state) as json
       from temp.navi_deletion d where ${isOfType('d', 'events')} and ${shown('d')} limit -1) b`,
};

/** By which a row of the past is known; `h` has it, `t` its type. */
const identity: readonly ViewColumn[] = [
  column('type', 'text', 'plural.group, or plural alone in the core group', 't.type'),
  column('kind', 'text', 'kind', 't.kind'),
  column('namespace', 'text', 'empty for an object without one', namespaceSql('h')),
  column('name', 'text', 'metadata.name', nameOf('h')),
  column('uid', 'text', 'metadata.uid', 'h.uid'),
];

const changes: View = {
  name: 'changes',
  meaning: 'One row per change of the last days: what was added, updated and deleted while navi looked on.',
  of: 'all',
  columns: [
    column('seq', 'integer', 'grows with each change; a mirror.db that was begun anew counts from 1 again', 'h.seq'),
    column('at', 'text', 'when it came into the mirror', instantText('h.at')),
    column('age_seconds', 'integer', 'since then', secondsSince('h.at')),
    column('operation', 'text', 'added, updated or deleted', 'h.operation'),
    ...identity,
    column('resource_version', 'text', 'metadata.resourceVersion after it', 'h.resource_version'),
  ],
  from: (shown) => `temp.navi_change h join temp.navi_type t on t.id = h.type_id where ${shown('h')}`,
};

const deleted: View = {
  name: 'deleted',
  meaning: 'One row per object that left the cluster in the last days.',
  of: 'all',
  columns: [
    ...identity,
    column('deleted_at', 'text', 'when that came into the mirror', instantText('h.deleted_at')),
    column('age_seconds', 'integer', 'since then', secondsSince('h.deleted_at')),
    column('cause', 'text', 'event: the cluster told it; sweep: a list lacked it', 'h.cause'),
    column('resource_version', 'text', 'of the deletion, else of the last state seen', 'h.resource_version'),
    column('body', 'JSON', 'its last state, without managedFields', 'navi_body(h.last_state)'),
  ],
  // What was purged left the mirror, and not the cluster.
  from: (shown) => `temp.navi_deletion h join temp.navi_type t on t.id = h.type_id where ${shown('h')}`,
};

const keptLogs: View = {
  name: 'kept_logs',
  meaning:
    'One row per run of a container that ended and whose last lines [prefetch.logs] wanted; navi logs prints them.',
  of: 'none',
  columns: [
    column('namespace', 'text', 'of the pod', 'k.namespace'),
    column('pod', 'text', 'its name', 'k.pod'),
    column('pod_uid', 'text', 'its metadata.uid', 'k.uid'),
    column('container', 'text', 'name', 'k.container'),
    column('why', 'text', 'oom-killed, crashed, failed or restarted', 'k.why'),
    column('reason', 'text', 'of its end, as the node told it', 'k.reason'),
    column('exit_code', 'integer', 'of its end', 'k.exit_code'),
    column('ended_at', 'text', 'when it ended', instantText('k.ended_at')),
    column('age_seconds', 'integer', 'since then', secondsSince('k.ended_at')),
    column(
      'state',
      'text',
      'wanted; kept; dropped: it was, and made room; lost: it was gone before it was read',
      'k.state',
    ),
    column('failure', 'text', 'why the last request for it failed', 'k.failure'),
    column('fetched_at', 'text', 'when it was read', instantText('k.fetched_at')),
    column('lines', 'integer', 'how many are kept', 'k.line_count'),
    column('bytes', 'integer', 'of these with their times', 'k.byte_count'),
    column('is_cut', 'integer', 'older lines of the run were left out', 'k.is_cut'),
  ],
  from: (shown) => `temp.navi_kept_log k where ${shown('k')}`,
};

/** Views over what happened. */
export const historyViews: readonly View[] = [events, expiredEvents, changes, deleted, keptLogs];
