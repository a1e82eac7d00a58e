import type { ClusterState } from '../../../src/simulator/cluster-state.ts';
import type { FaultHooks } from '../../../src/simulator/fault-hooks.ts';
import {
  cacheNotReady,
  editEvents,
  holdBookmarks,
  htmlPage,
  injectRaw,
  starting,
  tooManyRequests,
  type Fault,
  type FaultRequest,
} from '../../../src/simulator/fault.ts';
import type { RequestFault, Spell, WatchFault } from './model-action.ts';

/** A Status as kube-apiserver sends it. */
function status(code: number, reason: string, message: string): Fault & { readonly kind: 'answer' } {
  const body = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, reason, code };
  return { kind: 'answer', status: code, body };
}

const unauthorized = status(401, 'Unauthorized', 'Unauthorized');
const frozen = status(500, 'InternalError', 'etcdserver: request timed out');

const requestFaults: Readonly<Record<RequestFault, Fault>> = {
  reset: { kind: 'reset' },
  'error-500': status(500, 'InternalError', 'an error on the server'),
  'error-503-starting': starting(),
  throttled: tooManyRequests(3),
  'cache-not-ready': cacheNotReady(),
  unauthorized,
  html: htmlPage(),
  'cut-at-0': { kind: 'truncate', afterBytes: 0, by: 'end' },
  'cut-at-400': { kind: 'truncate', afterBytes: 400, by: 'end' },
  'reset-at-700': { kind: 'truncate', afterBytes: 700, by: 'reset' },
  'expired-page': status(410, 'Expired', 'The provided continue parameter is too old'),
};

/** Makes the next requests fail; a token that expires only concerns pages after the first. */
export function orderFault(faults: FaultHooks, fault: RequestFault, count: number): void {
  const fits = ({ query }: FaultRequest): boolean => fault !== 'expired-page' || query.has('continue');
  faults.times(count, fits, requestFaults[fault]);
}

const wireError = (code: number, reason: string): Fault =>
  editEvents((event, position) => {
    const object = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message: reason, reason, code };
    return position === 1 ? [{ type: 'ERROR', object }] : [event];
  });

const watchFaults: Readonly<Record<WatchFault, Fault>> = {
  twice: editEvents((event) => [event, event]),
  'no-bookmarks': holdBookmarks(),
  garbage: injectRaw(1, 'no JSON\n'),
  'half-a-line': { kind: 'truncate', afterBytes: 300, by: 'end' },
  'error-410': wireError(410, 'Expired'),
  'error-500': wireError(500, 'InternalError'),
};

/** Makes the events of the next watches other than they are. */
export function orderWatchFault(faults: FaultHooks, fault: WatchFault, count: number): void {
  faults.times(count, ({ verb }) => verb === 'watch', watchFaults[fault]);
}

const readsEtcd = ({ verb, type, query }: FaultRequest): boolean =>
  (verb === 'list' && (type === 'events' || query.has('continue'))) ||
  (verb === 'get' && type !== '') ||
  (verb === 'watch' && type === 'events');

const forbidden = status(403, 'Forbidden', 'pods is forbidden: User "viewer" cannot list resource "pods"');

/** Begins a spell; the returned function ends it. `unreachable` and `dead` are the network's. */
export function beginSpell(
  faults: FaultHooks,
  state: ClusterState,
  spell: Exclude<Spell, 'unreachable' | 'dead'>,
): () => void {
  switch (spell) {
    case 'etcd-frozen':
      return faults.always(readsEtcd, frozen);
    case 'forbidden-start': {
      state.restartApiServer();
      const unready = faults.always(({ path }) => path === '/readyz', status(500, 'InternalError', 'not ready'));
      const refused = faults.always(({ path }) => path !== '/readyz', forbidden);
      return () => {
        unready();
        refused();
      };
    }
    case 'logged-out':
      return faults.always(() => true, unauthorized);
    case 'no-watch-cache':
      return faults.always(({ verb }) => verb === 'watch', cacheNotReady());
  }
}
