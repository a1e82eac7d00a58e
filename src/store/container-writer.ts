import type { Database, Statement } from 'better-sqlite3';
import type { PodContainer } from '../core/pod-container.ts';

const columns =
  'object_id, position, role, name, node, image, image_id, state, reason, message, ready, restart_count, started_at, exit_code, finished_at, last_reason, last_exit_code, last_finished_at, requests, limits';

/** Writes the containers of pods. Inside a transaction, as `ObjectWriter`. */
export class ContainerWriter {
  readonly #insert: Statement;
  readonly #delete: Statement;

  constructor(database: Database) {
    const values = columns.split(', ').map(() => '?');
    this.#insert = database.prepare(`insert into container (${columns}) values (${values.join(', ')})`);
    this.#delete = database.prepare('delete from container where object_id = ?');
  }

  /** Those of a row that had none. */
  add(objectId: number, containers: readonly PodContainer[] | undefined): void {
    for (const [position, own] of (containers ?? []).entries()) {
      this.#insert.run(
        objectId,
        position,
        own.role,
        own.name,
        own.node,
        own.image,
        own.imageId,
        own.state,
        own.reason,
        own.message,
        own.ready ? 1 : 0,
        own.restartCount,
        own.startedAtMs,
        own.exitCode,
        own.finishedAtMs,
        own.lastReason,
        own.lastExitCode,
        own.lastFinishedAtMs,
        own.requests,
        own.limits,
      );
    }
  }

  /** Those of a row in place of the ones that it had; undefined where its type has none. */
  replace(objectId: number, containers: readonly PodContainer[] | undefined): void {
    if (containers === undefined) return;
    this.remove(objectId);
    this.add(objectId, containers);
  }

  /** Those of a row that goes. */
  remove(objectId: number): void {
    this.#delete.run(objectId);
  }
}
