import { counted } from '../../core/counted.ts';
import { asArray, asObject, asString, type JsonObject } from '../../core/json.ts';
import type { EventFacts } from '../events/event-facts.ts';
import type { GraphObject, ObjectGraph } from './object-graph.ts';

/** One link in a chain of causes: what is wrong with an object. */
export interface Cause {
  readonly object: GraphObject;
  /** What is wrong, without its name. */
  readonly what: string;
  /** How many others of its kind have the same trouble. */
  readonly alikeCount: number;
  /** The newest warning about it. */
  readonly event: EventFacts | undefined;
}

/** What causes are found with. */
export interface WhyContext {
  readonly graph: ObjectGraph;
  /** The newest events about an object first. */
  readonly eventsOf: (object: GraphObject) => readonly EventFacts[];
}

/** Longest chain: an object that waits for itself has no end. */
const chainLengthMax = 12;

/**
 * Why an object is not well: a chain of causes from the object down to the one for which no further cause is known; empty
 * where nothing is wrong with it as far as the mirror knows.
 */
export function whyNot(context: WhyContext, asked: GraphObject): readonly Cause[] {
  const chain: Cause[] = [];
  let found = troubleOf(context, asked);
  while (found !== undefined && chain.length < chainLengthMax) {
    const { object, what, alikeCount = 0, next } = found;
    if (chain.some((each) => each.object.name === object.name && each.object.kind === object.kind)) break;
    const event = context.eventsOf(object).find(({ type }) => type === 'Warning');
    chain.push({ object, what, alikeCount, event });
    found = next;
  }
  return chain;
}

/** What is wrong with an object, and what causes that. */
interface Trouble {
  readonly object: GraphObject;
  readonly what: string;
  readonly alikeCount?: number | undefined;
  readonly next: Trouble | undefined;
}

function troubleOf(context: WhyContext, object: GraphObject): Trouble | undefined {
  if (object.state === 'missing') return { object, what: 'does not exist', next: undefined };
  if (object.state === 'unknown') return undefined;
  const body = context.graph.body(object);
  const finder = troubles[`${object.group}/${object.kind}`];
  return finder === undefined ? conditionTrouble(object, body) : finder(context, object, body);
}

type Finder = (context: WhyContext, object: GraphObject, body: JsonObject) => Trouble | undefined;

const troubles: Readonly<Record<string, Finder>> = {
  '/PersistentVolumeClaim': claimTrouble,
  '/Pod': podTrouble,
  '/Service': serviceTrouble,
  'apps/DaemonSet': workloadTrouble('numberReady', (_spec, status) => numberOf(status['desiredNumberScheduled'])),
  'apps/Deployment': workloadTrouble('readyReplicas', wantedReplicas),
  'apps/ReplicaSet': workloadTrouble('readyReplicas', wantedReplicas),
  'apps/StatefulSet': workloadTrouble('readyReplicas', wantedReplicas),
  'batch/Job': jobTrouble,
  'networking.k8s.io/Ingress': routeTrouble,
};

function wantedReplicas(spec: JsonObject): number {
  return spec['replicas'] === undefined ? 1 : numberOf(spec['replicas']);
}

/** A workload lacks pods: one of those it has says why, or the workload itself cannot make them. */
function workloadTrouble(readyField: string, wantedOf: (spec: JsonObject, status: JsonObject) => number): Finder {
  return (context, object, body) => {
    const [spec, status] = [asObject(body['spec']), asObject(body['status'])];
    const wanted = wantedOf(spec, status);
    const ready = numberOf(status[readyField]);
    if (ready >= wanted) return undefined;
    const what = `${ready} of ${wanted} pods are ready`;
    const own = conditionOf(body, 'ReplicaFailure', 'True');
    if (own !== undefined) return { object, what: `${what}: ${messageOf(own)}`, next: undefined };
    const owned = context.graph.owned(object);
    const inTrouble = owned.flatMap((each) => troubleOf(context, each) ?? []);
    const [next] = inTrouble;
    if (next === undefined) {
      const stuck = conditionOf(body, 'Progressing', 'False');
      return { object, what: stuck === undefined ? what : `${what}: ${messageOf(stuck)}`, next: undefined };
    }
    const alikeCount = inTrouble.filter(({ what: other }) => other === next.what).length - 1;
    return { object, what, next: { ...next, alikeCount } };
  };
}

function jobTrouble(context: WhyContext, object: GraphObject, body: JsonObject): Trouble | undefined {
  const status = asObject(body['status']);
  const failed = conditionOf(body, 'Failed', 'True');
  const pods = context.graph.owned(object).flatMap((each) => troubleOf(context, each) ?? []);
  if (failed !== undefined) return { object, what: `failed: ${messageOf(failed)}`, next: pods[0] };
  if (conditionOf(body, 'Complete', 'True') !== undefined || pods[0] === undefined) return undefined;
  return { object, what: `is not done: ${counted(numberOf(status['failed']), 'pod')} failed`, next: pods[0] };
}

