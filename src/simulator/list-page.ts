import type { KubeObject } from '../core/kube-object.ts';
import type { Clock } from '../util/clock.ts';
import { badRequest, expired, resourceVersionTooLarge } from './api-status.ts';
import type { ClusterState } from './cluster-state.ts';
import { decodeContinue, encodeContinue } from './continue-token.ts';
import { resourceVersionFault, type ListOptions } from './list-options.ts';
import { toServed } from './object-shape.ts';
import type { ObjectSelection } from './object-selection.ts';
import type { ObjectTable } from './object-table.ts';
import type { ServedType } from './served-type.ts';

/** One page of a list. */
export interface ListPage {
  readonly objects: readonly KubeObject[];
  readonly revision: number;
  /** Empty on the last page. */
  readonly continueToken: string;
  /** Undefined on the last page, and where a selector makes it unknown. */
  readonly remainingCount: number | undefined;
}

/** What is listed. */
export interface ListQuery {
  readonly type: ServedType;
  /** Empty for all namespaces, and for types without. */
  readonly namespace: string;
  readonly selection: ObjectSelection;
  readonly options: ListOptions;
}

/** The objects that a list is cut from, and the revision it reports. */
interface ListSource {
  readonly table: ObjectTable;
  readonly revision: number;
  /** First key that is wanted, below the namespace; empty for the first page. */
  readonly start: string;
  readonly limit: number;
}

/** How long a watch cache waits for a revision that it has not seen. */
const waitMs = 3000;

const staleContinue =
  'The provided continue parameter is too old to display a consistent list result. You can start a new list without ' +
  'the continue parameter, or use the continue token in this response to retrieve the remainder of the results. ' +
  'Continuing with the provided token results in an inconsistent list - objects that were created, modified, or ' +
  'deleted between the time the first chunk was returned and now may show up in the list.';

/** The revision of what answers for the type: its watch cache, or etcd. */
export function servingRevision(state: ClusterState, type: ServedType): number {
  return state.cacheOf(type)?.revision ?? state.store.revision;
}

/** Resolves when the type's cache has reached the revision, at once when it has. @throws ApiRefusal 504 after 3 s */
export async function waitForRevision(
  state: ClusterState,
  clock: Pick<Clock, 'after'>,
  type: ServedType,
  revision: number,
): Promise<void> {
  const cache = state.cacheOf(type);
  cache?.progress();
  if (cache !== undefined && cache.revision < revision) {
    await new Promise<void>((resolve) => {
      const done = (): void => {
        cancel();
        unsubscribe();
        resolve();
      };
      const cancel = clock.after(waitMs, done);
      const unsubscribe = state.store.subscribe((event) => {
        if (event.revision >= revision) done();
      });
    });
    cache.progress();
  }
  const current = servingRevision(state, type);
  if (current < revision) throw resourceVersionTooLarge(revision, current, cache !== undefined);
}

/** The newest state, consistent with etcd: of a cache that stays behind it for 3 s etcd itself is asked. */
async function newest(
  state: ClusterState,
  clock: Pick<Clock, 'after'>,
  type: ServedType,
): Promise<{ readonly table: ObjectTable; readonly revision: number }> {
  const cache = state.cacheOf(type);
  cache?.progress();
  const isBehind = cache?.isStalled === true && cache.revision < state.store.revision;
  if (isBehind) await new Promise<void>((resolve) => clock.after(waitMs, resolve));
  if (cache !== undefined && !isBehind) return { table: cache.table, revision: cache.revision };
  return { table: state.store.table(type.storage), revision: state.store.revision };
}

/** Past states come from the cache while its window reaches back, then from etcd, until that is compacted. */
function tableAt(state: ClusterState, type: ServedType, revision: number): ObjectTable | undefined {
  if (revision < state.store.compactedRevision) return undefined;
  return state.cacheOf(type)?.at(revision) ?? state.store.stateAt(type.storage, revision);
}

async function continuedSource(
  state: ClusterState,
  clock: Pick<Clock, 'after'>,
  query: ListQuery,
): Promise<ListSource> {
  const { type, options } = query;
  if (options.resourceVersion !== '' && options.resourceVersion !== '0') {
    throw badRequest('specifying resource version is not allowed when using continue');
  }
  const { revision, start } = decodeContinue(options.continueToken);
  if (revision < 0) return { ...(await newest(state, clock, type)), start, limit: options.limit };
  await waitForRevision(state, clock, type, revision);
  const table = tableAt(state, type, revision);
  if (table === undefined) throw expired(staleContinue, encodeContinue({ revision: -1, start }));
  return { table, revision, start, limit: options.limit };
}

async function firstSource(state: ClusterState, clock: Pick<Clock, 'after'>, query: ListQuery): Promise<ListSource> {
  const { type, options } = query;
  const fault = resourceVersionFault(options.resourceVersion);
  if (fault !== undefined) throw badRequest(`invalid resource version: ${fault}`);
  const { limit, match } = options;
  const cache = state.cacheOf(type);
  if (options.resourceVersion === '') return { ...(await newest(state, clock, type)), start: '', limit };
  const wanted = Number(options.resourceVersion);
  if (wanted === 0) {
    if (cache === undefined) return { ...(await newest(state, clock, type)), start: '', limit };
    return { table: cache.table, revision: cache.revision, start: '', limit: 0 };
  }
  await waitForRevision(state, clock, type, wanted);
  const exact = match === 'Exact' || (match === '' && limit > 0);
  if (!exact) {
    if (cache === undefined) return { ...(await newest(state, clock, type)), start: '', limit };
    return { table: cache.table, revision: cache.revision, start: '', limit };
  }
  const table = tableAt(state, type, wanted);
  if (table === undefined) throw expired('The resourceVersion for the provided list is too old.');
  return { table, revision: wanted, start: '', limit };
}

function cutPage(source: ListSource, query: ListQuery): ListPage {
  const { type, selection } = query;
  const prefix = type.namespaced && query.namespace !== '' ? `${query.namespace}/` : '';
  const objects: KubeObject[] = [];
  let lastKey = '';
  let passedCount = 0;
  let more = false;
  for (const [key, stored] of source.table.range(prefix, prefix + source.start)) {
    if (source.limit > 0 && objects.length === source.limit) {
      more = true;
      break;
    }
    passedCount += 1;
    const object = toServed(type, stored);
    if (!selection.matches(object)) continue;
    objects.push(object);
    lastKey = key;
  }
  const { revision } = source;
  if (!more) return { objects, revision, continueToken: '', remainingCount: undefined };
  const start = `${lastKey.slice(prefix.length)}\u0000`;
  return {
    objects,
    revision,
    continueToken: encodeContinue({ revision, start }),
    remainingCount: selection.selects ? undefined : countFrom(source, prefix) - passedCount,
  };
}

function countFrom(source: ListSource, prefix: string): number {
  const end = prefix === '' ? source.table.size : source.table.firstIndex(`${prefix.slice(0, -1)}0`);
  return end - source.table.firstIndex(prefix + source.start);
}

/**
 * Answers a list as kube-apiserver 1.36 does for every combination of limit, continue, resourceVersion and
 * resourceVersionMatch. @throws ApiRefusal 400, 410 or 504
 */
export async function listPage(state: ClusterState, clock: Pick<Clock, 'after'>, query: ListQuery): Promise<ListPage> {
  const paged = query.options.continueToken !== '';
  return cutPage(await (paged ? continuedSource : firstSource)(state, clock, query), query);
}
