import { resourceName } from '../core/api-resource.ts';
import { asArray, asObject, asString, type Json, type JsonObject } from '../core/json.ts';
import type { KubeObject, ObjectMetadata } from '../core/kube-object.ts';
import type { Clock } from '../util/clock.ts';
import { alreadyExists, ApiRefusal, conflict, failure, forbidden, objectNotFound } from './api-status.ts';
import { markTerminating } from './definition-controller.ts';
import type { EtcdStore } from './etcd-store.ts';
import { goJson, sortKeys } from './go-json.ts';
import { managedFields } from './managed-fields.ts';
import { mergePatch } from './merge-patch.ts';
import { checkName, missingName, missingResourceVersion } from './object-names.ts';
import { inWireOrder, objectKey, toServed, toStored, withResourceVersion } from './object-shape.ts';
import { initialStatus } from './initial-status.ts';
import { hasSubresource, type ServedType } from './served-type.ts';

/** Who writes and how. */
export interface WriteOptions {
  readonly manager: string;
  /** True writes `status` with the rest, which the API server never does for types that have the subresource. */
  readonly keepStatus?: boolean | undefined;
  /** `status`, or empty for the object itself. */
  readonly subresource?: string | undefined;
}

/** An object's place; the namespace is empty for cluster-scoped types. */
export interface WriteTarget {
  readonly namespace: string;
  readonly name: string;
}

/** What a delete may insist on. */
export interface DeletePreconditions {
  readonly uid?: string | undefined;
  readonly resourceVersion?: string | undefined;
}

const suffixAlphabet = 'bcdfghjklmnpqrstvwxz2456789';

/**
 * Every write of the simulated API server: names, uids, generations, optimistic concurrency, finalizers, managed fields.
 * There is no defaulting and no validation beyond names: what a client sends is what is stored.
 */
export class ObjectWriter {
  readonly #store: EtcdStore;
  readonly #clock: Pick<Clock, 'now'>;
  readonly #random: () => number;

  constructor(store: EtcdStore, options: { readonly clock: Pick<Clock, 'now'>; readonly random: () => number }) {
    this.#store = store;
    this.#clock = options.clock;
    this.#random = options.random;
  }

