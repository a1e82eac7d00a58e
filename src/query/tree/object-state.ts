import { sinceText, type Cell } from '../../core/cell.ts';
import type { GraphObject } from './object-graph.ts';

/** How an object is: well, on its way there, in trouble, or nothing that can be well. */
export type Tone = 'good' | 'busy' | 'bad' | 'none';

/** The state of an object in a few words. */
export interface ObjectState {
  readonly text: string;
  readonly tone: Tone;
}

/** Columns that say how an object of a kind is, `group/Kind`; `a/b` is a ratio of two. */
const stateColumns: Readonly<Record<string, string>> = {
  '/ConfigMap': 'DATA',
  '/PersistentVolume': 'STATUS',
  '/PersistentVolumeClaim': 'STATUS',
  '/Pod': 'STATUS',
  '/ReplicationController': 'READY/DESIRED',
  '/Secret': 'TYPE',
  '/Service': 'TYPE',
  'apps/DaemonSet': 'READY/DESIRED',
  'apps/Deployment': 'READY',
  'apps/ReplicaSet': 'READY/DESIRED',
  'apps/StatefulSet': 'READY',
  'autoscaling/HorizontalPodAutoscaler': 'REPLICAS',
  'batch/CronJob': 'SCHEDULE',
  'batch/Job': 'COMPLETIONS',
  'networking.k8s.io/Ingress': 'HOSTS',
  'storage.k8s.io/StorageClass': 'PROVISIONER',
};

/** Columns of which one says it for other kinds. */
const usualColumns = ['STATUS', 'PHASE', 'READY', 'STATE', 'AVAILABLE', 'ESTABLISHED'];

/** Columns whose text is no state, but says what the object is. */
const describing: ReadonlySet<string> = new Set(['DATA', 'TYPE', 'REPLICAS', 'SCHEDULE', 'HOSTS', 'PROVISIONER']);

/** The state of an object, from its printed cells. */
export function objectState({ group, kind, state, stored }: GraphObject, nowMs: number): ObjectState {
  if (state === 'missing') return { text: 'missing', tone: 'bad' };
  if (state === 'unknown' || stored === undefined) return { text: 'not known', tone: 'none' };
  const names = stored.type.columns.map(({ name }) => name.toUpperCase());
  const cells = JSON.parse(stored.cells) as Cell[];
  const textOf = (column: string): string => cellWords(cells[names.indexOf(column)] ?? null, nowMs);
  const column = stateColumns[`${group}/${kind}`] ?? usualColumns.find((each) => names.includes(each)) ?? '';
  const text = column.split('/').map(textOf).join('/');
  if (describing.has(column)) return { text: column === 'DATA' ? keysText(text) : text, tone: 'none' };
  return { text, tone: toneOf(text) };
}

function cellWords(cell: Cell, nowMs: number): string {
  if (cell === null) return '';
  return typeof cell === 'object' ? sinceText(cell, nowMs) : String(cell);
}

const good =
  /^(?:Running|Completed|Succeeded|Complete|Bound|Available|Active|Ready|True|Established|Healthy|Synced)\b/i;
const busy =
  /^(?:Pending|ContainerCreating|PodInitializing|Init:\d|Terminating|Progressing|Released|Reconciling|Suspended)\b/i;

function toneOf(text: string): Tone {
  const [, ready, wanted] = /^(\d+)\/(\d+)$/.exec(text) ?? [];
  if (ready !== undefined && wanted !== undefined) {
    if (Number(ready) >= Number(wanted)) return 'good';
    return Number(ready) === 0 ? 'bad' : 'busy';
  }
  if (text === '') return 'none';
  return busy.test(text) ? 'busy' : good.test(text) && !/NotReady|Disabled/.test(text) ? 'good' : 'bad';
}

function keysText(count: string): string {
  return count === '1' ? '1 key' : `${count} keys`;
}
