import { namespaceSql } from '../hidden-rows.ts';
import {
  body,
  cellOf,
  cellTextOf,
  column,
  fieldOf,
  instantText,
  isOfType,
  isTrueOf,
  secondText,
  secondsSince,
  withBody,
  type View,
  type ViewColumn,
} from './view.ts';

const created: readonly ViewColumn[] = [
  column('created_at', 'text', 'metadata.creationTimestamp, RFC 3339 in UTC', secondText('o.created_at')),
  column('changed_at', 'text', 'when its last change came into the mirror', instantText('o.changed_at')),
  column('age_seconds', 'integer', 'since it was created', secondsSince('o.created_at')),
  column('labels', 'JSON', 'metadata.labels; {} where there are none', 'o.labels'),
];

/** Whether a condition of the body is True. */
const conditionOf = (type: string): string =>
  `exists (select 1 from json_each(${body}, '$.status.conditions') c where json_extract(c.value, '$.type') = '${type}' and json_extract(c.value, '$.status') = 'True')`;

/**
 * The number that RESTARTS begins with: of `"3"`, or of `{"before":"3 (",…}`. To look for the member in each of 30,000
 * cells takes twice as long as to read them.
 */
const restartsCell = `ltrim(${cellOf('o', 'pods', 'RESTARTS')}, '{"before:')`;

const pods: View = {
  name: 'pods',
  meaning: 'One row per pod.',
  of: 'pods',
  columns: [
    column('namespace', 'text', 'metadata.namespace', namespaceSql('o')),
    column('name', 'text', 'metadata.name', 'o.name'),
    column('uid', 'text', 'metadata.uid', 'o.uid'),
    column('phase', 'text', 'status.phase', fieldOf('status.phase')),
    column('status', 'text', 'STATUS of navi get: CrashLoopBackOff, Terminating …', cellTextOf('o', 'pods', 'STATUS')),
    column('ready', 'text', 'READY of navi get: ready containers / all', cellTextOf('o', 'pods', 'READY')),
    column('is_ready', 'integer', '1 where the condition Ready is True, else 0', conditionOf('Ready')),
    column('restarts', 'integer', 'RESTARTS of navi get', restartsCell),
    column('node', 'text', 'spec.nodeName; NULL before it is scheduled', fieldOf('spec.nodeName')),
    column('pod_ip', 'text', 'status.podIP', fieldOf('status.podIP')),
    column('host_ip', 'text', 'status.hostIP', fieldOf('status.hostIP')),
    column('qos_class', 'text', 'status.qosClass', fieldOf('status.qosClass')),
    column('service_account', 'text', 'spec.serviceAccountName', fieldOf('spec.serviceAccountName')),
    column('priority_class', 'text', 'spec.priorityClassName', fieldOf('spec.priorityClassName')),
    column('reason', 'text', 'status.reason, such as Evicted', fieldOf('status.reason')),
    column('message', 'text', 'status.message', fieldOf('status.message')),
    column('started_at', 'text', 'status.startTime', fieldOf('status.startTime')),
    ...created,
  ],
  from: (shown) => `main.object o ${withBody} where ${isOfType('o', 'pods')} and ${shown('o')}`,
};

/** A text of `container`, where an empty one says that there is none. */
const textOf = (name: string): string => `nullif(c.${name}, '')`;

/** A quantity among the requests or limits of a container. */
const quantityOf = (list: 'requests' | 'limits', resource: string): string =>
  `json_extract(${textOf(list)}, '$.${resource}')`;