  /** Creates; the namespace is the one in `metadata`. @throws ApiRefusal 403, 404, 409, 422 or 500 */
  create(type: ServedType, body: JsonObject, options: WriteOptions): KubeObject {
    const given = asObject(body['metadata']);
    const name = asString(given['name']) || this.#generatedName(type, asString(given['generateName']));
    const namespace = asString(given['namespace']);
    checkName(type, name);
    if (asString(given['resourceVersion']) !== '') {
      throw new ApiRefusal(failure(500, { message: 'resourceVersion should not be set on objects to be created' }));
    }
    if (type.namespaced) this.#requireNamespace(type, namespace, name);
    const key = objectKey(type.namespaced, namespace, name);
    if (this.#store.table(type.storage).get(key) !== undefined) throw alreadyExists(type, name);
    const metadata = {
      ...given,
      name,
      namespace: type.namespaced ? namespace : undefined,
      uid: this.#uid(),
      generation: type.countsGeneration ? 1 : undefined,
      creationTimestamp: asString(given['creationTimestamp']) || this.#time(),
      deletionTimestamp: undefined,
      managedFields: undefined,
    };
    const keepStatus = options.keepStatus === true || !hasSubresource(type, 'status');
    const object = initialStatus(type, { ...body, metadata } as unknown as KubeObject, keepStatus);
    return this.#put(type, key, this.#manage(toStored(type, object), options));
  }

  /** Replaces an object, or its status alone. @throws ApiRefusal 404, 409 or 422 */
  replace(type: ServedType, body: JsonObject, options: WriteOptions): KubeObject {
    const given = asObject(body['metadata']);
    const target = { namespace: asString(given['namespace']), name: asString(given['name']) };
    const previous = this.#require(type, target);
    const version = asString(given['resourceVersion']);
    if (version === '' && type.custom !== undefined && options.keepStatus !== true) {
      throw missingResourceVersion(type, target.name);
    }
    this.#checkPreconditions(type, previous, { uid: asString(given['uid']), resourceVersion: version });
    return this.#update(type, previous, body, options);
  }

  /** Applies a JSON merge patch to an object, or to its status. @throws ApiRefusal 404 or 409 */
  patch(type: ServedType, target: WriteTarget, patch: JsonObject, options: WriteOptions): KubeObject {
    const previous = this.#require(type, target);
    const patched = asObject(mergePatch(toServed(type, previous), patch));
    const metadata = asObject(patched['metadata']);
    this.#checkPreconditions(type, previous, {
      uid: asString(metadata['uid']),
      resourceVersion: asString(metadata['resourceVersion']),
    });
    return this.#update(type, previous, patched, options);
  }

  /**
   * Deletes, or only marks what finalizers hold; `gone` says which. The object is the last state, without the revision
   * of the delete. @throws ApiRefusal 404 or 409
   */
  delete(
    type: ServedType,
    target: WriteTarget,
    preconditions: DeletePreconditions = {},
  ): { readonly object: KubeObject; readonly gone: boolean } {
    const previous = this.#require(type, target);
    this.#checkPreconditions(type, previous, preconditions);
    const key = objectKey(type.namespaced, target.namespace, target.name);
    const isDefinition = type.resource === 'customresourcedefinitions';
    const held = asArray(previous.metadata['finalizers']).length > 0 || type.resource === 'namespaces' || isDefinition;
    if (!held) {
      this.remove(type.storage, key);
      return { object: toServed(type, previous), gone: true };
    }
    if (previous.metadata.deletionTimestamp !== undefined) return { object: toServed(type, previous), gone: false };
    const metadata: ObjectMetadata = {
      ...previous.metadata,
      deletionTimestamp: this.#time(),
      ...(type.resource === 'namespaces' || isDefinition ? {} : { deletionGracePeriodSeconds: 0 }),
      ...(type.countsGeneration && !isDefinition
        ? { generation: Number(previous.metadata['generation'] ?? 1) + 1 }
        : {}),
    };
    const status = { ...asObject(previous['status']), phase: 'Terminating' };
    const marked: KubeObject = { ...previous, metadata, ...(type.resource === 'namespaces' ? { status } : {}) };
    const object = this.#put(type, key, isDefinition ? markTerminating(marked, this.#time()) : marked);
    return { object, gone: false };
  }

  /** Removes an object whatever holds it. No effect when it is not there. */
  remove(storage: string, key: string): void {
    this.#store.remove(storage, key, (revision, last) => withResourceVersion(last, revision));
  }

  /** Removes objects whose time is over, all at one revision. */
  expire(storage: string, keys: readonly string[]): void {
    this.#store.expire(storage, keys, (revision, last) => withResourceVersion(last, revision));
  }

  /** Stores an object as it is, for the controllers inside the simulator. */
  put(type: ServedType, object: KubeObject): KubeObject {
    return this.#put(type, objectKey(type.namespaced, object.metadata.namespace ?? '', object.metadata.name), object);
  }

  #put(type: ServedType, key: string, object: KubeObject): KubeObject {
    const stored = this.#store.put(type.storage, key, (revision) =>
      inWireOrder(type.custom !== undefined, withResourceVersion(object, revision)),
    );
    return toServed(type, stored);
  }

  #update(type: ServedType, previous: KubeObject, body: JsonObject, options: WriteOptions): KubeObject {
    const { metadata: old } = previous;
    const next = this.#nextObject(type, previous, body, options);
    const changed = differ(previous, next);
    if (!changed) return toServed(type, previous);
    const counts = type.countsGeneration && differ(specOf(previous), specOf(next));
    const generation = counts ? Number(old['generation'] ?? 1) + 1 : old['generation'];
    const metadata: ObjectMetadata = { ...next.metadata, generation };
    const object = this.#manage({ ...next, metadata }, options);
    const key = objectKey(type.namespaced, old.namespace ?? '', old.name);
    const released = asArray(metadata['finalizers']).length === 0 && !isHeldNamespace(type, object);
    if (old.deletionTimestamp !== undefined && released) {
      this.remove(type.storage, key);
      return toServed(type, inWireOrder(type.custom !== undefined, object));
    }
    return this.#put(type, key, object);
  }

  /** The new state with everything that a client cannot change taken from the old one. */
  #nextObject(type: ServedType, previous: KubeObject, body: JsonObject, options: WriteOptions): KubeObject {
    const { metadata: old } = previous;
    const sent = toStored(type, body as KubeObject);
    if (options.subresource === 'status') return { ...previous, status: sent['status'] };
    const metadata: ObjectMetadata = {
      ...asObject(body['metadata']),
      name: old.name,
      namespace: old.namespace,
      uid: old.uid,
      resourceVersion: old.resourceVersion,
      creationTimestamp: old.creationTimestamp,
      deletionTimestamp: old.deletionTimestamp,
      deletionGracePeriodSeconds: old['deletionGracePeriodSeconds'],
      managedFields: old.managedFields,
      generation: old['generation'],
    };
    const ownsStatus = options.keepStatus === true || !hasSubresource(type, 'status');
    return { ...sent, metadata, ...(ownsStatus ? {} : { status: previous['status'] }) };
  }

  #manage(object: KubeObject, options: WriteOptions): KubeObject {
    const by = { manager: options.manager, subresource: options.subresource ?? '', time: this.#time() };
    return { ...object, metadata: { ...object.metadata, managedFields: managedFields(object, by) } };
  }

  #require(type: ServedType, target: WriteTarget): KubeObject {
    const key = objectKey(type.namespaced, target.namespace, target.name);
    const object = this.#store.table(type.storage).get(key);
    if (object === undefined) throw objectNotFound(type, target.name);
    return object;
  }

  #checkPreconditions(type: ServedType, object: KubeObject, wanted: DeletePreconditions): void {
    const { metadata } = object;
    const { uid = '', resourceVersion = '' } = wanted;
    if (uid !== '' && uid !== metadata.uid) {
      const key = `/registry/${type.resource}/${objectKey(type.namespaced, metadata.namespace ?? '', metadata.name)}`;
      const why = `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${metadata.uid ?? ''}`;
      const text = `StorageError: invalid object, Code: 4, Key: ${key}, ResourceVersion: 0, AdditionalErrorMsg: ${why}`;
      throw conflict(type, metadata.name, text);
    }
    if (resourceVersion !== '' && resourceVersion !== metadata.resourceVersion) throw conflict(type, metadata.name);
  }

  #requireNamespace(type: ServedType, namespace: string, name: string): void {
    const found = this.#store.table('namespaces').get(namespace);
    if (found === undefined) throw objectNotFound({ group: '', resource: 'namespaces' }, namespace);
    if (found.metadata.deletionTimestamp === undefined) return;
    const message = `namespace ${namespace} is being terminated`;
    throw forbidden(
      `${resourceName(type)} "${name}"`,
      `unable to create new content in namespace ${namespace} because it is being terminated`,
      {
        name,
        ...(type.group === '' ? {} : { group: type.group }),
        kind: type.resource,
        causes: [{ reason: 'NamespaceTerminating', message, field: 'metadata.namespace' }],
      },
    );
  }

  #generatedName(type: ServedType, prefix: string): string {
    if (prefix === '') throw missingName(type);
    const letter = (): string => suffixAlphabet[Math.floor(this.#random() * suffixAlphabet.length)] ?? 'b';
    return prefix + Array.from({ length: 5 }, letter).join('');
  }

  /** A version 4 UUID. */
  #uid(): string {
    const digit = (): string => Math.floor(this.#random() * 16).toString(16);
    const digits = Array.from({ length: 32 }, digit);
    digits[12] = '4';
    digits[16] = ['8', '9', 'a', 'b'][Math.floor(this.#random() * 4)] ?? '8';
    const text = digits.join('');
    return [text.slice(0, 8), text.slice(8, 12), text.slice(12, 16), text.slice(16, 20), text.slice(20)].join('-');
  }

  #time(): string {
    return new Date(this.#clock.now()).toISOString().replace(/\.\d+Z$/, 'Z');
  }
}

function differ(a: Json, b: Json): boolean {
  return goJson(sortKeys(a)) !== goJson(sortKeys(b));
}

/** What counts for the generation. */
function specOf(object: KubeObject): JsonObject {
  const { apiVersion: _apiVersion, kind: _kind, metadata: _metadata, status: _status, ...rest } = object;
  return rest as JsonObject;
}

function isHeldNamespace(type: ServedType, object: KubeObject): boolean {
  return type.resource === 'namespaces' && asArray(asObject(object['spec'])['finalizers']).length > 0;
}
