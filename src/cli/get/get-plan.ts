import { resourceName } from '../../core/api-resource.ts';
import type { JsonObject } from '../../core/json.ts';
import { parseFieldSelector, type FieldTerm } from '../../core/selector/field-selector.ts';
import type { LabelRequirement } from '../../core/selector/label-requirement.ts';
import { parseLabelSelector } from '../../core/selector/label-selector.ts';
import { inWordsOfServer } from '../../core/selector/label-syntax.ts';
import {
  canonicalField,
  supportedFields,
  unsupportedFieldMessage,
} from '../../core/selector/selectable-field-names.ts';
import { asKubectl } from '../../errors/as-kubectl.ts';
import { NaviError } from '../../errors/navi-error.ts';
import type { MirrorType } from '../../query/mirror-type.ts';
import {
  nameFault,
  namespaceFault,
  parseResourceArguments,
  subresourceFault,
  splitTypes,
} from '../../query/resource-arguments.ts';
import { resolveRequests } from '../../query/resolve-requests.ts';
import { typeAt } from '../../query/type-places.ts';
import { selectorErrorText } from '../../query/selector-error.ts';
import { usedNames } from '../with-used.ts';
import { ownFailure, serverFailure, type Failure } from './failure.ts';
import type { GetRequest } from './get-request.ts';
import type { StepRows } from './get-rows.ts';
import type { GetTarget } from './get-target.ts';
import { refuseUnmirrored, whyLive } from './why-live.ts';

/** What is to be read, in order of printing. */
export interface GetPlan {
  /** One object was asked for: it is printed as it is and not as a List, and nothing but the error when it fails. */
  readonly isSingle: boolean;
  /** Whole types and not named objects. */
  readonly isBulk: boolean;
  /** kubectl passes on what it found itself as one error of several, even a single one; only a table shows that. */
  readonly isGathered: boolean;
  readonly steps: readonly GetStep[];
  /** All that is told of what failed, where the steps come from manifests; otherwise each step tells its own. */
  readonly errorText?: ((reads: ReadonlyMap<GetStep, StepRows>) => string) | undefined;
}

/** One type, or one object of a type, with the selectors that apply. */
export interface GetStep {
  readonly type: MirrorType;
  readonly name: string | undefined;
  /** Set for a namespaced type unless all namespaces are asked for. */
  readonly namespace: string | undefined;
  readonly labels: readonly LabelRequirement[];
  readonly fields: readonly FieldTerm[];
  /** An error in place of rows. */
  readonly failure: Failure | undefined;
  /** Why the mirror cannot answer and the daemon has to ask the cluster; undefined where the store answers. */
  readonly live: string | undefined;
  /** The object is looked for and not shown; what else its manifest says is wrong. */
  readonly isHidden?: boolean | undefined;
  /** What the manifest says that names the object. */
  readonly manifest?: JsonObject | undefined;
  /** The object itself, where a manifest has it and no server: it has no name. */
  readonly given?: JsonObject | undefined;
}

/** What of a request a plan is made of. */
export type PlannedRequest = Pick<
  GetRequest,
  | 'args'
  | 'namespaces'
  | 'allNamespaces'
  | 'selector'
  | 'fieldSelector'
  | 'subresource'
  | 'watch'
  | 'impersonate'
  | 'maxAgeMs'
>;

/** Where a step looks. */
type Place = Pick<GetStep, 'name' | 'namespace'>;

/** What a watch, a wait or logs without anything to look for are told (kubectl 1.36). */
export const nothingAsked = `error: You must provide one or more resources by argument or filename.
Example resource specifications include:
   '-f rsrc.yaml'
   '--filename=rsrc.json'
   '<resource> <name>'
   '<resource>'`;

/**
 * Resolves arguments, types and selectors of a request over the types of the mirror.
 * @throws NAVI_AS_KUBECTL with kubectl's text for everything that it refuses before asking the server.
 */
