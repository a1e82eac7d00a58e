import type { Json, JsonObject } from '../../../../src/core/json.ts';
import { ago, casesOf, type TableCase } from './table-case.ts';

const podCase = casesOf('pods', 'v1', 'Pod');
const namespace = 'default';

/** Containers and init containers of a spec, by name. */
interface Shape {
  readonly main?: readonly string[];
  readonly init?: readonly string[];
  readonly sidecars?: readonly string[];
}

function spec({ main = ['a'], init = [], sidecars = [] }: Shape, more: JsonObject = {}): JsonObject {
  const container = (name: string): JsonObject => ({ name, image: `${name}:1` });
  return {
    containers: main.map(container),
    initContainers: [
      ...init.map(container),
      ...sidecars.map((name) => ({ ...container(name), restartPolicy: 'Always' })),
    ],
    ...more,
  };
}

function containerStatus(name: string, state: JsonObject, more: JsonObject = {}): JsonObject {
  return { name, image: `${name}:1`, imageID: '', ready: false, restartCount: 0, lastState: {}, state, ...more };
}

const running: JsonObject = { running: { startedAt: ago(4, 'd') } };
const waiting = (reason: string): JsonObject => ({ waiting: { reason } });
const terminated = (exitCode: number, reason = '', signal = 0): JsonObject => ({
  terminated: { exitCode, reason, signal, startedAt: ago(4, 'd'), finishedAt: ago(3, 'd') },
});
const ready = { ready: true };
const completed = terminated(0, 'Completed');
const restarted = (restartCount: number, finishedAt?: string): JsonObject => ({
  restartCount,
  lastState: finishedAt === undefined ? {} : { terminated: { exitCode: 1, finishedAt } },
});

interface PodFields {
  readonly shape?: Shape;
  readonly phase?: string;
  readonly init?: readonly JsonObject[];
  readonly main?: readonly JsonObject[];
  readonly conditions?: readonly JsonObject[];
  readonly status?: JsonObject;
  readonly spec?: JsonObject;
  readonly metadata?: JsonObject;
}

const unplaced = ' | <none> | <none> | <none> | <none>';

/** `cells` are READY, STATUS and RESTARTS of a pod that is 5 days old and not placed, unless they say more. */
function pod(title: string, cells: string, fields: PodFields): TableCase {
  const all = cells.split(' | ').length === 3 ? `NAME | ${cells} | 5d${unplaced}` : cells;
  return podCase(title, all, {
    metadata: { namespace, ...fields.metadata },
    spec: spec(fields.shape ?? {}, fields.spec),
    status: {
      phase: fields.phase ?? 'Running',
      initContainerStatuses: fields.init ?? [],
      containerStatuses: fields.main ?? [],
      conditions: fields.conditions ?? [],
      ...fields.status,
    },
  });
}

const condition = (type: string, status: string, more: JsonObject = {}): JsonObject => ({ type, status, ...more });
const two = { main: ['a', 'b'] };
const oneInit = { init: ['i'] };
const withSidecar = { sidecars: ['s'] };
const deleting: JsonObject = { deletionTimestamp: ago(1, 'm'), deletionGracePeriodSeconds: 30, finalizers: ['x/y'] };

const plain: readonly TableCase[] = [
  pod('a running pod counts its ready containers', '1/1 | Running | 0', {
    main: [containerStatus('a', running, ready)],
  }),
  pod('a crashing pod tells when it restarted last', '0/1 | CrashLoopBackOff | 12 (5m12s ago)', {
    main: [containerStatus('a', waiting('CrashLoopBackOff'), restarted(12, ago(312, 's')))],
  }),
  pod('a failed pod shows the reason of the container that failed', '0/2 | Error | 0', {
    shape: two,
    phase: 'Failed',
    main: [containerStatus('a', completed), containerStatus('b', terminated(1, 'Error'))],
  }),
  pod('a pod with a completed and an unready container is not ready', '1/2 | NotReady | 0', {
    shape: two,
    main: [containerStatus('a', completed), containerStatus('b', running, ready)],
    conditions: [condition('Ready', 'False')],
  }),
  pod('a ready pod with a completed container is running', '1/2 | Running | 0', {
    shape: two,
    main: [containerStatus('a', completed), containerStatus('b', running, ready)],
    conditions: [condition('Ready', 'True')],
  }),
  pod('the reason of the first container wins', '0/2 | ImagePullBackOff | 0', {
    shape: two,
    main: [containerStatus('a', waiting('ImagePullBackOff')), containerStatus('b', waiting('CrashLoopBackOff'))],
  }),
  pod('a running container does not hide the reason of another', '1/2 | CrashLoopBackOff | 0', {
    shape: two,
    main: [containerStatus('a', running, ready), containerStatus('b', waiting('CrashLoopBackOff'))],
  }),
  pod('an end by signal without a reason shows the signal', '0/1 | Signal:9 | 0', {
    main: [containerStatus('a', terminated(137, '', 9))],
  }),
  pod('an end without reason and signal shows the exit code', '0/1 | ExitCode:137 | 0', {
    main: [containerStatus('a', terminated(137))],
  }),
  pod('an end with a reason shows it', '0/1 | OOMKilled | 0', {
    main: [containerStatus('a', terminated(137, 'OOMKilled'))],
  }),
  pod('restarts without a known time stand alone', '1/1 | Running | 2', {
    main: [containerStatus('a', running, { ...ready, ...restarted(2) })],
  }),
  pod('a time without restarts does not show', '1/1 | Running | 0', {
    main: [containerStatus('a', running, { ...ready, ...restarted(0, ago(1, 'h')) })],
  }),
  pod('a ready container that waits without a reason does not count', '0/1 | Pending | 0', {
    phase: 'Pending',
    main: [containerStatus('a', { waiting: {} }, ready)],
  }),
  pod('a pod without any status shows its phase', '0/1 | Pending | 0', { phase: 'Pending' }),
  pod('ephemeral containers do not count', '1/1 | Running | 0', {
    main: [containerStatus('a', running, ready)],
    status: { ephemeralContainerStatuses: [containerStatus('e', running, { ...ready, restartCount: 4 })] },
  }),
];

