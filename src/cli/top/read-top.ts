import { goQuote } from '../../core/go-quote.ts';
import { asObject, type Json } from '../../core/json.ts';
import {
  canonicalField,
  supportedFields,
  unsupportedFieldMessage,
} from '../../core/selector/selectable-field-names.ts';
import type { FieldTerm } from '../../core/selector/field-selector.ts';
import { amountsOf, type UsageKind } from '../../core/usage.ts';
import { asKubectl, kubectlError } from '../../errors/as-kubectl.ts';
import { NaviError } from '../../errors/navi-error.ts';
import type { ContextSummary } from '../../kubeconfig/context-summary.ts';
import { isShown } from '../../query/hidden-rows.ts';
import { readTypes, typeOfKind, type MirrorType } from '../../query/mirror-type.ts';
import { readKeys, readObjects, type ObjectQuery } from '../../query/object-query.ts';
import { partsIn } from '../../query/place.ts';
import { raw } from '../../query/sql-part.ts';
import { podReserves, type PartialAmounts, type PodReserves } from '../../query/usage/pod-reserves.ts';
import {
  keyOf,
  measuredObjects,
  pastUsage,
  servesUsage,
  sourcesOf,
  type MeasuredObject,
  type PastUsage,
} from '../../query/usage/read-usage.ts';
import type { MirrorReader } from '../../store/open-reader.ts';
import { UsageReader, type UsageState } from '../../store/usage-reader.ts';
import { goDurationText } from './go-duration-text.ts';
import type { TopRequest } from './top-request.ts';

/** What a mirror knows of use. Maps are by key (`namespace/name`, or a node's name). */
export interface TopAnswer {
  /** In the server's order. */
  readonly measured: readonly MeasuredObject[];
  /** Nodes alone: what pods may have of each, or its capacity; also of those that were not measured. */
  readonly available: ReadonlyMap<string, PartialAmounts>;
  /** Of pods, where they were asked for. */
  readonly reserves: ReadonlyMap<string, PodReserves>;
  /** Where it was asked for. */
  readonly past: ReadonlyMap<string, readonly PastUsage[]>;
  /** The sources that it comes from, at least one. */
  readonly sources: readonly UsageState[];
  /** The namespace that was looked in; undefined: all, or nodes. */
  readonly namespace: string | undefined;
  /** The type of the objects, once for each scope that they come from. */
  readonly from: readonly MirrorType[];
  /** See `leftOut` of the query. */
  readonly leftOut: readonly string[];
}

/** What is read besides the samples. */
export interface TopDetail {
  readonly hasReserves: boolean;
  /** Since when the past is told (epoch ms); undefined: not at all. */
  readonly pastFromMs: number | undefined;
}

interface Asked {
  readonly reader: MirrorReader;
  readonly request: TopRequest;
  readonly context: ContextSummary;
  readonly nowMs: number;
}

/** A new pod has no samples for so long (ms; kubectl 1.36). */
const newPodMs = 120_000;

/**
 * What nodes or pods use, within a snapshot of the mirror.
 * @throws NAVI_AS_KUBECTL with the text of kubectl 1.36, NAVI_REFUSED, NAVI_INCOMPLETE, NAVI_UNREACHABLE
 */
export function readTop(asked: Asked, detail: TopDetail): TopAnswer {
  const { reader, request, context } = asked;
  const { kind } = request;
  const types = readTypes(reader);
  if (!servesUsage(types)) throw kubectlError('Metrics API not available');
  const namespace = kind === 'nodes' || request.isAllNamespaces ? undefined : (request.namespace ?? context.namespace);
  const place = namespace === undefined ? undefined : [namespace];
  const type = typeOfKind(types, '', kind === 'pods' ? 'Pod' : 'Node');
  const { from, leftOut } = partsIn(type, place, kind);
  const usage = UsageReader.open(reader);
  try {
    const sources = sourcesOf(usage, kind, place);
    if (usage === undefined || sources.every(({ polledAtMs, failure }) => polledAtMs === null && failure === null))
      throw neverAsked(kind);
    refuseFailed(kind, sources);
    const query = queryOf(asked, from[0] as MirrorType, namespace);
    const keys = new Set(readKeys(reader, query).map(({ key }) => key));
    const measured = measuredObjects(usage, kind, { namespaces: place, keys });
    if (measured.length === 0) refuseUnmeasured(asked, query);
    return {
      measured,
      available: kind === 'nodes' ? readAvailable(reader, query, request) : new Map(),
      reserves: kind === 'pods' && detail.hasReserves ? podReserves(reader, query.typeId, place) : new Map(),
      past:
        detail.pastFromMs === undefined
          ? new Map()
          : pastUsage(usage, kind, {
              namespaces: place,
              keys: new Set(measured.map(keyOf)),
              fromMs: detail.pastFromMs,
            }),
      sources,
      namespace,
      from,
      leftOut,
    };
  } finally {
    usage?.close();
  }
}

