import { asArray, asObject, type JsonObject } from '../core/json.ts';
import type { KubeObject } from '../core/kube-object.ts';
import type { ClusterState } from './cluster-state.ts';
import { customTypesOf } from './custom-types.ts';
import { goJson, sortKeys } from './go-json.ts';

/**
 * What kube-apiserver 1.36 does about CustomResourceDefinitions: it accepts the names, establishes, serves; on a change
 * of the spec it begins a new cache; on a delete it removes the objects, then the definition, then the type.
 */

const cleanupFinalizer = 'customresourcecleanup.apiextensions.k8s.io';

function condition(type: string, status: string, reason: string, message: string): (time: string) => JsonObject {
  return (time) => ({ type, status, lastTransitionTime: time, reason, message });
}

const namesAccepted = condition('NamesAccepted', 'True', 'NoConflicts', 'no conflicts found');
const installing = condition('Established', 'False', 'Installing', 'the initial names have been accepted');
const established = condition('Established', 'True', 'InitialNamesAccepted', 'the initial names have been accepted');
const terminating = condition(
  'Terminating',
  'True',
  'InstanceDeletionPending',
  'CustomResourceDefinition marked for deletion; CustomResource deletion will begin soon',
);
const deleting = condition(
  'Terminating',
  'True',
  'InstanceDeletionInProgress',
  'CustomResource deletion is in progress',
);

function withConditions(definition: KubeObject, conditions: readonly JsonObject[]): KubeObject {
  const acceptedNames = asObject(asObject(definition['spec'])['names']);
  return { ...definition, status: { ...asObject(definition['status']), conditions, acceptedNames } };
}

function write(state: ClusterState, definition: KubeObject): void {
  state.writer.put(state.type('customresourcedefinitions.apiextensions.k8s.io'), definition);
}

/** Two more revisions after the create, as on a real server; then the types are served. */
export function establish(state: ClusterState, definition: KubeObject): void {
  const time = definition.metadata.creationTimestamp ?? '';
  write(state, withConditions(definition, [namesAccepted(time), installing(time)]));
  state.types.serve(customTypesOf(definition));
  write(state, withConditions(definition, [namesAccepted(time), established(time)]));
  state.renewCache(definition.metadata.name);
}

/** A definition that is about to go: marked, held by the finalizer of its objects. */
export function markTerminating(definition: KubeObject, time: string): KubeObject {
  const conditions = asArray(asObject(definition['status'])['conditions']).map(asObject);
  const metadata = { ...definition.metadata, finalizers: [cleanupFinalizer] };
  return withConditions({ ...definition, metadata }, [...conditions, terminating(time)]);
}

function removeObjects(state: ClusterState, definition: KubeObject): void {
  const { name } = definition.metadata;
  const conditions = asArray(asObject(definition['status'])['conditions']).map(asObject);
  const others = conditions.filter((entry) => entry['type'] !== 'Terminating');
  write(state, withConditions(definition, [...others, deleting(definition.metadata.deletionTimestamp ?? '')]));
  const keys = [...state.store.table(name).range('')].map(([key]) => key);
  for (const key of keys) state.writer.remove(name, key);
  state.writer.remove('customresourcedefinitions.apiextensions.k8s.io', name);
}

/** Reacts to a written definition: a spec that changed is served anew, one marked for deletion is cleaned up. */
export function definitionChanged(state: ClusterState, definition: KubeObject, previous: KubeObject | undefined): void {
  const wasMarked = previous?.metadata.deletionTimestamp !== undefined;
  if (definition.metadata.deletionTimestamp !== undefined && !wasMarked) {
    removeObjects(state, definition);
    return;
  }
  const spec = (object: KubeObject | undefined): string => goJson(sortKeys(asObject(object?.['spec'])));
  if (spec(definition) === spec(previous)) return;
  state.types.removeCustom(definition.metadata.name);
  state.types.serve(customTypesOf(definition));
  state.renewCache(definition.metadata.name);
}

/** The types of a definition that is gone are served no longer. */
export function definitionRemoved(state: ClusterState, definition: KubeObject): void {
  state.types.removeCustom(definition.metadata.name);
  state.renewCache(definition.metadata.name);
}
