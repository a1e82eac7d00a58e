import { parseFieldSelector, type FieldTerm } from '../../core/selector/field-selector.ts';
import { parseLabelSelector } from '../../core/selector/label-selector.ts';
import type { LabelRequirement } from '../../core/selector/label-requirement.ts';
import {
  canonicalField,
  supportedFields,
  unsupportedFieldMessage,
} from '../../core/selector/selectable-field-names.ts';
import { NaviError } from '../../errors/navi-error.ts';
import { resourceName } from '../../core/api-resource.ts';
import type { MirrorType } from '../../query/mirror-type.ts';
import { nameFault, parseResourceArguments } from '../../query/resource-arguments.ts';
import { resolveRequests } from '../../query/resolve-requests.ts';
import { selectorErrorMessage } from '../../query/selector-error.ts';
import type { GetRequest } from './get-request.ts';

/** What is to be read, in order of printing. */
export interface GetPlan {
  /** `list`: whole types; `objects`: named ones. */
  readonly form: 'list' | 'objects';
  readonly steps: readonly GetStep[];
  /** Lines for stderr, before anything else. */
  readonly warnings: readonly string[];
}

/** One type, or one object of a type, with the selectors that apply. */
export interface GetStep {
  readonly type: MirrorType;
  readonly name: string | undefined;
  /** Set for a namespaced type unless all namespaces are asked for. */
  readonly namespace: string | undefined;
  readonly labels: readonly LabelRequirement[];
  readonly fields: readonly FieldTerm[];
  /** An error in place of rows, as kubectl prints it. */
  readonly problem: string | undefined;
}

/**
 * Resolves arguments, types and selectors of a request over the types of the mirror.
 * @throws NAVI_AS_KUBECTL with kubectl's text for everything that it refuses before asking the server.
 */
export function planGet(request: GetRequest, types: readonly MirrorType[], contextNamespace: string): GetPlan {
  const hasSelector = request.selector.trim() !== '' || request.fieldSelector.trim() !== '';
  const parsed = parseResourceArguments(request.args, { hasSelector });
  if (!parsed.ok) throw new NaviError('NAVI_AS_KUBECTL', parsed.message);
  const resolved = resolveRequests(parsed.requests, types, { allNamespaces: request.allNamespaces });
  if (!resolved.ok) throw new NaviError('NAVI_AS_KUBECTL', [...resolved.warnings, resolved.message].join('\n'));
  const namespace = request.allNamespaces ? undefined : (request.namespace ?? contextNamespace);
  const asked = resolved.form === 'list' ? resolved.types.map((type) => ({ type, name: undefined })) : resolved.objects;
  return {
    form: resolved.form,
    warnings: resolved.warnings,
    steps: asked.map(({ type, name }) =>
      planStep(request, type, { name, namespace: type.namespaced ? namespace : undefined }),
    ),
  };
}

function planStep(
  request: GetRequest,
  type: MirrorType,
  where: { name: string | undefined; namespace: string | undefined },
): GetStep {
  checkMirrored(type);
  const step = { type, ...where, labels: [], fields: [], problem: undefined };
  if (where.name !== undefined) {
    const fault = nameFault(where.name);
    return fault === undefined ? step : { ...step, problem: `error: ${fault}` };
  }
  const texts = { labels: request.selector.trim(), fields: request.fieldSelector.trim() };
  const labels = parseLabelSelector(texts.labels);
  if (!labels.ok) return { ...step, problem: selectorErrorMessage(type, texts, labels.message) };
  const fields = parseFieldSelector(texts.fields);
  if (!fields.ok) return { ...step, problem: selectorErrorMessage(type, texts, fields.message) };
  const supported = new Set(supportedFields(type, type.customFields));
  const unknown = fields.terms.find((term) => !supported.has(term.field));
  if (unknown !== undefined) {
    const message = unsupportedFieldMessage(type, unknown.field, type.customFields);
    return { ...step, problem: selectorErrorMessage(type, texts, message) };
  }
  const canonical = fields.terms.map((term) => ({ ...term, field: canonicalField(type, term.field) }));
  return { ...step, labels: labels.requirements, fields: canonical };
}

/**
 * Refuses what the mirror cannot answer: a type that is not mirrored, another version, a list that was never complete.
 * "Not mirrored" is an answer of its own, never an empty list.
 * @throws NAVI_NOT_MIRRORED, NAVI_INCOMPLETE
 */
function checkMirrored(type: MirrorType): void {
  const name = resourceName(type);
  if (!type.verbs.includes('list')) return;
  if (type.retrieval === 'off') {
    throw new NaviError('NAVI_NOT_MIRRORED', `${name} is not mirrored: ${type.retrievalReason}`, {
      hints: [`kubectl get ${name}`],
    });
  }
  if (type.version !== type.storedVersion && type.retrieval !== 'alias') {
    throw new NaviError(
      'NAVI_NOT_MIRRORED',
      `${name} is mirrored in version ${type.storedVersion}, not ${type.version}`,
      {
        hints: [`navi get ${name}`, `kubectl get ${type.resource}.${type.version}.${type.group}`],
      },
    );
  }
  const { scope } = type;
  if (scope?.phase === 'denied' || scope?.complete === true) return;
  const why =
    scope?.lastError === null || scope?.lastError === undefined
      ? 'its first list is not complete yet'
      : scope.lastError;
  throw new NaviError('NAVI_INCOMPLETE', `${name} is not mirrored yet: ${why}`, {
    hints: ['navi status', 'navi sync --once'],
  });
}
