import { schema, type retrievalModes } from './schema.ts';
import type { Values } from './setting.ts';
import { WrongValue } from './toml-document.ts';

/** How the objects of a type come into the mirrors. */
export type RetrievalPolicy =
  | { readonly mode: 'watch' | 'off' }
  /** Undefined: see `pollIntervalMs` of the daemon; and twice that. */
  | { readonly mode: 'poll'; readonly intervalMs: number | undefined; readonly ttlMs: number | undefined }
  | {
      readonly mode: 'used';
      /** It is followed for so long after it was last asked for. */
      readonly idleMs: number;
    };

/** What the configuration says of how types come into the mirrors. */
export interface RetrievalSettings {
  /** By `plural.group`; `*` stands for every type without a policy of its own, but for what navi itself reads. */
  readonly policies: ReadonlyMap<string, RetrievalPolicy>;
  /** So many types of mode `used` are followed at once in each mirror. */
  readonly followedMax: number;
  /** Rows of types of mode `used` that are not followed may take so many bytes in each mirror. */
  readonly unfollowedBytes: number;
  /** Types that are related to one that is asked for are followed as well. */
  readonly prefetchesRelated: boolean;
}

/** What the daemon itself reads: what types look like, who serves them, and which namespaces there are. */
const ownTypes: ReadonlySet<string> = new Set([
  'customresourcedefinitions.apiextensions.k8s.io',
  'apiservices.apiregistration.k8s.io',
  'namespaces',
  'projects.project.openshift.io',
]);

/** The policy of a type (`plural.group`); undefined where none is configured. */
export function policyOf({ policies }: RetrievalSettings, name: string): RetrievalPolicy | undefined {
  return policies.get(name) ?? (ownTypes.has(name) ? undefined : policies.get('*'));
}

/** The same for a cluster whose types are all polled this often. */
export function polled(settings: RetrievalSettings, intervalMs: number): RetrievalSettings {
  return { ...settings, policies: new Map([['*', { mode: 'poll', intervalMs, ttlMs: undefined }]]) };
}

type SchemaValues = Values<typeof schema>;
type ModeKeys = SchemaValues['retrieval'] extends ReadonlyMap<string, infer Keys> ? Keys : never;

/** @throws WrongValue for what navi itself reads and is not watched, and for a key that its mode has no use for */
export function retrievalSettings(
  values: Pick<SchemaValues, 'retrieval' | 'retrieval_budget' | 'prefetch'>,
): RetrievalSettings {
  const policies = [...values.retrieval].map(([name, keys]): [string, RetrievalPolicy] => [name, policy(name, keys)]);
  return {
    policies: new Map(policies),
    followedMax: values.retrieval_budget.followed,
    unfollowedBytes: values.retrieval_budget.unfollowed_size,
    prefetchesRelated: values.prefetch.related,
  };
}

/** The mode that each key is for. */
const modeOfKey = { interval: 'poll', ttl: 'poll', idle: 'used' } as const;

function policy(name: string, keys: ModeKeys): RetrievalPolicy {
  const mode: (typeof retrievalModes)[number] = keys.mode ?? 'watch';
  const path = ['retrieval', name];
  if (mode !== 'watch' && ownTypes.has(name))
    throw new WrongValue([...path, 'mode'], 'must be "watch": navi itself reads this type');
  for (const [key, of] of Object.entries(modeOfKey))
    if (key in keys && mode !== of)
      throw new WrongValue([...path, key], `is for mode "${of}", and the mode is "${mode}"`);
  switch (mode) {
    case 'watch':
    case 'off':
      return { mode };
    case 'poll':
      return { mode, intervalMs: keys.interval, ttlMs: keys.ttl };
    case 'used':
      return { mode, idleMs: keys.idle ?? idleMs };
  }
}

const idleMs = schema.retrieval.keys.idle.value;