const containers: View = {
  name: 'containers',
  meaning: 'One row per container of a pod, as navi containers shows them.',
  of: 'pods',
  columns: [
    column('namespace', 'text', 'namespace of the pod', namespaceSql('o')),
    column('pod', 'text', 'name of the pod', 'o.name'),
    column('name', 'text', 'name of the container', 'c.name'),
    column('role', 'text', 'init, sidecar (an init container that runs on), main or ephemeral', 'c.role'),
    column('node', 'text', 'spec.nodeName of the pod; NULL before it is scheduled', textOf('node')),
    column('image', 'text', 'image of the spec', textOf('image')),
    column('image_id', 'text', 'imageID of the status', textOf('image_id')),
    column('state', 'text', 'waiting, running, terminated, or unknown before it has a status', 'c.state'),
    column('reason', 'text', 'why it waits or was terminated', textOf('reason')),
    column('message', 'text', 'the message with that', textOf('message')),
    column('is_ready', 'integer', '1 where its status says ready, else 0', 'c.ready'),
    column('restarts', 'integer', 'restartCount; 0 before it has a status', 'c.restart_count'),
    column('started_at', 'text', 'when it started; of a terminated one when that run did', secondText('c.started_at')),
    column('exit_code', 'integer', 'of a terminated container', 'c.exit_code'),
    column('finished_at', 'text', 'when it was terminated', secondText('c.finished_at')),
    column('last_exit_code', 'integer', 'lastState.terminated.exitCode', 'c.last_exit_code'),
    column('last_reason', 'text', 'lastState.terminated.reason, such as OOMKilled', textOf('last_reason')),
    column('last_finished_at', 'text', 'lastState.terminated.finishedAt', secondText('c.last_finished_at')),
    column('cpu_request', 'text', 'resources.requests.cpu, a quantity', quantityOf('requests', 'cpu')),
    column('cpu_limit', 'text', 'resources.limits.cpu, a quantity', quantityOf('limits', 'cpu')),
    column('memory_request', 'text', 'resources.requests.memory, a quantity', quantityOf('requests', 'memory')),
    column('memory_limit', 'text', 'resources.limits.memory, a quantity', quantityOf('limits', 'memory')),
    column('requests', 'JSON', 'resources.requests', textOf('requests')),
    column('limits', 'JSON', 'resources.limits', textOf('limits')),
  ],
  from: (shown) =>
    `main.object o join main.container c on c.object_id = o.id where ${isOfType('o', 'pods')} and ${shown('o')}`,
};

const nodeInfo = (path: string): string => fieldOf(`status.nodeInfo.${path}`);

const addressOf = (type: string): string =>
  `(select json_extract(a.value, '$.address') from json_each(${body}, '$.status.addresses') a where json_extract(a.value, '$.type') = '${type}' limit 1)`;

const nodes: View = {
  name: 'nodes',
  meaning: 'One row per node.',
  of: 'nodes',
  columns: [
    column('name', 'text', 'metadata.name', 'o.name'),
    column('uid', 'text', 'metadata.uid', 'o.uid'),
    column(
      'status',
      'text',
      'STATUS of navi get: Ready, NotReady,SchedulingDisabled …',
      cellTextOf('o', 'nodes', 'STATUS'),
    ),
    column('is_ready', 'integer', '1 where the condition Ready is True, else 0', conditionOf('Ready')),
    column(
      'is_unschedulable',
      'integer',
      '1 where spec.unschedulable is true, else 0',
      isTrueOf(fieldOf('spec.unschedulable')),
    ),
    column(
      'roles',
      'text',
      'ROLES of navi get, between commas; NULL for none',
      `nullif(${cellTextOf('o', 'nodes', 'ROLES')}, '<none>')`,
    ),
    column('kubelet_version', 'text', 'status.nodeInfo.kubeletVersion', nodeInfo('kubeletVersion')),
    column('internal_ip', 'text', 'the first InternalIP', addressOf('InternalIP')),
    column('external_ip', 'text', 'the first ExternalIP', addressOf('ExternalIP')),
    column('os_image', 'text', 'status.nodeInfo.osImage', nodeInfo('osImage')),
    column('kernel_version', 'text', 'status.nodeInfo.kernelVersion', nodeInfo('kernelVersion')),
    column('architecture', 'text', 'status.nodeInfo.architecture', nodeInfo('architecture')),
    column('container_runtime', 'text', 'status.nodeInfo.containerRuntimeVersion', nodeInfo('containerRuntimeVersion')),
    column('cpu_capacity', 'text', 'status.capacity.cpu, a quantity', fieldOf('status.capacity.cpu')),
    column('cpu_allocatable', 'text', 'status.allocatable.cpu, a quantity', fieldOf('status.allocatable.cpu')),
    column('memory_capacity', 'text', 'status.capacity.memory, a quantity', fieldOf('status.capacity.memory')),
    column('memory_allocatable', 'text', 'status.allocatable.memory, a quantity', fieldOf('status.allocatable.memory')),
    column('pods_allocatable', 'text', 'status.allocatable.pods, a quantity', fieldOf('status.allocatable.pods')),
    ...created,
  ],
  from: (shown) => `main.object o ${withBody} where ${isOfType('o', 'nodes')} and ${shown('o')}`,
};

/** Views over pods and the nodes that they run on. */
export const podViews: readonly View[] = [pods, containers, nodes];
