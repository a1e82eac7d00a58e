import { parseJson } from '../../core/canonical-json.ts';
import { asObject, asString, type JsonObject } from '../../core/json.ts';
import type { KubeObject } from '../../core/kube-object.ts';
import { matchesFields } from '../../core/selector/field-selector.ts';
import { matchesLabels } from '../../core/selector/label-requirement.ts';
import { selectableFields } from '../../derive/selectable-fields.ts';
import type { WatchEventName } from '../../output/watch-table.ts';
import type { MirrorType } from '../../query/mirror-type.ts';
import type { LoggedChange, PastState } from '../../store/rebuild-state.ts';
import type { GetStep } from './get-plan.ts';

/** A state that is there, or was. */
export type KnownState = Extract<PastState, { readonly kind: 'state' }>;

/** What a watch tells of one change. */
export interface WatchedChange {
  readonly event: WatchEventName;
  readonly key: string;
  readonly name: string;
  /** The object as the event carries it. */
  readonly object: JsonObject;
  readonly state: KnownState;
}

/** What `--where` of a watch lets through. */
export interface WatchFilter {
  /** The object was let through when it was judged last: whoever follows was told of it. */
  has(key: string): boolean;
  /** Judges what an object came to, and keeps the answer for `has`. @param state undefined where it is gone or not selected */
  judge(change: LoggedChange, type: MirrorType, state: KnownState | undefined): boolean;
}

/** A change whose states were tidied away before they could be told. */
export class ChangeLost extends Error {}

/**
 * The event that a watch with the selectors of `step` sends for a change, or undefined where the change does not
 * concern it: as kube-apiserver 1.36 does, an object that comes to match is ADDED, one that no longer does DELETED with
 * its state of before under the resourceVersion of the change. A filter counts as one more selector.
 * @throws ChangeLost
 */
export function watchedChange(step: GetStep, change: LoggedChange, filter?: WatchFilter): WatchedChange | undefined {
  if (!concerns(step, change.key)) return undefined;
  const { after, operation } = change;
  if (after.kind !== 'state') throw new ChangeLost();
  const was = operation !== 'added' && (filter?.has(change.key) ?? didMatch(step, change));
  const isChosen = operation !== 'deleted' && isSelected(step, after);
  const is = filter?.judge(change, step.type, isChosen ? after : undefined) ?? isChosen;
  if (operation === 'deleted') return was ? told('DELETED', change, after) : undefined;
  if (is) return told(was ? 'MODIFIED' : 'ADDED', change, after);
  if (!was) return undefined;
  const { before } = change;
  if (before.kind === 'lost') throw new ChangeLost();
  return before.kind === 'state' ? told('DELETED', change, before) : undefined;
}

/** Without selectors the state before is not asked for: rebuilding it costs more than all else. @throws ChangeLost */
function didMatch(step: GetStep, change: LoggedChange): boolean {
  if (step.labels.length === 0 && step.fields.length === 0) return true;
  const { before } = change;
  if (before.kind === 'lost') throw new ChangeLost();
  return before.kind === 'state' && isSelected(step, before);
}

function told(event: WatchEventName, change: LoggedChange, state: KnownState): WatchedChange {
  const object = asObject(parseJson(state.body));
  const metadata = asObject(object['metadata']);
  const name = asString(metadata['name']);
  const { key, resourceVersion } = change;
  return { event, key, name, state, object: { ...object, metadata: { ...metadata, resourceVersion } } };
}

/** True for a key that is in the place of a step: its namespace, its name. */
export function concerns({ namespace, name }: GetStep, key: string): boolean {
  if (name !== undefined) return key === (namespace === undefined ? name : `${namespace}/${name}`);
  return namespace === undefined || key.startsWith(`${namespace}/`);
}

/** Whether the selectors of a step choose a state. */
export function isSelected({ type, labels, fields }: GetStep, state: Pick<KnownState, 'body'>): boolean {
  if (labels.length === 0 && fields.length === 0) return true;
  const object = asObject(parseJson(state.body));
  const metadata = asObject(object['metadata']);
  if (!matchesLabels(labels, asObject(metadata['labels']))) return false;
  // What stands behind an alias are core events, and `fields` has their names.
  const storedAs = type.retrieval === 'alias' ? { ...type, group: '' } : type;
  const values = new Map(selectableFields(storedAs, object as unknown as KubeObject, type.customFields));
  values.set('metadata.name', asString(metadata['name']));
  values.set('metadata.namespace', asString(metadata['namespace']));
  return matchesFields(fields, values);
}
