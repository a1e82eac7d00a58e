import { isDeepStrictEqual } from 'node:util';
import { asArray, asObject, asString, type JsonObject } from '../core/json.ts';
import type { KubeObject } from '../core/kube-object.ts';
import { createJobPod, reportJobEnd, startJob } from './company-batch.ts';
import { queueType } from './company-custom.ts';
import { cpuMetric } from './company-settings.ts';
import { unschedulableMessage } from './company-workloads.ts';
import { crashLoopMessage, imageMessage, waitingReason } from './company.ts';
import { settle } from './controllers.ts';
import { recordEvent } from './event-log.ts';
import { changeFate, containerName, imageOfPod, nodeNameOf, removePod } from './pods.ts';
import { between, controlledObjects, minuteMs, pick, placeOf, spoken, timeText, type World } from './world.ts';

/** Something that goes on in the company: each turn does one thing to the cluster and says what, on one line. */
export type Story = Generator<string, void>;

function firstPod(world: World, fits: (pod: KubeObject) => boolean): KubeObject {
  const found = world.state.list('pods').find(fits);
  if (found === undefined) throw new Error('the pod of a story is gone');
  return found;
}

function warn(world: World, about: KubeObject, reason: string, message: string): void {
  recordEvent(world, { about, type: 'Warning', reason, message, component: 'kubelet', host: nodeNameOf(about) });
}

/** The pod that crashes again and again: it starts, crashes, backs off. Never ends. */
export function* crashLoop(world: World): Story {
  const pod = firstPod(world, (entry) => waitingReason(entry) === 'CrashLoopBackOff');
  const first = asObject(asArray(asObject(pod['status'])['containerStatuses'])[0]);
  const name = containerName(pod);
  for (let restartCount = Number(first['restartCount']) + 1; ; restartCount += 1) {
    const nowMs = world.clock.now();
    changeFate(world, pod, { kind: 'running', sinceMs: nowMs, restartCount, crashedMs: nowMs - 5 * minuteMs });
    recordEvent(world, {
      about: pod,
      type: 'Normal',
      reason: 'Started',
      message: `Started container ${name}`,
      component: 'kubelet',
      host: nodeNameOf(pod),
    });
    settle(world, 'shop', name);
    yield `${spoken(pod)} starts again (restart ${restartCount})`;
    changeFate(world, pod, { kind: 'crashed', sinceMs: world.clock.now(), restartCount });
    settle(world, 'shop', name);
    yield `${spoken(pod)} crashes: exit code 2`;
    changeFate(world, pod, { kind: 'backing-off', sinceMs: world.clock.now(), restartCount });
    warn(world, pod, 'BackOff', crashLoopMessage(pod));
    yield `${spoken(pod)} is in CrashLoopBackOff`;
  }
}

/** The pod whose image is missing: the kubelet tries and backs off. Never ends. */
export function* missingImage(world: World): Story {
  const pod = firstPod(world, (entry) => waitingReason(entry) === 'ImagePullBackOff');
  const sinceMs = Date.parse(pod.metadata.creationTimestamp ?? '');
  for (;;) {
    changeFate(world, pod, { kind: 'image-missing', sinceMs, backingOff: false });
    warn(world, pod, 'Failed', `Failed to pull image "${imageOfPod(pod)}": not found`);
    yield `${spoken(pod)} cannot pull its image`;
    changeFate(world, pod, { kind: 'image-missing', sinceMs, backingOff: true });
    warn(world, pod, 'BackOff', imageMessage(pod));
    yield `${spoken(pod)} is in ImagePullBackOff`;
  }
}

/** The pod that fits nowhere: the scheduler tries again. Never ends. */
export function* noRoom(world: World): Story {
  const pod = firstPod(world, (entry) => nodeNameOf(entry) === '' && entry.metadata.namespace === 'search');
  for (;;) {
    recordEvent(world, {
      about: pod,
      type: 'Warning',
      reason: 'FailedScheduling',
      message: unschedulableMessage,
      component: 'default-scheduler',
    });
    yield `${spoken(pod)} still finds no node with enough cpu`;
  }
}

/** A queue is not left to grow beyond this (messages). */
const longQueue = 2_000;