const initializing: readonly TableCase[] = [
  pod('an init container that runs shows how many are through', 'NAME | 0/1 | Init:1/2 | 0 | 90s' + unplaced, {
    metadata: { creationTimestamp: ago(90, 's') },
    shape: { init: ['i', 'j'] },
    phase: 'Pending',
    init: [containerStatus('i', completed), containerStatus('j', running)],
  }),
  pod('a crashing init container shows its reason and restarts', '0/1 | Init:CrashLoopBackOff | 3 (30s ago)', {
    shape: oneInit,
    phase: 'Pending',
    init: [containerStatus('i', waiting('CrashLoopBackOff'), restarted(3, ago(30, 's')))],
  }),
  pod('a failed init container without a reason shows its exit code', '0/1 | Init:ExitCode:2 | 0', {
    shape: oneInit,
    init: [containerStatus('i', terminated(2))],
  }),
  pod('a failed init container prefers its signal to its exit code', '0/1 | Init:Signal:9 | 0', {
    shape: oneInit,
    init: [containerStatus('i', terminated(2, '', 9))],
  }),
  pod('a failed init container prefers its reason', '0/1 | Init:Error | 0', {
    shape: oneInit,
    init: [containerStatus('i', terminated(2, 'Error', 9))],
  }),
  pod('PodInitializing is no reason', '0/1 | Init:0/1 | 0', {
    shape: oneInit,
    init: [containerStatus('i', waiting('PodInitializing'))],
  }),
  pod('an init container without any state holds the pod up', '0/1 | Init:0/1 | 0', {
    shape: oneInit,
    init: [containerStatus('i', {})],
  }),
  pod('an initialized pod whose init container runs again counts its main containers', '1/1 | Init:0/1 | 0', {
    shape: oneInit,
    init: [containerStatus('i', running)],
    main: [containerStatus('a', running, ready)],
    conditions: [condition('Initialized', 'True')],
  }),
  pod('only the first Initialized condition counts', '0/1 | Init:0/1 | 7', {
    shape: oneInit,
    init: [containerStatus('i', running, restarted(7))],
    main: [containerStatus('a', running, { ...ready, restartCount: 2 })],
    conditions: [condition('Initialized', 'False'), condition('Initialized', 'True')],
  }),
];

const sidecars: readonly TableCase[] = [
  pod('a started and ready sidecar counts as ready', '2/2 | Running | 0', {
    shape: withSidecar,
    init: [containerStatus('s', running, { ...ready, started: true })],
    main: [containerStatus('a', running, ready)],
  }),
  pod('an init container of the same name behind a sidecar hides it', '1/2 | Init:0/2 | 0', {
    shape: withSidecar,
    spec: {
      initContainers: [
        { name: 's', image: 's:1', restartPolicy: 'Always' },
        { name: 's', image: 's:1' },
      ],
    },
    init: [containerStatus('s', running, { ...ready, started: true })],
    main: [containerStatus('a', running, ready)],
    conditions: [condition('Initialized', 'True')],
  }),
  pod('an unready sidecar counts in the total only', '1/2 | Running | 0', {
    shape: withSidecar,
    init: [containerStatus('s', running, { started: true })],
    main: [containerStatus('a', running, ready)],
  }),
  pod('a sidecar that has not started holds the pod up', '0/2 | Init:0/1 | 0', {
    shape: withSidecar,
    init: [containerStatus('s', running, { started: false })],
    main: [containerStatus('a', waiting('PodInitializing'))],
  }),
  pod('a sidecar that ended well is no longer ready', '1/2 | Running | 0', {
    shape: withSidecar,
    init: [containerStatus('s', completed, { ...ready, started: true })],
    main: [containerStatus('a', running, ready)],
  }),
  pod('a started sidecar that failed keeps what it says of being ready', '2/2 | Running | 0', {
    shape: withSidecar,
    init: [containerStatus('s', terminated(1, 'Error'), { ...ready, started: true })],
    main: [containerStatus('a', running, ready)],
  }),
  pod('restarts of sidecars count with those of the main containers', '2/2 | Running | 5 (60m ago)', {
    shape: { ...oneInit, ...withSidecar },
    init: [
      containerStatus('i', completed, restarted(7, ago(10, 'm'))),
      containerStatus('s', running, { ...ready, started: true, ...restarted(4, ago(1, 'h')) }),
    ],
    main: [containerStatus('a', running, { ...ready, ...restarted(1, ago(2, 'h')) })],
  }),
  pod('restarts of all init containers count while the pod initializes', '0/2 | Init:1/2 | 11 (10m ago)', {
    shape: { ...oneInit, ...withSidecar },
    init: [
      containerStatus('i', completed, restarted(7, ago(10, 'm'))),
      containerStatus('s', running, restarted(4, ago(1, 'h'))),
    ],
  }),
];

