import type { JsonObject } from '../core/json.ts';
import { resourceName, type ApiResource } from '../core/api-resource.ts';

/** The Status objects by which kube-apiserver 1.36 refuses a request, with its texts. */
export interface ApiStatus extends JsonObject {
  readonly kind: 'Status';
  readonly apiVersion: 'v1';
  readonly metadata: JsonObject;
  readonly status: 'Failure' | 'Success';
  readonly message?: string;
  readonly reason?: string;
  readonly details?: JsonObject;
  readonly code?: number;
}

/** A refused request: the status and what goes into the answer's headers. */
export class ApiRefusal extends Error {
  readonly status: ApiStatus;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: ApiStatus, headers: Readonly<Record<string, string>> = {}) {
    super(status.message ?? status.reason);
    this.status = status;
    this.headers = headers;
  }
}

/** What an answer may leave out, in the order in which the server writes it. */
interface StatusParts {
  readonly metadata?: JsonObject;
  readonly message: string;
  readonly reason?: string;
  readonly details?: JsonObject;
}

/** A Failure with exactly the keys given. */
export function failure(code: number, parts: StatusParts): ApiStatus {
  return {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: parts.metadata ?? {},
    status: 'Failure',
    message: parts.message,
    ...(parts.reason === undefined ? {} : { reason: parts.reason }),
    ...(parts.details === undefined ? {} : { details: parts.details }),
    code,
  };
}

/** The type and, where one was meant, the object, as `details` names them. */
function objectDetails(type: ResourceIdentity, name?: string): JsonObject {
  return {
    ...(name === undefined || name === '' ? {} : { name }),
    ...(type.group === '' ? {} : { group: type.group }),
    kind: type.resource,
  };
}

type ResourceIdentity = Pick<ApiResource, 'group' | 'resource'>;

/** 400. */
export function badRequest(message: string): ApiRefusal {
  return new ApiRefusal(failure(400, { message, reason: 'BadRequest' }));
}

/** 404 for an object of a type that is served. */
export function objectNotFound(type: ResourceIdentity, name: string): ApiRefusal {
  const message = `${resourceName(type)} "${name}" not found`;
  return new ApiRefusal(failure(404, { message, reason: 'NotFound', details: objectDetails(type, name) }));
}

/** 404 for a type that a built-in group does not have. */
export function typeNotFound(): ApiRefusal {
  const message = 'the server could not find the requested resource';
  return new ApiRefusal(failure(404, { message, reason: 'NotFound', details: {} }));
}

/** 405. */
export function methodNotAllowed(): ApiRefusal {
  const message = 'the server does not allow this method on the requested resource';
  return new ApiRefusal(failure(405, { message, reason: 'MethodNotAllowed', details: {} }));
}

/** 409 for a create over an object that exists. */
export function alreadyExists(type: ResourceIdentity, name: string): ApiRefusal {
  const message = `${resourceName(type)} "${name}" already exists`;
  return new ApiRefusal(failure(409, { message, reason: 'AlreadyExists', details: objectDetails(type, name) }));
}

/** 409 for an update that is not based on the newest state, or on another object of the name. */
export function conflict(type: ResourceIdentity, name: string, why?: string): ApiRefusal {
  const cause = why ?? 'the object has been modified; please apply your changes to the latest version and try again';
  const message = `Operation cannot be fulfilled on ${resourceName(type)} "${name}": ${cause}`;
  return new ApiRefusal(failure(409, { message, reason: 'Conflict', details: objectDetails(type, name) }));
}

/** One complaint of a 422. */
export interface FieldCause {
  readonly reason: 'FieldValueForbidden' | 'FieldValueInvalid' | 'FieldValueNotSupported' | 'FieldValueRequired';
  readonly message: string;
  readonly field: string;
}

/** 422; `subject` is what the message calls invalid, such as `ConfigMap "a"`. */
export function invalid(subject: string, details: JsonObject, causes: readonly FieldCause[]): ApiRefusal {
  const complaints = causes.map((cause) => `${cause.field}: ${cause.message}`);
  const text = complaints.length === 1 ? (complaints[0] ?? '') : `[${complaints.join(', ')}]`;
  const listed = causes.map(({ reason, message, field }): JsonObject => ({ reason, message, field }));
  const message = `${subject} is invalid: ${text}`;
  return new ApiRefusal(failure(422, { message, reason: 'Invalid', details: { ...details, causes: listed } }));
}

/** 401. */
export function unauthorized(): ApiRefusal {
  return new ApiRefusal(failure(401, { message: 'Unauthorized', reason: 'Unauthorized' }));
}

/** 403; `subject` is what was asked for, such as `pods "a"`, and `attempt` the rest of the sentence. */
export function forbidden(subject: string, attempt: string, details: JsonObject): ApiRefusal {
  const message = subject === '' ? `forbidden: ${attempt}` : `${subject} is forbidden: ${attempt}`;
  const status = failure(403, { message, reason: 'Forbidden', details });
  return new ApiRefusal(status, { 'x-content-type-options': 'nosniff' });
}

/** `details` of a 403 about a type or an object. */
export function forbiddenDetails(type: ResourceIdentity, name: string): JsonObject {
  return objectDetails(type, name);
}

/** 410, in an answer or in an ERROR event. `continueToken` is the one that mixes revisions. */
export function expired(message: string, continueToken?: string): ApiRefusal {
  const metadata = continueToken === undefined ? {} : { continue: continueToken };
  return new ApiRefusal(failure(410, { metadata, message, reason: 'Expired' }));
}

/** 504 for a resource version that the server has not reached; types without a watch cache answer without a delay to wait. */
export function resourceVersionTooLarge(wanted: number, current: number, cached: boolean): ApiRefusal {
  const details = {
    causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }],
    ...(cached ? { retryAfterSeconds: 1 } : {}),
  };
  const message = `Timeout: Too large resource version: ${wanted}, current: ${current}`;
  return new ApiRefusal(failure(504, { message, reason: 'Timeout', details }), cached ? { 'retry-after': '1' } : {});
}

/** 406. */
export function notAcceptable(message: string, details?: JsonObject): ApiRefusal {
  return new ApiRefusal(
    failure(406, { message, reason: 'NotAcceptable', ...(details === undefined ? {} : { details }) }),
  );
}

/** 415. */
export function unsupportedMediaType(message: string, details?: JsonObject): ApiRefusal {
  return new ApiRefusal(
    failure(415, { message, reason: 'UnsupportedMediaType', ...(details === undefined ? {} : { details }) }),
  );
}
