import type { MirrorWriter } from '../store/mirror-writer.ts';

/**
 * Takes a type that the cluster has no more out of the mirror: its rows become tombstones, its scopes absent. Inside
 * `commit`. Types of an earlier life of the process that discovery lacks have scopes but no reflector.
 */
export function purgeType(writer: MirrorWriter, typeId: number, nowMs: number): void {
  for (const scope of writer.scopes.all()) {
    if (scope.type_id !== typeId) continue;
    const target = writer.scopes.target(scope.id);
    for (const row of writer.scopes.rows(scope)) {
      writer.objects.delete(target, row, { cause: 'purge', nowMs, resourceVersion: row.resource_version });
    }
    if (scope.namespace !== '') {
      writer.scopes.drop(scope.id);
      continue;
    }
    writer.scopes.clearResumePoint(scope.id, 'absent');
    const status = { mode: 'stopped', health: 'unhealthy', reason: 'absent', lastError: null } as const;
    writer.scopes.saveStatus(scope.id, status, nowMs, null);
  }
  writer.types.markAbsent(typeId, nowMs);
}
