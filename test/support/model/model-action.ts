import fc from 'fast-check';
import { crdName, type SampleCrd } from '../sample-crd.ts';

/** The custom type of the model. */
export const widgets: SampleCrd = { group: 'example.com', singular: 'widget', namespaced: true, extraFieldCount: 0 };

/** The types whose objects come and go. */
export const modelTypes = ['configmaps', 'pods', 'secrets', 'events', crdName(widgets)] as const;

export type ModelType = (typeof modelTypes)[number];

/** Names of objects are `n0` to `n5`, in the first namespace twice as often as in the second. */
const nameCount = 6;
export const modelNamespaces = ['default', 'other'] as const;

/** What each of the next requests meets in place of its answer. */
export type RequestFault =
  | 'reset'
  | 'error-500'
  | 'error-503-starting'
  | 'throttled'
  | 'cache-not-ready'
  | 'unauthorized'
  | 'html'
  | 'cut-at-0'
  | 'cut-at-400'
  | 'reset-at-700'
  | 'expired-page';

/** What happens to the events of each of the next watches. */
export type WatchFault = 'twice' | 'no-bookmarks' | 'garbage' | 'half-a-line' | 'error-410' | 'error-500';

/** What one of the cluster's parts does for a while. */
export type Spell =
  /** etcd answers nobody: whatever reads it fails, caches go on. */
  | 'etcd-frozen'
  /** As 60 to 270 ms after each start of an API server: everyone is refused everything. */
  | 'forbidden-start'
  /** The credential is no longer accepted. */
  | 'logged-out'
  | 'unreachable'
  /** No byte goes through, and nobody says so. */
  | 'dead'
  | 'no-watch-cache';

/** What happens to one object. */
export interface Write {
  readonly kind: 'write' | 'delete' | 'replace';
  readonly type: ModelType;
  readonly name: number;
  readonly namespace: number;
}

/** What happens to cluster, network or process. */
export type Action =
  | Write
  /** A write so many turns of the event loop later, in the middle of what goes on then, and in the turns after it. */
  | { readonly kind: 'later'; readonly turns: number; readonly write: Write; readonly times: number }
  /** So many changes of two objects at once. */
  | { readonly kind: 'burst'; readonly count: number }
  | { readonly kind: 'wait'; readonly ms: number }
  /** The timeouts of all open watches come at once. */
  | { readonly kind: 'end-watches' }
  /** So many turns of the event loop, which is finer than any time. */
  | { readonly kind: 'turns'; readonly count: number }
  | {
      readonly kind:
        | 'cut'
        | 'restart'
        | 'kill'
        | 'compact'
        | 'edit-definition'
        | 'switch-version'
        | 'toggle-definition';
    }
  /** etcd as it was when the mirror started, under a new API server that nobody writes to before it is noticed. */
  | { readonly kind: 'restore' }
  | { readonly kind: 'restart-api-server'; readonly how: 'reset' | 'end' }
  /** The process is down while so many objects are written and deleted. */
  | { readonly kind: 'down'; readonly writes: number; readonly restartApiServer: boolean }
  | { readonly kind: 'fault'; readonly fault: RequestFault; readonly count: number }
  | { readonly kind: 'watch-fault'; readonly fault: WatchFault; readonly count: number }
  | { readonly kind: 'spell'; readonly spell: Spell; readonly ms: number }
  /** What the user may do with a type from now on: in the first namespace alone, or everywhere. */
  | {
      readonly kind: 'permit';
      readonly type: ModelType;
      readonly verbs: readonly ('list' | 'watch')[];
      readonly inOne: boolean;
    }
  /** Another cluster is behind the address for a while. */
  | { readonly kind: 'other-cluster'; readonly ms: number }
  /** The wall clock is set. */
  | { readonly kind: 'jump'; readonly ms: number };

/** A script, with the seed of everything else that is random. */
export interface ModelScript {
  readonly actions: readonly Action[];
  readonly seed: number;
  /** More rows than a metadata-first list takes. */
  readonly isLarge: boolean;
  /** The process mirrors a second cluster, which nothing happens to. */
  readonly isShared: boolean;
}

const type = fc.constantFrom(...modelTypes);
const one = <T>(...values: readonly [T, ...T[]]): fc.Arbitrary<T> => fc.constantFrom(...values);

const write: fc.Arbitrary<Write> = fc.record({
  kind: one('write', 'write', 'delete', 'replace'),
  type,
  name: fc.nat(nameCount - 1),
  namespace: one(0, 0, 1),
});

const actions: readonly { readonly weight: number; readonly arbitrary: fc.Arbitrary<Action> }[] = [
  { weight: 20, arbitrary: write },
  {
    weight: 8,
    arbitrary: fc.record({
      kind: one('later'),
      turns: fc.integer({ min: 1, max: 120 }),
      write,
      times: one(1, 1, 1, 100),
    }),
  },
  { weight: 4, arbitrary: fc.record({ kind: one('burst'), count: fc.integer({ min: 2, max: 40 }) }) },
  { weight: 12, arbitrary: fc.record({ kind: one('wait'), ms: one(1, 20, 45, 600, 5_000, 70_000) }) },
  { weight: 4, arbitrary: fc.record({ kind: one('turns'), count: fc.integer({ min: 1, max: 12 }) }) },
  {
    weight: 8,
    arbitrary: fc.record({ kind: one('cut', 'end-watches', 'end-watches', 'restart', 'kill', 'kill', 'compact') }),
  },
  { weight: 3, arbitrary: fc.record({ kind: one('edit-definition', 'switch-version', 'toggle-definition') }) },
  { weight: 4, arbitrary: fc.record({ kind: one('restart-api-server'), how: one<'reset' | 'end'>('reset', 'end') }) },
  { weight: 1, arbitrary: fc.record({ kind: one('restore') }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: one('down'),
      writes: fc.integer({ min: 1, max: 12 }),
      restartApiServer: fc.boolean(),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: one('fault'),
      fault: one<RequestFault>(
        'reset',
        'error-500',
        'error-503-starting',
        'throttled',
        'cache-not-ready',
        'unauthorized',
        'html',
        'cut-at-0',
        'cut-at-400',
        'reset-at-700',
        'expired-page',
      ),
      count: fc.integer({ min: 1, max: 6 }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: one('watch-fault'),
      fault: one<WatchFault>('twice', 'no-bookmarks', 'garbage', 'half-a-line', 'error-410', 'error-500'),
      count: fc.integer({ min: 1, max: 4 }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: one('spell'),
      spell: one<Spell>('etcd-frozen', 'forbidden-start', 'logged-out', 'unreachable', 'dead', 'no-watch-cache'),
      ms: one(200, 5_000, 130_000),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: one('permit'),
      type,
      verbs: one<('list' | 'watch')[]>([], ['list'], ['list', 'watch'], ['list', 'watch']),
      inOne: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: one('other-cluster'), ms: one(70_000, 130_000) }) },
  { weight: 1, arbitrary: fc.record({ kind: one('jump'), ms: one(-3_600_000, -20_000, 20_000, 3_600_000) }) },
];

/** Scripts of 3 to 12 actions. */
export const modelScripts: fc.Arbitrary<ModelScript> = fc.record({
  actions: fc.array(fc.oneof(...actions), { minLength: 3, maxLength: 12 }),
  seed: fc.nat(),
  isLarge: one(false, false, false, true),
  isShared: one(false, false, false, false, false, false, true),
});
