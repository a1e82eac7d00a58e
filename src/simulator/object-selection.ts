import { asObject, type JsonObject } from '../core/json.ts';
import type { KubeObject } from '../core/kube-object.ts';
import { matchesFields, parseFieldSelector, type FieldTerm } from '../core/selector/field-selector.ts';
import { matchesLabels } from '../core/selector/label-requirement.ts';
import { parseLabelSelector } from '../core/selector/label-selector.ts';
import { canonicalField, supportedFields, unsupportedFieldMessage } from '../core/selector/selectable-field-names.ts';
import { selectableFields } from '../derive/selectable-fields.ts';
import { badRequest } from './api-status.ts';
import type { ServedType } from './served-type.ts';

/** Which objects of a type a request wants. */
export interface ObjectSelection {
  /** False when every object is wanted: such lists count what is left. */
  readonly selects: boolean;
  matches(object: KubeObject): boolean;
}

function fieldTerms(type: ServedType, text: string): readonly FieldTerm[] {
  const parsed = parseFieldSelector(text);
  if (!parsed.ok) throw badRequest(parsed.message);
  const custom = type.custom?.selectableFields;
  const supported = supportedFields(type, custom);
  const unknown = parsed.terms.find((term) => !supported.includes(term.field));
  if (unknown !== undefined) throw badRequest(unsupportedFieldMessage(type, unknown.field, custom));
  return parsed.terms.map((term) => ({ ...term, field: canonicalField(type, term.field) }));
}

function fieldsOf(type: ServedType, object: KubeObject): ReadonlyMap<string, string> {
  const fields = new Map(selectableFields(type, object, type.custom?.selectableFields));
  fields.set('metadata.name', object.metadata.name);
  fields.set('metadata.namespace', object.metadata.namespace ?? '');
  return fields;
}

/** Reads the selectors of a query. @throws ApiRefusal 400 for what the server cannot parse or does not know */
export function objectSelection(type: ServedType, query: URLSearchParams): ObjectSelection {
  const labelText = query.get('labelSelector') ?? '';
  const parsed = parseLabelSelector(labelText);
  if (!parsed.ok) throw badRequest(parsed.message);
  const { requirements } = parsed;
  const terms = fieldTerms(type, query.get('fieldSelector') ?? '');
  const labelsOf = (object: KubeObject): JsonObject => asObject(object.metadata.labels);
  return {
    selects: requirements.length > 0 || terms.length > 0,
    matches: (object) =>
      (requirements.length === 0 || matchesLabels(requirements, labelsOf(object))) &&
      (terms.length === 0 || matchesFields(terms, fieldsOf(type, object))),
  };
}