export function planGet(
  request: PlannedRequest,
  types: readonly MirrorType[],
  { context, warn }: Pick<GetTarget, 'context' | 'warn'>,
): GetPlan {
  if (request.args.length === 0) throw asKubectl(nothingAsked);
  const hasSelector = request.selector.trim() !== '' || request.fieldSelector.trim() !== '';
  const parsed = parseResourceArguments(request.args, { hasSelector });
  if (!parsed.ok) throw asKubectl(parsed.message);
  const isBulk = parsed.requests.form === 'list';
  if (isBulk && request.subresource !== '') {
    throw asKubectl('error: subresource cannot be used when bulk resources are specified');
  }
  if (request.watch.isOn && parsed.requests.form === 'list' && splitTypes(parsed.requests.types).length > 1)
    throw severalTypes();
  const resolved = resolveRequests(parsed.requests, types, { allNamespaces: request.allNamespaces });
  for (const warning of resolved.warnings) warn(warning);
  if (!resolved.ok) throw asKubectl(resolved.message);
  const asked = resolved.form === 'list' ? resolved.types.map((type) => ({ type, name: undefined })) : resolved.objects;
  if (request.watch.isOn && new Set(asked.map(({ type }) => type)).size > 1) throw severalTypes();
  const given = request.namespaces.length === 0 ? [context.namespace] : request.namespaces;
  const places = request.allNamespaces ? [undefined] : given;
  if (places.length > 1) refuseSeveralNamespaces(request, isBulk);
  return {
    isBulk,
    isSingle: !isBulk && asked.length === 1,
    isGathered: parsed.requests.form !== 'names',
    steps: asked.flatMap(({ type, name }) =>
      (type.namespaced ? places : [undefined]).map((namespace) => planStep(request, type, { name, namespace })),
    ),
  };
}

/** @throws NAVI_USAGE for what is about one namespace */
function refuseSeveralNamespaces(request: PlannedRequest, isBulk: boolean): void {
  if (isBulk) return;
  const count = request.namespaces.length;
  throw new NaviError('NAVI_USAGE', `a name is looked for in one namespace at a time, and -n names ${count}`, {
    hints: ['-A --where \'metadata.name == "NAME"\' looks in all of them'],
  });
}

/** One step: what keeps it from being answered, or the selectors that narrow it. @throws NAVI_INCOMPLETE */
export function planStep(request: PlannedRequest, ofType: MirrorType, place: Place): GetStep {
  const type = typeAt(ofType, place.namespace);
  const live = whyLive(request, type, place);
  if (live === undefined) refuseUnmirrored(type);
  const step = { type, ...place, labels: [], fields: [], failure: undefined, live };
  const fault = placeFault(place) ?? subresourceFault(request.subresource);
  if (fault !== undefined) return { ...step, failure: ownFailure(fault) };
  // What the cluster is asked for it judges itself.
  if (place.name !== undefined || live !== undefined || type.scope?.phase === 'denied') return step;
  const texts = { labels: request.selector.trim(), fields: request.fieldSelector.trim() };
  const refused = (message: string): GetStep => ({
    ...step,
    failure: serverFailure('BadRequest', selectorErrorText(type, texts, message)),
  });
  const labels = parseLabelSelector(texts.labels);
  if (!labels.ok) return refused(inWordsOfServer(labels.message, type.serverMinor));
  const fields = parseFieldSelector(texts.fields);
  if (!fields.ok) return refused(fields.message);
  const supported = new Set(supportedFields(type, type.customFields));
  const unknown = fields.terms.find((term) => !supported.has(term.field));
  if (unknown !== undefined) return refused(unsupportedFieldMessage(type, unknown.field, type.customFields));
  const canonical = fields.terms.map((term) => ({ ...term, field: canonicalField(type, term.field) }));
  return { ...step, labels: labels.requirements, fields: canonical };
}

function placeFault({ name, namespace }: Place): string | undefined {
  const fault = namespace === undefined ? undefined : namespaceFault(namespace);
  return fault ?? (name === undefined ? undefined : nameFault(name));
}

/** The types that answer a plan from the store, each once. */
export function storedTypes(plan: GetPlan): readonly MirrorType[] {
  return [...new Set(plan.steps.flatMap((step) => (step.live === undefined ? [step.type] : [])))];
}

/** Types of a plan that are followed only while they are asked for; also those that are refused, which may have changed. */
export function usedInPlan({ steps }: GetPlan): readonly string[] {
  return usedNames(
    steps.flatMap(({ type, live }) => (live === undefined || type.scope?.phase === 'denied' ? [type] : [])),
  );
}

/** Names of the types of a plan, as a user types them. */
export function typeNames(plan: GetPlan): string {
  return [...new Set(plan.steps.map((step) => resourceName(step.type)))].join(',');
}

function severalTypes(): NaviError {
  return asKubectl('error: you may only specify a single resource type');
}
