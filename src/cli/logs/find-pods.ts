import { apiVersion } from '../../core/api-resource.ts';
import { asObject, asString, type JsonObject } from '../../core/json.ts';
import { DaemonFollower } from '../../control/follow-daemon.ts';
import { selectorRequirements } from '../../derive/columns/selector-text.ts';
import { asKubectl, kubectlError } from '../../errors/as-kubectl.ts';
import { NaviError } from '../../errors/navi-error.ts';
import { readTypes, type MirrorType } from '../../query/mirror-type.ts';
import { readObjects, type ObjectRow } from '../../query/object-query.ts';
import type { MirrorReader } from '../../store/open-reader.ts';
import { daemonSocket } from '../daemon-socket.ts';
import { failureLines, isNotFound, type Failure } from '../get/failure.ts';
import { shownObject } from '../get/found-object.ts';
import { nothingAsked, planGet, usedInPlan, type GetPlan, type GetStep } from '../get/get-plan.ts';
import type { GetRequest } from '../get/get-request.ts';
import { knownFailure, notFoundFailure } from '../get/get-rows.ts';
import type { GetTarget } from '../get/get-target.ts';
import { givenRow } from '../get/object-row.ts';
import { readLive } from '../get/live-rows.ts';
import { inSnapshot } from '../open-mirror.ts';
import { withUsed } from '../with-used.ts';
import type { LogRequest } from './log-request.ts';
import { awayCodes, noDaemon } from './open-log.ts';
import { inLogOrder } from './pod-order.ts';

/** Between two looks for a pod that only the cluster can tell of (ms). */
const lookMs = 1_000;

/** Where objects are looked for. */
export interface LogPlace {
  readonly reader: MirrorReader;
  /** The flags of the command that are those of `get`. */
  readonly request: GetRequest;
  readonly target: GetTarget;
  /** Told of the types that an answer from the store came from. */
  readonly onUsed: (type: MirrorType) => void;
  /** A pod that the cluster has no more, or that it cannot be asked for, as its kept logs tell of it. */
  readonly keptPod: (pod: { readonly namespace: string; readonly name: string }) => Promise<JsonObject | undefined>;
}

/** An object as it was asked for, with its type. */
interface Found {
  readonly type: MirrorType;
  readonly object: JsonObject;
}

/** What a command line is about: pods as a selector finds them, or one object. */
export type LogSubject = { readonly pods: readonly JsonObject[] } | { readonly owner: Found };

/**
 * What the arguments name. An object that the mirror does not have, perhaps not yet, is looked for in the cluster by the daemon.
 * @throws NAVI_AS_KUBECTL, NAVI_NOT_MIRRORED where only the cluster knows and no daemon runs
 */
export async function findSubject({ resource, selector }: LogRequest, place: LogPlace): Promise<LogSubject> {
  refuseArguments(resource, selector);
  if (resource === undefined) {
    const pods = await find(place, { args: ['pods'], selector });
    if (pods.length === 0) {
      place.target.notice(`No resources found in ${namespaceOf(place)} namespace.`);
    }
    return { pods: pods.map(({ object }) => object) };
  }
  const args = resource.includes('/') ? [resource] : ['pods', resource];
  const [found] = await find(place, { args, selector });
  if (found === undefined) throw kubectlError('expected a resource');
  if (found.type.group === '' && found.type.resource === 'pods') return { pods: [found.object] };
  return { owner: found };
}

/** What kubectl 1.36 says of arguments that name nothing. @throws NAVI_AS_KUBECTL */
function refuseArguments(resource: string | undefined, selector: string): void {
  if (resource === '') throw asKubectl(nothingAsked);
  if (resource === undefined && selector.trim() === '') {
    throw kubectlError('resource(s) were provided, but no name was specified');
  }
  if (resource !== undefined && selector.trim() !== '') {
    throw kubectlError('selectors and the all flag cannot be used when passing resource/name arguments');
  }
}

/**
 * The pods of a workload or a service, the one that kubectl prefers first; waits for the first where there is none.
 * @throws NAVI_AS_KUBECTL for a type that has none, and once the time is over
 */
export async function podsOfOwner(
  { type, object }: Found,
  place: LogPlace,
  timeoutMs: number,
): Promise<readonly JsonObject[]> {
  const selector = selectorOf(type, object);
  const namespaces = [asString(asObject(object['metadata'])['namespace'])];
  const look = async (): Promise<readonly JsonObject[]> => {
    const pods = await find(place, { args: ['pods'], selector, namespaces });
    return inLogOrder(pods.map((each) => each.object));
  };
  const pods = await look();
  return pods.length > 0 ? pods : await firstPod(look, place, timeoutMs);
}

/** @throws NAVI_AS_KUBECTL after the time, NAVI_DAEMON_NOT_RUNNING */
async function firstPod(
  look: () => Promise<readonly JsonObject[]>,
  { target }: LogPlace,
  timeoutMs: number,
): Promise<readonly JsonObject[]> {
  const endsAtMs = Date.now() + timeoutMs;
  const follower = new DaemonFollower(daemonSocket(), target.choice);
  try {
    for (;;) {
      const leftMs = endsAtMs - Date.now();
      if (leftMs <= 0) throw kubectlError('timed out waiting for the condition');
      const wake = await follower.wait(Math.min(lookMs, leftMs));
      if (wake === 'away') throw noDaemon(target);
      const [pod] = await look();
      if (pod !== undefined) return [pod];
    }
  } finally {
    follower.close();
  }
}

