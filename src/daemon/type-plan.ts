import { isDeepStrictEqual } from 'node:util';
import { policyOf, type RetrievalPolicy, type RetrievalSettings } from '../config/retrieval-settings.ts';
import { apiVersion, resourceName, type ApiResource } from '../core/api-resource.ts';
import { asObject } from '../core/json.ts';
import type { KubeObject } from '../core/kube-object.ts';
import { offByConfiguration, type MirroredType, type Retrieval } from '../core/mirrored-type.ts';
import { customFieldsOf } from '../derive/selectable-fields.ts';
import { customColumnsOf, tableDefinition } from '../derive/table-definition.ts';
import type { DiscoveredType, Discovery } from '../kube/discovery.ts';
import type { TypeRecipe } from './object-source.ts';
import { plainPrinting, printedRecipe, type ServerPrinting } from './server-printing.ts';

/** A type with what navi does about it, and what shapes its stored rows. */
export interface PlannedType {
  readonly recipe: TypeRecipe;
  /**
   * Changes whenever the same object would be stored differently: apiVersion, CRD, API service, columns. What a server
   * prints is no part of it: only a list tells that.
   */
  readonly shape: string;
  /** Name of the CustomResourceDefinition that defines it, or empty. */
  readonly definedBy: string;
}

/** What a plan depends on besides discovery. */
export interface PlanContext {
  readonly serverMinor: number;
  /** CustomResourceDefinitions by name (`plural.group`). */
  readonly definitions: ReadonlyMap<string, KubeObject>;
  /** Version in use per `plural.group`: kept while it is served. */
  readonly versionInUse: ReadonlyMap<string, string>;
  /** `group/version` entries of aggregated APIs with what tells the server behind each; undefined: not known. */
  readonly aggregatedApis: ReadonlyMap<string, string> | undefined;
  /** How servers printed the stored rows of the types they print, per `plural.group`. */
  readonly printings: ReadonlyMap<string, ServerPrinting>;
  /** What the configuration says of how types come into the mirror. */
  readonly retrieval: RetrievalSettings;
}

/**
 * Version of how navi derives rows (cells, terms, fields): part of every shape, so that a newer navi lists again
 * instead of mixing rows of two kinds. Raise it with each change of what is stored for an object.
 */
const deriveVersion = 5;

/** Groups of which some server versions serve the same objects again; only the newer home is mirrored. */
const cohabitingGroups = new Set(['extensions']);

/** Turns what the server serves into the types of the mirror, in discovery order. Pure. */
export function planTypes(discovery: Discovery, context: PlanContext): readonly PlannedType[] {
  const byName = new Map<string, DiscoveredType[]>();
  for (const type of discovery.types) {
    const versions = byName.get(resourceName(type));
    if (versions === undefined) byName.set(resourceName(type), [type]);
    else versions.push(type);
  }
  return [...byName.entries()].map(([name, versions], position) => planType(name, versions, { context, position }));
}

function planType(
  name: string,
  versions: readonly DiscoveredType[],
  at: { readonly context: PlanContext; readonly position: number },
): PlannedType {
  const { context, position } = at;
  const inUse = versions.find((candidate) => candidate.version === context.versionInUse.get(name));
  const chosen = (inUse ?? versions[0]) as DiscoveredType;
  const definition = context.definitions.get(name);
  const customColumns = definition === undefined ? undefined : customColumnsOf(definition, chosen.version);
  const customFields = definition === undefined ? undefined : customFieldsOf(definition, chosen.version);
  const resource: ApiResource = chosen;
  const tableContext = { serverMinor: context.serverMinor, customColumns };
  const table = tableDefinition(resource, tableContext);
  const type: MirroredType = {
    ...resource,
    versions: versions.map((candidate) => candidate.version),
    groupPosition: chosen.groupPosition,
    position,
    columns: table.columns,
    customFields,
    ...retrieval(name, chosen, context.retrieval),
  };
  const metadata = asObject(definition?.metadata);
  const definitionState = definition === undefined ? '' : JSON.stringify([metadata['uid'], metadata['generation']]);
  const parts = [apiVersion(resource), definitionState, `1.${context.serverMinor}`, `derive ${deriveVersion}`];
  const server = definition === undefined ? printingServer(resource, context) : undefined;
  if (server === undefined) {
    return {
      recipe: { type, table, tableContext },
      shape: parts.join(' '),
      definedBy: definition === undefined ? '' : name,
    };
  }
  const recipe = printedRecipe(type, context.printings.get(name) ?? plainPrinting);
  return { recipe, shape: [...parts, 'by', server].join(' '), definedBy: '' };
}

