import type { Cell } from '../../core/cell.ts';
import { asObject, asString, type JsonObject } from '../../core/json.ts';
import { humanDuration } from '../../core/human-duration.ts';
import type { KubeObject } from '../../core/kube-object.ts';
import { ageColumn, boolean, integer, nameColumn, text, wide } from './column.ts';
import { firstCondition, isTrue } from './condition.ts';
import { integerOf, isPresent, itemCount, presentOr, specOf, statusOf } from './field.ts';
import { containerCells, containerColumns } from './pod-template.ts';
import { selectorText } from './selector-text.ts';
import { ageCell, instantOf, isTimeSet, sinceCell } from './since.ts';
import { table, type TableDefinition, type TableRegistry } from './table.ts';

const templateColumns = [...containerColumns, ...wide(text('Selector'))];

/** The cells under `templateColumns` for a JobSpec. */
function templateCells(jobSpec: JsonObject): readonly Cell[] {
  return [...containerCells(jobSpec['template']), selectorText(jobSpec['selector'])];
}

/** Conditions that name the status of a job: those that outrank a deletion, then those that do not. */
const finalConditions = ['Complete', 'Failed'];
const passingConditions = ['Suspended', 'FailureTarget'];
/** Shown since 1.34. */
const successCondition = 'SuccessCriteriaMet';

function jobStatus(job: KubeObject, serverMinor: number): string {
  const { conditions } = statusOf(job);
  const holds = (type: string): boolean => isTrue(firstCondition(conditions, type));
  const final = finalConditions.find(holds);
  if (final !== undefined) return final;
  if (isTimeSet(job.metadata.deletionTimestamp)) return 'Terminating';
  const passing = passingConditions.find(holds);
  if (passing !== undefined) return passing;
  return serverMinor >= 34 && holds(successCondition) ? successCondition : 'Running';
}

function completions(spec: JsonObject, status: JsonObject): string {
  const succeeded = integerOf(status['succeeded']);
  if (isPresent(spec['completions'])) return `${succeeded}/${integerOf(spec['completions'])}`;
  const parallelism = integerOf(spec['parallelism']);
  return parallelism > 1 ? `${succeeded}/1 of ${parallelism}` : `${succeeded}/1`;
}

/** What Go prints for a duration that int64 nanoseconds cannot hold, such as the time since its zero time. */
const longestDuration = '292y';

/** A job that has not completed counts on, a failed one too. */
function durationCell({ startTime, completionTime }: JsonObject): Cell {
  if (!isTimeSet(startTime)) return '';
  const startedMs = instantOf(startTime);
  const completedMs = instantOf(completionTime);
  if (startedMs === null) return isTimeSet(completionTime) && completedMs === null ? '0s' : longestDuration;
  if (completedMs !== null) return humanDuration(completedMs - startedMs);
  return isTimeSet(completionTime) ? '<invalid>' : { sinceMs: startedMs };
}

const jobColumns = [nameColumn, text('Status'), text('Completions'), text('Duration'), ageColumn, ...templateColumns];

function jobTable(serverMinor: number): TableDefinition {
  return {
    columns: jobColumns,
    cells: (job) => {
      const spec = specOf(job);
      const status = statusOf(job);
      return [
        job.metadata.name,
        jobStatus(job, serverMinor),
        completions(spec, status),
        durationCell(status),
        ageCell(job),
        ...templateCells(spec),
      ];
    },
  };
}

const cronJobTable = table(
  [
    nameColumn,
    text('Schedule'),
    text('Timezone'),
    boolean('Suspend'),
    integer('Active'),
    text('Last Schedule'),
    ageColumn,
    ...templateColumns,
  ],
  (object) => {
    const spec = specOf(object);
    const { active, lastScheduleTime } = statusOf(object);
    return [
      object.metadata.name,
      asString(spec['schedule']),
      presentOr(spec['timeZone'], '<none>'),
      spec['suspend'] === true ? 'True' : 'False',
      itemCount(active),
      isTimeSet(lastScheduleTime) ? sinceCell(lastScheduleTime) : '<none>',
      ageCell(object),
      ...templateCells(specOf(asObject(spec['jobTemplate']))),
    ];
  },
);

/** Jobs and cron jobs. */
export const jobTables: TableRegistry = { 'jobs.batch': jobTable, 'cronjobs.batch': cronJobTable };