/** The selector as text. @throws NAVI_AS_KUBECTL in kubectl's words */
function selectorOf({ group, version, resource, kind }: MirrorType, object: JsonObject): string {
  const { selector } = asObject(object['spec']);
  const goType = `*${version}.${kind}`;
  const refused = (why: string): NaviError => kubectlError(`cannot get the logs from ${goType}: ${why}`);
  const isSet = group === '' && ['services', 'replicationcontrollers'].includes(resource);
  const isLabelSelector =
    (['apps', 'extensions'].includes(group) &&
      ['replicasets', 'statefulsets', 'daemonsets', 'deployments'].includes(resource)) ||
    (group === 'batch' && resource === 'jobs');
  if (!isSet && !isLabelSelector) {
    // kubectl knows the types of Kubernetes alone.
    if (group.includes('.') && !group.endsWith('.k8s.io')) {
      const version = apiVersion({ group, version: goType.slice(1).split('.')[0] ?? '' });
      throw kubectlError(
        `no kind "${kind}" is registered for version "${version}" in scheme "pkg/runtime/scheme.go:111"`,
      );
    }
    throw refused(`selector for ${goType} not implemented`);
  }
  if (resource === 'services' && Object.keys(asObject(selector)).length === 0) {
    const name = asString(asObject(object['metadata'])['name']);
    throw refused(`invalid service '${name}': Service is defined without a selector`);
  }
  const text = selectorRequirements(isSet ? { matchLabels: asObject(selector) } : selector);
  if (text === undefined) throw refused('invalid label selector');
  return text;
}

/** The objects of one type that are asked for. @throws NAVI_AS_KUBECTL in the words of server and kubectl */
async function find(
  place: LogPlace,
  asked: Pick<GetRequest, 'args' | 'selector'> & Partial<Pick<GetRequest, 'namespaces'>>,
): Promise<readonly Found[]> {
  const { reader, target } = place;
  const request = { ...place.request, ...asked };
  const { plan, read } = await inSnapshot(reader, () =>
    withUsed(
      reader,
      () => readStored(reader, planGet(request, readTypes(reader), target)),
      (stored) => usedInPlan(stored.plan),
      target,
    ),
  );
  const found: Found[] = [];
  for (const step of plan.steps) {
    const rows = await rowsOrKept(read.get(step), { request, plan, step, place });
    if ('failure' in rows) throw asKubectl(failureText(rows.failure, place));
    for (const row of rows.rows) found.push({ type: step.type, object: shownObject({ type: step.type, row }, 'body') });
  }
  return found;
}

/** Rows of a step, or what stands in their place. */
type LogRows = { readonly rows: Iterable<ObjectRow> } | { readonly failure: Failure };

/** A step that is looked at. */
interface Looked {
  readonly request: GetRequest;
  readonly plan: GetPlan;
  readonly step: GetStep;
  readonly place: LogPlace;
}

/** As `foundRows`; of a pod that is gone, or that cannot be asked for, what its kept logs tell. */
async function rowsOrKept(stored: LogRows | undefined, looked: Looked): Promise<LogRows> {
  const { request, step, place } = looked;
  const kept = async (): Promise<LogRows | undefined> => {
    const { type, name, namespace = '' } = step;
    const isPod = type.group === '' && type.resource === 'pods';
    if (!isPod || name === undefined || request.impersonate !== undefined) return undefined;
    const pod = await place.keptPod({ namespace, name });
    return pod && { rows: [givenRow({ apiVersion: 'v1', kind: 'Pod', ...pod })] };
  };
  try {
    const rows = await foundRows(stored, looked);
    return isMissing(rows) ? ((await kept()) ?? rows) : rows;
  } catch (error) {
    const isAway = error instanceof NaviError && awayCodes.includes(error.code);
    const rows = isAway ? await kept() : undefined;
    if (rows === undefined) throw error;
    return rows;
  }
}

/** What the store has, else what the cluster has. @param stored undefined for what the store cannot tell */
async function foundRows(
  stored: LogRows | undefined,
  { request, plan, step, place: { target, onUsed } }: Looked,
): Promise<LogRows> {
  if (stored !== undefined && !isMissing(stored)) {
    onUsed(step.type);
    return stored;
  }
  const asked = { ...step, live: step.live ?? 'the mirror has no such object' };
  const { rows, warnings } = await readLive(request, { ...plan, steps: [asked] }, target);
  for (const warning of warnings) target.warn(warning);
  const live = rows.get(asked) ?? { rows: [] };
  // The store knows besides whether it is the namespace that is missing.
  return stored !== undefined && isMissing(live) ? stored : live;
}

/** What the store has of a plan; steps that it cannot answer are left out. */
function readStored(
  reader: MirrorReader,
  plan: GetPlan,
): { readonly plan: GetPlan; readonly read: ReadonlyMap<GetStep, LogRows> } {
  const read = new Map<GetStep, LogRows>();
  for (const step of plan.steps) {
    if (step.failure !== undefined || step.live === undefined) read.set(step, storedRows(reader, step));
  }
  return { plan, read };
}

function storedRows(reader: MirrorReader, step: GetStep): LogRows {
  const failure = step.failure ?? knownFailure(step);
  if (failure !== undefined) return { failure };
  const { type, namespace, name, labels, fields } = step;
  const rows = [...readObjects(reader, { typeId: type.rowTypeId, namespace, name, labels, fields }, 'body')];
  return name === undefined || rows.length > 0 ? { rows } : { failure: notFoundFailure(reader, step) };
}

function isMissing(rows: LogRows): boolean {
  return 'failure' in rows && isNotFound(rows.failure);
}

/** kubectl 1.36 says of what is not there where it looked. */
function failureText(failure: Failure, place: LogPlace): string {
  if (isNotFound(failure)) {
    return `error: error from server (NotFound): ${failure.message} in namespace "${namespaceOf(place)}"`;
  }
  return failureLines([failure]).join('');
}

function namespaceOf({ request, target }: LogPlace): string {
  return request.namespaces[0] ?? target.context.namespace;
}
