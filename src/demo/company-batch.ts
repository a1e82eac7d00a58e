import { asArray, asObject, type JsonObject } from '../core/json.ts';
import type { KubeObject } from '../core/kube-object.ts';
import type { PodFate } from './pod-fate.ts';
import { createPod } from './pods.ts';
import { imageRegistry } from './workload.ts';
import { controlledBy, dayMs, hourMs, metadata, minuteMs, timeAgo, timeText, type World } from './world.ts';

interface Routine {
  readonly namespace: string;
  readonly name: string;
  readonly schedule: string;
  readonly timeZone?: string;
  readonly suspend?: boolean;
  /** How long ago it ran last. */
  readonly lastAgoMs: number;
  readonly outcome: 'done' | 'failed';
}

const routines: readonly Routine[] = [
  { namespace: 'billing', name: 'payment-sweep', schedule: '* * * * *', lastAgoMs: 2 * minuteMs, outcome: 'done' },
  { namespace: 'billing', name: 'ledger-backup', schedule: '0 */6 * * *', lastAgoMs: 42 * minuteMs, outcome: 'failed' },
  {
    namespace: 'search',
    name: 'reindex',
    schedule: '30 2 * * *',
    timeZone: 'Etc/UTC',
    lastAgoMs: 9 * hourMs,
    outcome: 'done',
  },
  { namespace: 'logistics', name: 'route-import', schedule: '*/2 * * * *', lastAgoMs: 3 * minuteMs, outcome: 'done' },
  {
    namespace: 'shop',
    name: 'season-sale',
    schedule: '0 0 1 12 *',
    suspend: true,
    lastAgoMs: 354 * dayMs,
    outcome: 'done',
  },
];

/** Creates the cron jobs with the jobs that they have left behind, and one job that a person started. */
export function createBatch(world: World): void {
  for (const routine of routines) createRoutine(world, routine);
  const identity = metadata(world, { namespace: 'billing', name: 'ledger-migrate-v11' }, 6 * dayMs);
  const migration = createJob(world, {
    metadata: identity,
    template: jobTemplate('billing', 'ledger-migrate'),
    ageMs: 6 * dayMs,
  });
  endJob(world, { job: migration, ageMs: 6 * dayMs, lengthMs: 7 * minuteMs, exitCode: 0 });
}

/** The pod template of a job called so. */
function jobTemplate(namespace: string, name: string): JsonObject {
  const resources = { requests: { cpu: '500m', memory: '512Mi' } };
  const image = `${imageRegistry}/${namespace}/${name}:2.1.0`;
  return {
    metadata: { labels: { 'app.kubernetes.io/name': name, 'app.kubernetes.io/part-of': namespace } },
    spec: { restartPolicy: 'Never', containers: [{ name: 'task', image, resources }] },
  };
}

function createRoutine(world: World, routine: Routine): void {
  const { namespace, name, schedule, lastAgoMs, timeZone } = routine;
  const cronJob = world.state.create('cronjobs.batch', {
    metadata: metadata(world, { namespace, name }, 130 * dayMs),
    spec: {
      schedule,
      ...(timeZone === undefined ? {} : { timeZone }),
      suspend: routine.suspend === true,
      concurrencyPolicy: 'Forbid',
      successfulJobsHistoryLimit: 2,
      failedJobsHistoryLimit: 1,
      jobTemplate: { spec: { backoffLimit: 0, template: jobTemplate(namespace, name) } },
    },
    status: { lastScheduleTime: timeAgo(world, lastAgoMs) },
  });
  if (routine.suspend === true) return;
  const job = startJob(world, cronJob, lastAgoMs);
  const exitCode = routine.outcome === 'done' ? 0 : 1;
  endJob(world, { job, ageMs: lastAgoMs, lengthMs: 90_000, exitCode });
}

interface NewJob {
  readonly metadata: JsonObject;
  readonly template: JsonObject;
  readonly ageMs: number;
}

function createJob(world: World, { metadata: identity, template, ageMs }: NewJob): KubeObject {
  return world.state.create('jobs.batch', {
    metadata: identity,
    spec: { parallelism: 1, completions: 1, backoffLimit: 0, template },
    status: { startTime: timeAgo(world, ageMs), active: 1, ready: 0 },
  });
}

/** Starts the job of a cron job, without a pod, and notes it there. Its name ends in the minute, as they do. */
export function startJob(world: World, cronJob: KubeObject, agoMs: number): KubeObject {
  const { namespace, name } = cronJob.metadata;
  const minute = Math.floor((world.clock.now() - agoMs) / minuteMs);
  const identity = metadata(world, { namespace, name: `${name}-${minute}` }, agoMs, {
    ownerReferences: controlledBy(cronJob),
  });
  const template = asObject(asObject(asObject(asObject(cronJob['spec'])['jobTemplate'])['spec'])['template']);
  return createJob(world, { metadata: identity, template, ageMs: agoMs });
}

/** Creates the pod of a job. */
export function createJobPod(world: World, job: KubeObject, fate: PodFate, ageMs: number): KubeObject {
  return createPod(world, { owner: job, template: asObject(asObject(job['spec'])['template']), fate, ageMs });
}

/** A job's end. */
export interface JobEnd {
  readonly job: KubeObject;
  /** How long ago it began, and how long it took. */
  readonly ageMs: number;
  readonly lengthMs: number;
  readonly exitCode: number;
}

/** Lets a job have ended, with its pod. */
function endJob(world: World, end: JobEnd): void {
  const sinceMs = world.clock.now() - end.ageMs;
  const endedMs = sinceMs + end.lengthMs;
  createJobPod(world, end.job, { kind: 'ended', sinceMs, endedMs, exitCode: end.exitCode }, end.ageMs);
  reportJobEnd(world, end.job, endedMs, end.exitCode);
}

/** Writes the status of a job that has ended. */
export function reportJobEnd(world: World, job: KubeObject, endedMs: number, exitCode: number): void {
  const lastTransitionTime = timeText(endedMs);
  const hasSucceeded = exitCode === 0;
  const type = hasSucceeded ? 'Complete' : 'Failed';
  const reason = hasSucceeded ? 'CompletionsReached' : 'BackoffLimitExceeded';
  const message = hasSucceeded
    ? 'Reached expected number of succeeded pods'
    : 'Job has reached the specified backoff limit';
  const { namespace, name } = job.metadata;
  world.state.patch(
    'jobs.batch',
    { namespace, name },
    {
      status: {
        active: null,
        ready: 0,
        ...(hasSucceeded ? { succeeded: 1, completionTime: lastTransitionTime } : { failed: 1 }),
        conditions: [
          ...asArray(asObject(job['status'])['conditions']),
          { type, status: 'True', reason, message, lastProbeTime: lastTransitionTime, lastTransitionTime },
        ],
      },
    },
  );
}
