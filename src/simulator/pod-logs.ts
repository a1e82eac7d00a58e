import { asArray, asObject, asString, type Json, type JsonObject } from '../core/json.ts';
import type { KubeObject } from '../core/kube-object.ts';
import type { Clock } from '../util/clock.ts';
import { badRequest } from './api-status.ts';
import type { Reply } from './reply.ts';
import { queryFlag } from './request-target.ts';
import { textHash } from './text-hash.ts';

/** Bytes of a log that a test makes up, in place of the simulator's own lines; undefined leaves those. */
export type PodLogSource = (asked: {
  readonly pod: KubeObject;
  readonly container: string;
  readonly query: URLSearchParams;
}) => AsyncIterable<Uint8Array> | Iterable<Uint8Array> | undefined;

/** A GET of `pods/NAME/log`. */
interface PodLogRequest {
  readonly pod: KubeObject;
  readonly query: URLSearchParams;
  readonly clock: Pick<Clock, 'now' | 'after'>;
  readonly reply: Reply;
  readonly source: PodLogSource | undefined;
}

/** Between two lines of a container (ms). */
const lineMs = 10_000;

/** Lines that a node keeps of one run. */
const keptLineCount = 1_000;

/** A run of a container: its lines, by number, come at `startedAtMs + number * lineMs`. */
interface Run {
  readonly pod: string;
  readonly container: string;
  readonly startedAtMs: number;
  readonly endedAtMs: number | undefined;
}

/** Answers with the log as text, line by line where it is followed. @throws ApiRefusal 400 */
export async function sendPodLog(request: PodLogRequest): Promise<void> {
  const { pod, query, reply, source } = request;
  const container = chosenContainer(pod, query.get('container') ?? '');
  const made = source?.({ pod, container, query });
  const run = made === undefined && isPlaced(pod) ? runOf(request, container) : undefined;
  reply.openStream('text/plain');
  if (made !== undefined) await sendBytes(made, reply);
  else if (run !== undefined) await sendLines(request, run);
  reply.end();
}

async function sendBytes(source: NonNullable<ReturnType<PodLogSource>>, reply: Reply): Promise<void> {
  for await (const bytes of source) {
    if (reply.isClosed) return;
    await reply.writeBytes(bytes);
  }
}

/** As kube-apiserver 1.36 says it. @throws ApiRefusal */
function chosenContainer(pod: KubeObject, name: string): string {
  const { name: podName } = pod.metadata;
  const names = (list: string): readonly string[] => containersOf(pod, list).map((each) => asString(each['name']));
  const all = ['containers', 'initContainers', 'ephemeralContainers'].flatMap(names);
  if (name !== '' && !all.includes(name)) throw badRequest(`container ${name} is not valid for pod ${podName}`);
  const [first = '', ...others] = names('containers');
  if (name !== '' || others.length === 0) return name || first;
  const init = names('initContainers');
  const alsoInit = init.length === 0 ? '' : ` or one of the init containers: [${init.join(' ')}]`;
  const choice = `choose one of: [${[first, ...others].join(' ')}]${alsoInit}`;
  throw badRequest(`a container name must be specified for pod ${podName}, ${choice}`);
}

function containersOf(pod: KubeObject, list: string): readonly JsonObject[] {
  return asArray(asObject(pod['spec'])[list]).map(asObject);
}

/** A pod without a node has an empty log. */
function isPlaced(pod: KubeObject): boolean {
  return asString(asObject(pod['spec'])['nodeName']) !== '';
}

/** The run that is asked for, in the words of the kubelet where there is none. @throws ApiRefusal */
function runOf({ pod, query, clock }: PodLogRequest, container: string): Run {
  const { name } = pod.metadata;
  const status = asObject(pod['status']);
  const lists = ['containerStatuses', 'initContainerStatuses', 'ephemeralContainerStatuses'];
  const told = lists.flatMap((list) => asArray(status[list]).map(asObject)).find((each) => each['name'] === container);
  const state = asObject(told?.['state']);
  const last = asObject(asObject(told?.['lastState'])['terminated']);
  const quoted = `container "${container}" in pod "${name}"`;
  const at = (text: Json | undefined): number => Date.parse(asString(text));
  if (queryFlag(query, 'previous')) {
    if (Number(told?.['restartCount'] ?? 0) === 0) throw badRequest(`previous terminated ${quoted} not found`);
    const endedAtMs = at(last['finishedAt']) || clock.now();
    return { pod: name, container, startedAtMs: at(last['startedAt']) || endedAtMs - 10 * lineMs, endedAtMs };
  }
  const waiting = asString(asObject(state['waiting'])['reason']);
  if (waiting !== '' && Object.keys(last).length === 0) {
    throw badRequest(`${quoted} is waiting to start: ${waiting}`);
  }
  const ended = { ...asObject(state['terminated']), ...(waiting === '' ? {} : last) };
  const created = at(pod.metadata['creationTimestamp']);
  const startedAtMs = at(asObject(state['running'])['startedAt'] ?? ended['startedAt']) || created || clock.now();
  const endedAtMs = Object.keys(ended).length === 0 ? undefined : at(ended['finishedAt']) || clock.now();
  return { pod: name, container, startedAtMs, endedAtMs };
}

async function sendLines(request: PodLogRequest, run: Run): Promise<void> {
  const { query, clock, reply } = request;
  const nowMs = clock.now();
  const number = (name: string): number => Number(query.get(name) ?? Number.NaN);
  const sinceMs = query.has('sinceTime')
    ? Date.parse(query.get('sinceTime') ?? '')
    : nowMs - (number('sinceSeconds') || Infinity) * 1_000;
  const count = Math.floor((Math.min(nowMs, run.endedAtMs ?? nowMs) - run.startedAtMs) / lineMs) + 1;
  const asked = query.has('tailLines') ? number('tailLines') : keptLineCount;
  let next = Math.max(0, count - Math.min(asked, keptLineCount));
  let leftBytes = number('limitBytes') || Infinity;
  const send = async (): Promise<void> => {
    const atMs = run.startedAtMs + next * lineMs;
    const stamp = queryFlag(query, 'timestamps') ? `${new Date(atMs).toISOString().replace('Z', '000000Z')} ` : '';
    const bytes = Buffer.from(`${stamp}${lineOf(run, next)}\n`).subarray(0, leftBytes);
    next += 1;
    if (atMs < sinceMs) return;
    leftBytes -= bytes.length;
    await reply.writeBytes(bytes);
  };
  while (next < count && leftBytes > 0) await send();
  while (queryFlag(query, 'follow') && run.endedAtMs === undefined && leftBytes > 0 && !reply.isClosed) {
    await reply.pause(clock, Math.max(0, run.startedAtMs + next * lineMs - clock.now()));
    await send();
  }
}

const levels = ['INFO', 'INFO', 'INFO', 'INFO', 'DEBUG', 'WARN', 'INFO', 'ERROR'];
const messages = [
  'request served in {n} ms',
  'cache has {n} entries',
  'connection {n} opened',
  'job {n} done',
  'queue holds {n} messages',
  'request {n} took longer than a second',
  'configuration read again, generation {n}',
  'upstream answered 503, attempt {n}',
];

/** The same at every time for the same container and number. */
function lineOf({ pod, container }: Run, number: number): string {
  const hash = textHash(`${pod}/${container}/${number}`);
  const kind = (hash >>> 8) % messages.length;
  return `${levels[kind] ?? ''} ${container}: ${(messages[kind] ?? '').replace('{n}', String((hash >>> 16) % 1_000))}`;
}
