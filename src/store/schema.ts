import type { Generated, GeneratedAlways } from 'kysely';

/**
 * The tables as kysely sees them. Meaning, unit and writer of each column stand beside the DDL
 * (`migrations/0001-initial.ts`); SCHEMA.md explains the whole.
 */
export interface MirrorTables {
  mirror: MirrorTable;
  resource_type: ResourceTypeTable;
  scope: ScopeTable;
  object: ObjectTable;
  body: { object_id: number; json: string };
  managed_fields: { object_id: number; zstd: Buffer };
  term: { id: Generated<number>; kind: string; text: string };
  object_term: { object_id: number; term_id: number; type_id: number };
  term_text: { rowid: number; text: string; term_text: string };
  object_name: { rowid: number; name: string; object_name: string };
  owner: { object_id: number; owner_uid: string; controller: number };
  container: ContainerTable;
  public_certificate: { secret_uid: string; resource_version: string; part: string; pem: string };
  tombstone: TombstoneTable;
  change: ChangeTable;
}

/** The one row about the mirror itself. */
export interface MirrorTable {
  lock: number;
  server: string;
  context: string;
  cluster_uid: string | null;
  uid_source: string | null;
  principal: string | null;
  server_version: string | null;
  server_minor: number;
  timeline: number;
  events_domain: string;
  confirmed_at: number | null;
  heartbeat_resource_version: string | null;
  clock_skew_ms: number | null;
  health: string;
  reason: string;
  health_since: number;
  last_error: string | null;
  discovered_at: number | null;
  writer_epoch: number;
  forgotten_seq: number;
}

/** A type that discovery told of, mirrored or not. */
export interface ResourceTypeTable {
  id: Generated<number>;
  api_group: string;
  resource: string;
  version: string;
  kind: string;
  singular: string;
  namespaced: number;
  short_names: string;
  categories: string;
  verbs: string;
  versions: string;
  group_position: number;
  position: number;
  columns: string;
  custom_fields: string | null;
  retrieval: string;
  retrieval_reason: string;
  alias_of: number | null;
  warning: string | null;
  absent_since: number | null;
}

/** The unit of replication: one type in one namespace, or in all. */
export interface ScopeTable {
  id: Generated<number>;
  type_id: number;
  namespace: string;
  phase: string;
  resource_version: string | null;
  resource_version_kind: string | null;
  timeline: number;
  replayed_until: string;
  generation: number;
  previous_count: number;
  list_started_at: number | null;
  representation: string;
  representation_number: number;
  complete: number;
  mode: string;
  health: string;
  reason: string;
  health_since: number;
  last_error: string | null;
  refusal: string | null;
  refused_at: number | null;
  next_attempt_at: number | null;
  poll_interval_ms: number | null;
  as_of: number | null;
  list_duration_ms: number | null;
  lists: number;
  watches: number;
  reconnects: number;
  events: number;
  bookmarks: number;
  relists: number;
  relist_reasons: string;
  bytes_received: number;
  audited_at: number | null;
  audit_object_count: number;
  audit_found_count: number;
  audit_difference_count: number;
}

/** The narrow row of an object: all that a table or a filter needs. */
export interface ObjectTable {
  id: Generated<number>;
  type_id: number;
  scope_id: number;
  key: string;
  name: string;
  uid: string;
  resource_version: string;
  generation: number;
  representation_number: number;
  created_at: number | null;
  changed_at: number;
  labels: string;
  cells: string;
}

/** A container of a stored pod. */
export interface ContainerTable {
  object_id: number;
  position: number;
  role: string;
  name: string;
  node: string;
  image: string;
  image_id: string;
  state: string;
  reason: string;
  message: string;
  ready: number;
  restart_count: number;
  started_at: number | null;
  exit_code: number | null;
  finished_at: number | null;
  last_reason: string;
  last_exit_code: number | null;
  last_finished_at: number | null;
  requests: string;
  limits: string;
}

/** What is left of an object that was deleted. */
export interface TombstoneTable {
  id: GeneratedAlways<number>;
  type_id: number;
  key: string;
  uid: string;
  resource_version: string;
  deleted_at: number;
  cause: string;
  last_state: Buffer;
}

/** One step in an object's life. */
export interface ChangeTable {
  seq: GeneratedAlways<number>;
  at: number;
  type_id: number;
  key: string;
  operation: string;
  uid: string;
  resource_version: string;
  before_state: Buffer | null;
}