/** Messages come and go. Never ends. */
export function* queueTraffic(world: World): Story {
  for (;;) {
    const queue = pick(world, world.state.list(queueType));
    const status = asObject(queue['status']);
    const before = Number(status['messages']);
    const isServed = Number(status['consumers']) > 0;
    // From an empty queue nobody takes any.
    const directions = before === 0 ? [1] : [1, -1];
    const change = isServed ? between(world, 1, 40) * pick(world, directions) : between(world, 1, 4);
    // Consumers catch up with what has grown too long; where there are none, somebody sorts it out.
    const messages = before > longQueue ? Math.floor(before / 4) : Math.max(0, before + change);
    world.state.patch(queueType, placeOf(queue), { status: { messages } });
    yield `queue ${spoken(queue)}: ${before} → ${messages} messages`;
  }
}

/** The load goes up and down. Never ends. */
export function* load(world: World): Story {
  for (;;) {
    const autoscaler = pick(world, world.state.list('horizontalpodautoscalers.autoscaling'));
    const [before] = asArray(asObject(autoscaler['status'])['currentMetrics']);
    const drawn = between(world, 25, 70);
    const percent = isDeepStrictEqual(before, cpuMetric(drawn)) ? drawn + 1 : drawn;
    world.state.patch('horizontalpodautoscalers.autoscaling', placeOf(autoscaler), {
      status: { currentMetrics: [cpuMetric(percent)] },
    });
    yield `${spoken(autoscaler)} runs at ${percent}% of its cpu`;
  }
}

const jobsKept = 2;

/** Cron jobs run: a job, its pod, its end; what is older than the newest two is removed. Never ends. */
export function* cronJobs(world: World): Story {
  for (;;) {
    const due = world.state.list('cronjobs.batch').filter((entry) => isDue(world, entry));
    if (due.length === 0) yield 'no cron job is due this minute';
    else yield* runCronJob(world, pick(world, due));
  }
}

/** Those that run every minute or few; the names of jobs end in the minute, so within one there is no second job. */
function isDue(world: World, cronJob: KubeObject): boolean {
  const { schedule, suspend } = asObject(cronJob['spec']);
  if (suspend === true || !asString(schedule).startsWith('*')) return false;
  const ending = `-${Math.floor(world.clock.now() / minuteMs)}`;
  return !controlledObjects(world, 'jobs.batch', cronJob.metadata.uid).some((job) =>
    job.metadata.name.endsWith(ending),
  );
}

function* runCronJob(world: World, cronJob: KubeObject): Story {
  const startedMs = world.clock.now();
  const job = startJob(world, cronJob, 0);
  const { kind, metadata } = job;
  const active = [
    { apiVersion: 'batch/v1', kind, namespace: metadata.namespace, name: metadata.name, uid: metadata.uid },
  ];
  reportCronJob(world, cronJob, { active, lastScheduleTime: timeText(startedMs) });
  const component = 'cronjob-controller';
  const message = `Created job ${metadata.name}`;
  recordEvent(world, { about: cronJob, type: 'Normal', reason: 'SuccessfulCreate', message, component });
  yield `${spoken(cronJob)} is due: job ${metadata.name}`;
  const pod = createJobPod(world, job, { kind: 'creating', sinceMs: startedMs }, 0);
  yield `${spoken(pod)} is created`;
  changeFate(world, pod, { kind: 'running', sinceMs: startedMs });
  world.state.patch('jobs.batch', placeOf(job), { status: { ready: 1 } });
  yield `${spoken(pod)} runs`;
  const endedMs = world.clock.now();
  changeFate(world, pod, { kind: 'ended', sinceMs: startedMs, endedMs, exitCode: 0 });
  reportJobEnd(world, job, endedMs, 0);
  reportCronJob(world, cronJob, { active: null, lastSuccessfulTime: timeText(endedMs) });
  removeOldJobs(world, cronJob);
  yield `${spoken(job)} is complete`;
}

function reportCronJob(world: World, cronJob: KubeObject, status: JsonObject): void {
  world.state.patch('cronjobs.batch', placeOf(cronJob), { status });
}

function removeOldJobs(world: World, cronJob: KubeObject): void {
  const createdMs = (job: KubeObject): number => Date.parse(job.metadata.creationTimestamp ?? '');
  const jobs = controlledObjects(world, 'jobs.batch', cronJob.metadata.uid).toSorted(
    (a, b) => createdMs(b) - createdMs(a),
  );
  for (const job of jobs.slice(jobsKept)) {
    for (const pod of controlledObjects(world, 'pods', job.metadata.uid)) removePod(world, pod);
    world.state.delete('jobs.batch', placeOf(job));
  }
}