/**
 * What tells the server that prints a type, or undefined for a type that navi prints. Who may not see which APIs are
 * aggregated may not see definitions either: then every group of others than Kubernetes is printed by its server, which
 * is right for both.
 */
function printingServer(type: ApiResource, { aggregatedApis }: PlanContext): string | undefined {
  if (aggregatedApis !== undefined) return aggregatedApis.get(apiVersion(type));
  return type.group.includes('.') && !type.group.endsWith('.k8s.io') ? 'an unknown server' : undefined;
}

/** A type comes into the mirror in the same way under both settings. */
export function isTreatedAlike(name: string, one: RetrievalSettings, other: RetrievalSettings): boolean {
  return isDeepStrictEqual(treatment(name, one), treatment(name, other));
}

function treatment(name: string, settings: RetrievalSettings): RetrievalPolicy | undefined {
  const policy = policyFor(name, settings);
  return policy?.mode === 'watch' && !polledUnlessAsked.has(name) ? undefined : policy;
}

/** Both names of events mean the same objects. */
function policyFor(name: string, settings: RetrievalSettings): RetrievalPolicy | undefined {
  return policyOf(settings, name === 'events.events.k8s.io' ? 'events' : name);
}

/** Types that are watched only where that is configured. */
const polledUnlessAsked: ReadonlySet<string> = new Set(['leases.coordination.k8s.io']);

type RetrievalPlan = Pick<MirroredType, 'retrieval' | 'retrievalReason' | 'aliasOf'>;

const plan = (retrieval: Retrieval, retrievalReason: string): RetrievalPlan => ({ retrieval, retrievalReason });

/** Each exception from "everything that can be watched is watched", with its reason as status shows it. */
function retrieval(name: string, type: DiscoveredType, settings: RetrievalSettings): RetrievalPlan {
  if (!type.verbs.includes('list')) return plan('off', 'cannot be listed');
  if (name === 'events.events.k8s.io' && policyOf(settings, 'events')?.mode !== 'off')
    return { ...plan('alias', 'the same objects as core events'), aliasOf: 'events' };
  if (name === 'componentstatuses') return plan('off', 'probed at each request, not stored by the cluster');
  if (type.group === 'metrics.k8s.io' || type.group.endsWith('.metrics.k8s.io')) {
    return plan('off', 'measurements, not objects');
  }
  if (cohabitingGroups.has(type.group)) return plan('off', 'the same objects as in a newer group');
  return followed(name, type, policyFor(name, settings)?.mode);
}

/** What becomes of a type that can be listed. @param mode as configured */
function followed(name: string, type: DiscoveredType, mode: RetrievalPolicy['mode'] | undefined): RetrievalPlan {
  if (mode === 'off') return plan('off', offByConfiguration);
  if (mode === 'used') return plan('used', 'followed while it is asked for');
  if (mode === 'poll') return plan('poll', 'polled by the configuration');
  if (!type.verbs.includes('watch')) return plan('poll', 'cannot be watched');
  if (polledUnlessAsked.has(name) && mode === undefined) return plan('poll', 'renewed every few seconds by every node');
  return plan('watch', '');
}
