import { sql, type Kysely } from 'kysely';
import { cellColumnNames, cellColumns } from '../cell-columns.ts';

/** The first tables. SCHEMA.md says what each is for, who writes it and which queries it must serve. */
const statements = [
  `create table mirror (
    -- the only row
    lock integer primary key check (lock = 1),
    -- what the context said: server URL, and the context's name when it was last synced (for people)
    server text not null,
    context text not null,
    -- uid of the kube-system namespace, or of the weaker source named beside it; null before the first contact
    cluster_uid text,
    uid_source text,
    -- who the cluster takes the kubeconfig's user for
    principal text,
    -- gitVersion and minor version of the API server
    server_version text,
    server_minor integer not null default 0,
    -- grows by one each time the server's history turned out to be another one (etcd restored)
    timeline integer not null default 1,
    -- do events share the revision counter of the other types: shared, own, unknown
    events_domain text not null default 'unknown',
    -- last heartbeat that etcd answered: when it was sent (epoch ms) and the revision it told
    confirmed_at integer,
    heartbeat_resource_version text,
    -- how far the clock of the API server is ahead of this machine's (ms), to the second; null before the first answer
    clock_skew_ms integer,
    -- health of the cluster as a whole, with a reason from the closed list, since when (epoch ms), and the last error
    health text not null default 'degraded',
    reason text not null default 'connecting',
    health_since integer not null default 0,
    last_error text,
    -- last complete discovery (epoch ms)
    discovered_at integer,
    -- grows by one each time a writer opens the store; only the newest may commit
    writer_epoch integer not null default 0,
    -- names this change log: seq begins anew with another file, and where a power cut took its newest entries
    log text not null,
    -- largest change.seq that retention has taken away, and when the youngest of those was committed (epoch ms)
    forgotten_seq integer not null default 0,
    forgotten_at integer
  ) strict`,
  `create table resource_type (
    id integer primary key,
    -- identity: group and plural; the version is the one that navi mirrors
    api_group text not null,
    resource text not null,
    version text not null,
    kind text not null,
    singular text not null,
    namespaced integer not null,
    -- JSON arrays of strings, in the server's order
    short_names text not null,
    categories text not null,
    verbs text not null,
    -- JSON array: all served versions of the type, preferred first
    versions text not null,
    -- order in discovery, by group and overall
    group_position integer not null,
    position integer not null,
    -- JSON: PrinterColumn[] of the stored cells; field names that a CRD makes selectable, null where no CRD defines it
    columns text not null,
    custom_fields text,
    -- watch, poll, used, alias or off; for all but the first the reason as a phrase
    retrieval text not null,
    retrieval_reason text not null,
    -- the type whose rows answer for this one
    alias_of integer,
    -- text of the Warning header that lists of the type carry
    warning text,
    -- epoch ms when discovery no longer had it, else null
    absent_since integer,
    -- of a type that is followed while it is asked for: how often that was, and when last (epoch ms)
    use_count integer not null default 0,
    used_at integer,
    unique (api_group, resource)
  ) strict`,
  `create table scope (
    -- never used again: rows name the scope that wrote them last
    id integer primary key autoincrement,
    type_id integer not null,
    -- empty means all namespaces
    namespace text not null default '',
    -- pending, listing, synced, polled, denied or absent: what a restart goes on from
    phase text not null,
    -- the resume point: the rows are the server's rows at this resourceVersion; null while that is not so
    resource_version text,
    resource_version_kind text,
    timeline integer not null default 1,
    -- rows may be ahead of the resume point up to here, after a metadata-first list; empty: they are not
    replayed_until text not null default '',
    -- relist pass; rows of an older generation are swept when the pass ends
    generation integer not null default 0,
    previous_count integer not null default 0,
    list_started_at integer,
    -- hash over all that shapes a body besides its resourceVersion, and its number on the rows
    representation text not null default '',
    representation_number integer not null default 0,
    -- 1 once a list was complete: the rows may be shown
    complete integer not null default 0,
    -- what status shows: mode, health, reason, since when (epoch ms), last error
    mode text not null,
    health text not null,
    reason text not null,
    health_since integer not null,
    last_error text,
    -- the server's words of the last confirmed refusal of the list, and when they were heard (epoch ms)
    refusal text,
    refused_at integer,
    next_attempt_at integer,
    poll_interval_ms integer,
    -- from which age on answers say how old they are, where the configuration says it (ms)
    ttl_ms integer,
    -- a time (epoch ms) at which the rows were the server's; each heartbeat moves it for the watches that it proves
    as_of integer,
    -- since when (epoch ms) the store knows the rows and logs their changes; null before the first complete list
    known_since integer,
    -- how long the last complete list took (ms)
    list_duration_ms integer,
    -- counts since the store was made; relist_reasons is JSON: reason to count
    lists integer not null default 0,
    watches integer not null default 0,
    reconnects integer not null default 0,
    events integer not null default 0,
    bookmarks integer not null default 0,
    relists integer not null default 0,
    relist_reasons text not null default '{}',
    bytes_received integer not null default 0,
    -- the last finished audit: when (epoch ms), objects compared, differences found; and how many were found ever
    audited_at integer,
    audit_object_count integer not null default 0,
    audit_found_count integer not null default 0,
    audit_difference_count integer not null default 0,
    unique (type_id, namespace)
  ) strict`,
  `create table object (
    id integer primary key,
    type_id integer not null,
    scope_id integer not null,
    -- namespace/name, or the name of a cluster-scoped object: its bytes are kubectl's list order
    key text not null,
    name text not null,
    uid text not null,
    resource_version text not null,
    generation integer not null,
    representation_number integer not null,
    -- metadata.creationTimestamp, and the commit of the last change (epoch ms)
    created_at integer,
    changed_at integer not null,
    -- JSON: metadata.labels
    labels text not null,
    -- JSONB: Cell[] in the order of resource_type.columns
    cells blob not null,
    ${cellColumns.join(',\n    ')}
  ) strict`,
  // With the cells, so that a filter or an order over a whole type walks through the index alone.
  `create index object_by_key on object (type_id, key, ${cellColumnNames.join(', ')})`,
  // Such an index cannot see that a key is there once.
  `create trigger object_key_once before insert on object
    when exists (select 1 from object where type_id = new.type_id and key = new.key)
    begin select raise(abort, 'an object of this type and key is there already'); end`,
  `create index object_by_name on object (name)`,
  `create index object_by_uid on object (uid)`,
  `create table body (
    object_id integer primary key,
    -- canonical compact JSON without managedFields
    json text not null
  ) strict`,
  `create table managed_fields (
    object_id integer primary key,
    -- zstd of the JSON of metadata.managedFields, keys as the server sent them
    zstd blob not null
  ) strict`,
  `create table term (
    id integer primary key,
    kind text not null,
    -- label, annotation and field: key=value; else the text itself
    text text not null,
    unique (kind, text)
  ) strict`,
  `create table object_term (
    object_id integer not null,
    term_id integer not null,
    type_id integer not null,
    primary key (object_id, term_id)
  ) strict, without rowid`,
  `create index object_term_by_term on object_term (term_id, type_id, object_id)`,
  `create virtual table term_text using fts5(text, content='', contentless_delete=1, detail='none', tokenize='trigram')`,
  `create virtual table object_name using fts5(name, content='', contentless_delete=1, detail='none', tokenize='trigram')`,
  `create table owner (
    object_id integer not null,
    owner_uid text not null,
    -- 1 for the managing controller
    controller integer not null,
    primary key (object_id, owner_uid)
  ) strict, without rowid`,
  `create index owner_by_uid on owner (owner_uid, object_id)`,
  `create table container (
    -- the containers of a pod, in the order in which they start
    object_id integer not null,
    position integer not null,
    -- init, sidecar, main or ephemeral
    role text not null,
    name text not null,
    -- the node of its pod, empty while it has none
    node text not null,
    -- as the pod asks for it; by digest as the node told it, empty before
    image text not null,
    image_id text not null,
    -- waiting, running, terminated or unknown, with what the node says of it
    state text not null,
    reason text not null,
    message text not null,
    ready integer not null,
    restart_count integer not null,
    -- of this run (epoch ms), and how it ended
    started_at integer,
    exit_code integer,
    finished_at integer,
    -- how the run before ended
    last_reason text not null,
    last_exit_code integer,
    last_finished_at integer,
    -- JSON: quantities by resource; empty where there are none
    requests text not null,
    limits text not null,
    primary key (object_id, position)
  ) strict, without rowid`,
  `create table public_certificate (
    -- of a TLS Secret, and its resourceVersion when it was read
    secret_uid text not null,
    resource_version text not null,
    -- the key that holds it, such as tls.crt
    part text not null,
    -- blocks of PEM certificates and nothing else; empty where there are none
    pem text not null,
    primary key (secret_uid, part)
  ) strict, without rowid`,
  `create table tombstone (
    id integer primary key,
    type_id integer not null,
    key text not null,
    uid text not null,
    -- of the deletion where an event told it, else of the last state seen
    resource_version text not null,
    deleted_at integer not null,
    -- event, sweep or purge
    cause text not null,
    -- zstd of the last state: body, line feed, managedFields
    last_state blob not null
  ) strict`,
  `create index tombstone_by_key on tombstone (type_id, key)`,
  `create index tombstone_by_time on tombstone (deleted_at)`,
  `create table change (
    -- never used again, also after a prune: history.db takes the log over by it
    seq integer primary key autoincrement,
    -- commit time, epoch ms
    at integer not null,
    type_id integer not null,
    key text not null,
    -- added, updated or deleted
    operation text not null,
    uid text not null,
    resource_version text not null,
    -- zstd of the state before, with the state after as its dictionary; null for an object not seen before
    before_state blob
  ) strict`,
  `create index change_by_key on change (type_id, key, seq)`,
];

/** Kysely migration: in the transaction of `migrate`, no way back (mirror.db can be rebuilt from the cluster). */
export const initial = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};
