import { asObject, asString, isJsonObject, type Json } from '../../core/json.ts';
import { ageColumn, integer, nameColumn, text } from './column.ts';
import { isPresent, itemCount, specOf } from './field.ts';
import { selectorDebugText } from './selector-text.ts';
import { ageCell } from './since.ts';
import { table, type TableRegistry } from './table.ts';

const webhookTable = table([nameColumn, integer('Webhooks'), ageColumn], (object) => [
  object.metadata.name,
  itemCount(object['webhooks']),
  ageCell(object),
]);

function paramKindText(paramKind: Json | undefined): string {
  if (!isPresent(paramKind)) return '<unset>';
  const { apiVersion, kind } = asObject(paramKind);
  return `${asString(apiVersion)}/${asString(kind)}`;
}

/** `field` of the spec holds what the policy does, and is what the column counts. */
function policyTable(countName: string, field: string): ReturnType<typeof table> {
  return table([nameColumn, integer(countName), text('ParamKind'), ageColumn], (object) => {
    const spec = specOf(object);
    return [object.metadata.name, itemCount(spec[field]), paramKindText(spec['paramKind']), ageCell(object)];
  });
}

/** A name without a namespace may be of a cluster-scoped object or of one in any namespace: `*` stands for both. */
function paramRefText(paramRef: Json | undefined): string {
  const { name, namespace, selector } = asObject(paramRef);
  if (asString(name) !== '') return `${asString(namespace) || '*'}/${asString(name)}`;
  return isJsonObject(selector) ? selectorDebugText(selector) : '<unset>';
}

const bindingTable = table([nameColumn, text('PolicyName'), text('ParamRef'), ageColumn], (object) => {
  const { policyName, paramRef } = specOf(object);
  return [object.metadata.name, asString(policyName), paramRefText(paramRef), ageCell(object)];
});

const group = 'admissionregistration.k8s.io';

/** The group admissionregistration.k8s.io. */
export const admissionTables: TableRegistry = {
  [`mutatingwebhookconfigurations.${group}`]: webhookTable,
  [`validatingwebhookconfigurations.${group}`]: webhookTable,
  [`validatingadmissionpolicies.${group}`]: policyTable('Validations', 'validations'),
  [`mutatingadmissionpolicies.${group}`]: policyTable('Mutations', 'mutations'),
  [`validatingadmissionpolicybindings.${group}`]: bindingTable,
  [`mutatingadmissionpolicybindings.${group}`]: bindingTable,
};