const ended: readonly TableCase[] = [
  pod('a pod that is being deleted is terminating', '1/1 | Terminating | 0', {
    metadata: deleting,
    main: [containerStatus('a', running, ready)],
  }),
  pod('a pod that is deleted at no time is terminating', '1/1 | Terminating | 0', {
    metadata: { deletionTimestamp: '0001-01-01T00:00:00Z', finalizers: ['x/y'] },
    main: [containerStatus('a', running, ready)],
  }),
  pod('a finished pod that is being deleted stays completed', '0/1 | Completed | 0', {
    metadata: deleting,
    phase: 'Succeeded',
    main: [containerStatus('a', completed)],
  }),
  pod('a pod that is being deleted on a lost node is unknown', '0/1 | Unknown | 0', {
    metadata: deleting,
    status: { reason: 'NodeLost' },
  }),
  pod('a pod on a lost node says so', '0/1 | NodeLost | 0', { status: { reason: 'NodeLost' } }),
  pod('a gated pod says so whatever the status of the condition', '0/1 | SchedulingGated | 0', {
    phase: 'Pending',
    status: { reason: 'Other' },
    conditions: [condition('PodScheduled', 'True', { reason: 'SchedulingGated' })],
  }),
  pod('an evicted pod says so', '0/1 | Evicted | 0', { phase: 'Failed', status: { reason: 'Evicted' } }),
  pod('a pod without a creation time has an unknown age', `NAME | 0/1 | Pending | 0 | <unknown>${unplaced}`, {
    metadata: { creationTimestamp: undefined },
    phase: 'Pending',
  }),
  pod('a pod created in the future has an invalid age', `NAME | 0/1 | Pending | 0 | <invalid>${unplaced}`, {
    metadata: { creationTimestamp: '2126-01-10T00:00:10Z' },
    phase: 'Pending',
  }),
];

const gates: readonly Json[] = [{ conditionType: 'x/one' }, { conditionType: 'x/two' }];

const placed: readonly TableCase[] = [
  pod('a placed pod shows where it is', 'NAME | 1/1 | Running | 0 | 5d | fd00::1 | n1 | n2 | 1/2', {
    main: [containerStatus('a', running, ready)],
    spec: { nodeName: 'n1', readinessGates: gates },
    status: { podIP: 'fd00::1', podIPs: [{ ip: 'fd00::1' }, { ip: '10.0.0.1' }], nominatedNodeName: 'n2' },
    conditions: [condition('x/one', 'True'), condition('x/two', 'False'), condition('x/two', 'True')],
  }),
  pod('status.podIP alone is the address', 'NAME | 0/1 | Running | 0 | 5d | 10.0.0.2 | <none> | <none> | 0/2', {
    spec: { readinessGates: gates },
    status: { podIP: '10.0.0.2' },
  }),
  pod(
    'status.podIP wins over another first address',
    'NAME | 0/1 | Running | 0 | 5d | 10.0.0.3 | <none> | <none> | <none>',
    {
      status: { podIP: '10.0.0.3', podIPs: [{ ip: '10.0.0.4' }] },
    },
  ),
  pod('status.podIPs alone is the address', 'NAME | 0/1 | Running | 0 | 5d | 10.0.0.5 | <none> | <none> | <none>', {
    status: { podIPs: [{ ip: '10.0.0.5' }] },
  }),
];

const podTemplateCase = casesOf('podtemplates', 'v1', 'PodTemplate');

/** Pods and pod templates. */
export const podCases: readonly TableCase[] = [
  ...plain,
  ...initializing,
  ...sidecars,
  ...ended,
  ...placed,
  podTemplateCase('a pod template shows its containers without the init ones', 'NAME | a,b | a:1,b:1 | app=x,b=1', {
    metadata: { namespace },
    template: { metadata: { labels: { b: '1', app: 'x' } }, spec: spec({ main: ['a', 'b'], init: ['i'] }) },
  }),
  podTemplateCase('an empty pod template shows no labels', 'NAME |  |  | <none>', {
    metadata: { namespace },
    template: {},
  }),
];