function podTrouble(context: WhyContext, object: GraphObject, body: JsonObject): Trouble | undefined {
  const [spec, status] = [asObject(body['spec']), asObject(body['status'])];
  const phase = asString(status['phase']);
  if (phase === 'Succeeded' || conditionOf(body, 'Ready', 'True') !== undefined) return undefined;
  const needed = context.graph
    .references(object)
    .filter(({ isOptional, object: of }) => !isOptional && of.kind !== 'Node')
    .flatMap(({ object: of }) => troubleOf(context, of) ?? [])[0];
  const scheduled = conditionOf(body, 'PodScheduled', 'False');
  if (scheduled !== undefined) return { object, what: `is not scheduled: ${messageOf(scheduled)}`, next: needed };
  if (asObject(body['metadata'])['deletionTimestamp'] !== undefined) {
    const finalizers = asArray(asObject(body['metadata'])['finalizers']).map(asString).join(', ');
    return {
      object,
      what: finalizers === '' ? 'is being deleted' : `is being deleted, and waits for ${finalizers}`,
      next: undefined,
    };
  }
  const container = containerTrouble(status);
  const onNode = troubleOfNode(context, spec);
  if (onNode !== undefined) return { object, what: container ?? 'is not ready', next: onNode };
  if (container !== undefined) return { object, what: container, next: needed };
  if (phase === 'Failed') {
    const said = [status['reason'], status['message']].map(asString).filter((text) => text !== '');
    return { object, what: `failed${said.length === 0 ? '' : `: ${said.join(': ')}`}`, next: undefined };
  }
  const unready = conditionOf(body, 'Ready', 'False');
  return { object, what: unready === undefined ? 'is not ready' : `is not ready: ${messageOf(unready)}`, next: needed };
}

function troubleOfNode(context: WhyContext, spec: JsonObject): Trouble | undefined {
  const name = asString(spec['nodeName']);
  if (name === '') return undefined;
  return troubleOf(context, context.graph.find({ group: '', kind: 'Node', namespace: '', name }));
}

/** The first container that waits or does not get ready, with what it ended with before. */
function containerTrouble(status: JsonObject): string | undefined {
  const all = ['initContainerStatuses', 'containerStatuses'].flatMap((list) => asArray(status[list]).map(asObject));
  for (const container of all) {
    const name = asString(container['name']);
    const state = asObject(container['state']);
    const { waiting, terminated } = state;
    const ended = asObject(asObject(container['lastState'])['terminated']);
    const before = endText(ended);
    if (waiting !== undefined) {
      const { reason, message } = asObject(waiting);
      const said = [asString(reason), asString(message)].filter((text) => text !== '').join(': ');
      if (said === 'PodInitializing' || said === 'ContainerCreating') continue;
      return `container ${name} waits: ${said}${before === '' ? '' : `; it ended before with ${before}`}`;
    }
    const end = endText(asObject(terminated));
    if (terminated !== undefined && end !== '') return `container ${name} ended with ${end}`;
    if (state['running'] !== undefined && container['ready'] === false) {
      const restarts = numberOf(container['restartCount']);
      return `container ${name} runs and is not ready${restarts === 0 ? '' : `, after ${counted(restarts, 'restart')}`}`;
    }
  }
  return undefined;
}

/** How a container ended; empty for one that ended well, or never did. */
function endText({ reason, exitCode, message }: JsonObject): string {
  if (typeof exitCode !== 'number' || exitCode === 0) return '';
  const said = asString(message).trim();
  return `exit code ${exitCode}${asString(reason) === '' ? '' : ` (${asString(reason)})`}${said === '' ? '' : `: ${said}`}`;
}

function claimTrouble(context: WhyContext, object: GraphObject, body: JsonObject): Trouble | undefined {
  const phase = asString(asObject(body['status'])['phase']);
  if (phase === 'Bound') return undefined;
  const next = context.graph.references(object).flatMap(({ object: of }) => troubleOf(context, of) ?? [])[0];
  return { object, what: phase === '' ? 'is not bound' : `is ${phase} and not Bound`, next };
}

function serviceTrouble(context: WhyContext, object: GraphObject, body: JsonObject): Trouble | undefined {
  const { selector } = asObject(body['spec']);
  if (selector === undefined || Object.keys(asObject(selector)).length === 0) return undefined;
  const pods = context.graph.references(object).map((link) => link.object);
  const isWhole = context.graph.hasAll({ group: '', kind: 'Pod', namespace: object.namespace });
  if (pods.length === 0) return isWhole ? { object, what: 'selects no pod', next: undefined } : undefined;
  const inTrouble = pods.flatMap((pod) => troubleOf(context, pod) ?? []);
  const [next] = inTrouble;
  if (next === undefined) return undefined;
  const alikeCount = inTrouble.filter(({ what }) => what === next.what).length - 1;
  const what = `${pods.length - inTrouble.length} of ${pods.length} ${isWhole ? 'pods' : 'known pods'} are ready`;
  return { object, what, next: { ...next, alikeCount } };
}

function routeTrouble(context: WhyContext, object: GraphObject): Trouble | undefined {
  const next = context.graph.references(object).flatMap(({ object: of }) => troubleOf(context, of) ?? [])[0];
  return next === undefined ? undefined : { object, what: 'leads to what is not well', next };
}

/** Any other kind: a condition that is usual for being well and does not hold. */
function conditionTrouble(object: GraphObject, body: JsonObject): Trouble | undefined {
  for (const type of ['Ready', 'Available', 'Healthy', 'Synced']) {
    const condition = conditionOf(body, type, 'False') ?? conditionOf(body, type, 'Unknown');
    if (condition !== undefined) return { object, what: `is not ${type}: ${messageOf(condition)}`, next: undefined };
  }
  return undefined;
}

function conditionOf(body: JsonObject, type: string, status: string): JsonObject | undefined {
  return asArray(asObject(body['status'])['conditions'])
    .map(asObject)
    .find((each) => each['type'] === type && each['status'] === status);
}

function messageOf(condition: JsonObject): string {
  return asString(condition['message']) || asString(condition['reason']) || 'it does not say why';
}

function numberOf(value: unknown): number {
  return typeof value === 'number' ? value : 0;
}
