import { parseJson } from '../../core/canonical-json.ts';
import { instantText } from '../../core/instant-text.ts';
import { asArray, asObject } from '../../core/json.ts';
import type { ContainerRow } from '../container-rows.ts';
import { readContainers } from '../container-rows.ts';
import { Past } from '../history/past.ts';
import { toldType, type ReportScope } from './report-scope.ts';
import { firstRows, type Section } from './section.ts';

/** A container that was restarted in the range; times are RFC 3339. */
export interface ReportRestart {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  /** Within the range; null where it is not known how many there were before. */
  readonly restartCount: number | null;
  /** Since the pod was made. */
  readonly totalRestartCount: number;
  /** How its last run ended. */
  readonly lastExit: {
    readonly reason: string;
    readonly exitCode: number | null;
    readonly finishedAt: string | null;
  };
}

/** Changes that are unpacked to learn how often containers had been restarted when the range began: some 50 µs each. */
const unpackedMax = 4_000;

/** Containers of which that is asked; those with the most restarts. */
const askedMax = 200;

/** The containers that were restarted in the range, the most restarts first; null where pods may not be told of. */
export function reportRestarts(scope: ReportScope): Section<ReportRestart> | null {
  const { reader, place, sinceMs } = scope;
  const type = toldType(scope, '', 'Pod');
  if (type === undefined) return null;
  // `last_finished_at` is when the run before the present one ended: a restart came after it.
  const only = {
    sql: 'container.restart_count > 0 and coalesce(container.last_finished_at, container.started_at, container.finished_at) >= ?',
    parameters: [sinceMs],
  };
  const found = readContainers(reader, type.rowTypeId, place, only).toSorted((a, b) => b.restartCount - a.restartCount);
  const past = new Past(reader);
  try {
    const before = beforeReader(scope, past, type.rowTypeId);
    const rows = found.map((row, index): ReportRestart => {
      // One at least: the run before this one ended within the range.
      const earlier = index < askedMax ? before(row) : null;
      return {
        namespace: row.namespace,
        pod: row.pod,
        container: row.name,
        restartCount: earlier === null ? null : Math.max(1, row.restartCount - earlier),
        totalRestartCount: row.restartCount,
        lastExit: {
          reason: row.lastReason,
          exitCode: row.lastExitCode,
          finishedAt: instantText(row.lastFinishedAtMs),
        },
      };
    });
    // Where it is not known, a part of the whole: behind those of which more is known to lie in the range.
    const sorted = rows.sort(
      (a, b) => (b.restartCount ?? 0) - (a.restartCount ?? 0) || b.totalRestartCount - a.totalRestartCount,
    );
    return firstRows(sorted);
  } finally {
    past.close();
  }
}

/** How often a container had been restarted when the range began; null where that is not known, or costs too much. */
function beforeReader(
  { reader, sinceMs }: ReportScope,
  past: Past,
  typeId: number,
): (row: ContainerRow) => number | null {
  const changes = reader.sqlite.prepare('select count(*) from change where type_id = ? and key = ?').pluck();
  let left = unpackedMax;
  return ({ namespace, pod, name, podCreatedAtMs }) => {
    if (podCreatedAtMs !== null && podCreatedAtMs >= sinceMs) return 0;
    const key = `${namespace}/${pod}`;
    left -= changes.get(typeId, key) as number;
    if (left < 0) return null;
    const state = past.stateAt({ typeId, type: 'pods', key }, sinceMs);
    if (state.kind !== 'state') return null;
    const status = asObject(asObject(parseJson(state.body))['status']);
    const all = ['initContainerStatuses', 'containerStatuses', 'ephemeralContainerStatuses'];
    const own = all.flatMap((list) => asArray(status[list]).map(asObject)).find((each) => each['name'] === name);
    return typeof own?.['restartCount'] === 'number' ? own['restartCount'] : 0;
  };
}
