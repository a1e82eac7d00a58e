import type { PodContainer } from '../core/pod-container.ts';
import type { MirrorReader } from '../store/open-reader.ts';
import { isShown, namespaceSql } from './hidden-rows.ts';
import { placeCondition, type Place } from './place.ts';

/** A container with the pod that it is of. */
export interface ContainerRow extends PodContainer {
  readonly namespace: string;
  readonly pod: string;
  /** Uid of the pod. */
  readonly podUid: string;
  /** Epoch milliseconds. */
  readonly podCreatedAtMs: number | null;
}

interface StoredRow {
  readonly namespace: string;
  readonly pod: string;
  readonly uid: string;
  readonly created_at: number | null;
  readonly role: PodContainer['role'];
  readonly name: string;
  readonly node: string;
  readonly image: string;
  readonly image_id: string;
  readonly state: PodContainer['state'];
  readonly reason: string;
  readonly message: string;
  readonly ready: number;
  readonly restart_count: number;
  readonly started_at: number | null;
  readonly exit_code: number | null;
  readonly finished_at: number | null;
  readonly last_reason: string;
  readonly last_exit_code: number | null;
  readonly last_finished_at: number | null;
  readonly requests: string;
  readonly limits: string;
}

const columns =
  'container.role, container.name, container.node, container.image, container.image_id, container.state, container.reason, container.message, container.ready, container.restart_count, container.started_at, container.exit_code, container.finished_at, container.last_reason, container.last_exit_code, container.last_finished_at, container.requests, container.limits';

/** The containers of the pods in a place: pods in list order, their containers in the order in which they start. */
export function readContainers(
  { sqlite }: MirrorReader,
  podTypeId: number,
  place: Place,
  only: { readonly sql: string; readonly parameters: readonly (string | number)[] } = { sql: 'true', parameters: [] },
): readonly ContainerRow[] {
  const { sql, parameters } = placeCondition(place);
  const rows = sqlite
    .prepare(
      `select ${namespaceSql()} as namespace, object.name as pod, object.uid, object.created_at, ${columns}
       from object join container on container.object_id = object.id
       where object.type_id = ? and ${sql} and ${isShown(sqlite)} and ${only.sql} order by object.key, position`,
    )
    .all(podTypeId, ...parameters, ...only.parameters) as StoredRow[];
  return rows.map(containerRow);
}

function containerRow(row: StoredRow): ContainerRow {
  const { namespace, pod, role, name, node, image, state, reason, message, requests, limits } = row;
  return {
    namespace,
    pod,
    podUid: row.uid,
    podCreatedAtMs: row.created_at,
    role,
    name,
    node,
    image,
    imageId: row.image_id,
    state,
    reason,
    message,
    ready: row.ready === 1,
    restartCount: row.restart_count,
    startedAtMs: row.started_at,
    exitCode: row.exit_code,
    finishedAtMs: row.finished_at,
    lastReason: row.last_reason,
    lastExitCode: row.last_exit_code,
    lastFinishedAtMs: row.last_finished_at,
    requests,
    limits,
  };
}
