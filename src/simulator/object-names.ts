import { resourceName } from '../core/api-resource.ts';
import { invalid, type ApiRefusal } from './api-status.ts';
import type { ServedType } from './served-type.ts';

const subdomain = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

const subdomainRule =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and " +
  "end with an alphanumeric character (e.g. 'example.com', regex used for validation is " +
  "'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";

/** How a 422 calls an object of the type. */
function subjectOf(type: ServedType, name: string): string {
  const kind = type.group === '' ? type.kind : `${type.kind}.${type.group}`;
  return `${kind} "${name}"`;
}

function detailsOf(type: ServedType, name: string): Record<string, string> {
  return {
    ...(name === '' ? {} : { name }),
    ...(type.group === '' ? {} : { group: type.group }),
    kind: type.kind,
  };
}

/** Names of RBAC objects need only fit into a path; all others are checked as DNS subdomains. @throws ApiRefusal 422 */
export function checkName(type: ServedType, name: string): void {
  if (type.group === 'rbac.authorization.k8s.io' || (name.length <= 253 && subdomain.test(name))) return;
  const message = `Invalid value: "${name}": ${subdomainRule}`;
  throw invalid(subjectOf(type, name), detailsOf(type, name), [
    { reason: 'FieldValueInvalid', message, field: 'metadata.name' },
  ]);
}

/** 422 for a create without name and generateName. */
export function missingName(type: ServedType): ApiRefusal {
  const message = 'Required value: name or generateName is required';
  return invalid(subjectOf(type, ''), detailsOf(type, ''), [
    { reason: 'FieldValueRequired', message, field: 'metadata.name' },
  ]);
}

/** 422 for a replaced custom resource that names no resourceVersion. */
export function missingResourceVersion(type: ServedType, name: string): ApiRefusal {
  const message = 'Invalid value: 0: must be specified for an update';
  return invalid(`${resourceName(type)} "${name}"`, { ...detailsOf(type, name), kind: type.resource }, [
    { reason: 'FieldValueInvalid', message, field: 'metadata.resourceVersion' },
  ]);
}