function queryOf({ reader, request }: Asked, type: MirrorType, namespace: string | undefined): ObjectQuery {
  const { name, labels, fields, kind } = request;
  if (name !== undefined && kind === 'pods' && namespace === undefined)
    throw asKubectl('Error from server (NotFound): the server could not find the requested resource');
  const supported = supportedFields(type, type.customFields);
  const unknown = fields.find(({ field }) => !supported.includes(field));
  if (unknown !== undefined)
    throw asKubectl(`Error from server (BadRequest): ${unsupportedFieldMessage(type, unknown.field)}`);
  return {
    typeId: type.rowTypeId,
    namespace,
    name,
    labels,
    fields: fields.map((term) => ({ ...term, field: canonicalField(type, term.field) })),
    condition: raw(isShown(reader.sqlite)),
  };
}

function neverAsked(kind: string): NaviError {
  return new NaviError('NAVI_INCOMPLETE', `use of ${kind} is not stored yet`, {
    hints: ['navi sync asks for it while it runs', 'interval of [metrics] in config.toml is "0" where it is not to'],
  });
}

/** A refusal holds until it is lifted; other failures only where nothing was told before. */
function refuseFailed(kind: string, sources: readonly UsageState[]): void {
  const failures = sources.flatMap(({ failure, polledAtMs }) =>
    failure !== null && (failure.class === 'forbidden' || polledAtMs === null) ? [failure] : [],
  );
  const [failed] = failures;
  if (failed === undefined || failures.length < sources.length) return;
  const { status, reason, message } = failed;
  if (status === 0)
    throw new NaviError('NAVI_UNREACHABLE', `use of ${kind} could not be asked for: ${message}`, {
      hints: ['navi status says how the cluster is'],
    });
  throw asKubectl(`Error from server${reason === '' ? '' : ` (${reason})`}: ${message}`);
}

/** What kubectl 1.36 says where the cluster measures none of these objects; nothing where there are no such pods. */
function refuseUnmeasured({ request, nowMs, reader }: Asked, query: ObjectQuery): void {
  const { kind, name } = request;
  if (name !== undefined) throw unmeasuredObject(reader, query, { kind, name });
  if (kind === 'nodes') throw kubectlError('metrics not available yet');
  const pods = readKeys(reader, query);
  if (pods.length === 0) return;
  const old = pods.find(({ created_at }) => created_at !== null && nowMs - created_at > newPodMs);
  if (old === undefined) throw kubectlError('metrics not available yet');
  const age = goDurationText(nowMs - (old.created_at ?? nowMs));
  throw kubectlError(`Metrics not available for pod ${old.key}, age: ${age}`);
}

/** metrics-server 0.9 knows nodes, and pods that run; of those it says that it is the measurement that is missing. */
function unmeasuredObject(
  reader: MirrorReader,
  query: ObjectQuery,
  { kind, name }: { readonly kind: UsageKind; readonly name: string },
): NaviError {
  const running: FieldTerm = { field: 'status.phase', operator: 'equals', value: 'Running' };
  const [found] = readKeys(reader, kind === 'pods' ? { ...query, fields: [...query.fields, running] } : query);
  const missing =
    found === undefined
      ? `${kind === 'pods' ? 'pods' : 'node'} ${goQuote(name)}`
      : `${kind === 'pods' ? 'podmetrics' : 'nodemetrics'}.metrics.k8s.io ${goQuote(found.key)}`;
  return asKubectl(`Error from server (NotFound): ${missing} not found`);
}

function readAvailable(
  reader: MirrorReader,
  query: ObjectQuery,
  { isOfCapacity }: TopRequest,
): ReadonlyMap<string, PartialAmounts> {
  const member = isOfCapacity ? 'capacity' : 'allocatable';
  return new Map(
    [...readObjects(reader, query, 'body')].map(({ name, json }) => {
      const { status } = asObject(JSON.parse(json ?? '{}') as Json);
      return [name, amountsOf(asObject(asObject(status)[member]))];
    }),
  );
}
