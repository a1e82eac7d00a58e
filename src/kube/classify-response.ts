import { asArray, asObject, asString, type JsonObject } from '../core/json.ts';
import { answeredObject, gatewayText, isAwayStatus, isStatus } from '../core/gateway-answer.ts';
import { failure, type Failure, type FailureClass } from './failure.ts';

/** The parts of an answer that classify it. */
export interface Answer {
  readonly status: number;
  readonly contentType: string;
  /** Value of the Retry-After header (seconds), or empty. */
  readonly retryAfter: string;
  /** At most 64 KiB of the body. */
  readonly body: string;
}

/** Classifies an answer that is not 2xx, by the outcome table (list-watch rules of kube-apiserver 1.36). */
export function classifyAnswer(answer: Answer): Failure {
  const status = answeredObject(answer.body);
  const foreign = foreignClass(answer);
  const message = asString(status['message']).trim() || firstLine(answer.body) || nameless(answer, foreign);
  const retryAfterMs = retryAfter(answer, status);
  return {
    class: foreign ?? classOf(answer.status, message, status),
    message,
    status: answer.status,
    reason: asString(status['reason']),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  };
}

/** Classifies the Status object of an ERROR event in a watch stream. */
export function classifyStatus(status: JsonObject): Failure {
  const code = typeof status['code'] === 'number' ? status['code'] : 500;
  return classifyAnswer({ status: code, contentType: '', retryAfter: '', body: JSON.stringify(status) });
}

/** A 200 whose body is not JSON comes from something that is no API server. */
export function classifyForeignBody(contentType: string): Failure {
  return {
    ...failure('not-api', `the answer is ${contentType || 'of no type'}, not JSON: no API server sent it`),
    status: 200,
  };
}

/**
 * Class of what no API server sent: a redirect (never followed: the credential would go along) or a page for people. A
 * page proves nothing about permissions or existence; a proxy's 5xx page says that the cluster is behind it and away.
 */
function foreignClass({ status, contentType, body }: Answer): FailureClass | undefined {
  if (status >= 300 && status < 400) return 'not-api';
  const isPage = contentType.startsWith('text/html') || body.trimStart().startsWith('<');
  if (!isPage || status === 401 || status === 429) return undefined;
  return status >= 500 || status === 407 ? 'unreachable' : 'not-api';
}

function classOf(code: number, message: string, status: JsonObject): FailureClass {
  const reason = asString(status['reason']);
  if (code === 410 || reason === 'Expired' || reason === 'Gone') return 'expired';
  // A deletion whose last state etcd has compacted cannot be told (kube-apiserver 1.36).
  if (message.includes('etcd event received with PrevKv=nil')) return 'expired';
  if (isAhead(message, status)) return 'ahead';
  if (message.includes('resourceVersion: Invalid value') || (code < 500 && namesResourceVersion(status)))
    return 'version-refused';
  switch (code) {
    case 400:
      return message.includes('resourceVersion') ? 'version-refused' : 'server';
    case 401:
      return 'unauthorized';
    case 403:
      return message.includes('system:anonymous') ? 'unauthorized' : 'forbidden';
    case 404:
      return 'not-found';
    case 405:
      return 'not-allowed';
    case 406:
    case 415:
      return 'not-acceptable';
    case 407:
      return 'unreachable';
    case 429:
      return message.includes('(re)initializing') ? notReadyClass(message) : 'throttled';
    default:
      return isAwayStatus(code) && !isStatus(status) ? 'unavailable' : 'server';
  }
}

function nameless({ status }: Answer, foreign: FailureClass | undefined): string {
  return foreign === 'unreachable' && isAwayStatus(status) ? gatewayText(status, '') : `HTTP ${status}`;
}

/** A watch cache that is not filled yet will be; one that cannot be filled is a fault of its type that lasts. */
function notReadyClass(message: string): FailureClass {
  return message.includes('failed to list') ? 'server' : 'not-ready';
}

function isAhead(message: string, status: JsonObject): boolean {
  const causes = asArray(asObject(status['details'])['causes']);
  return (
    causes.some((cause) => asString(asObject(cause)['reason']) === 'ResourceVersionTooLarge') ||
    message.includes('Too large resource version')
  );
}

function namesResourceVersion(status: JsonObject): boolean {
  const causes = asArray(asObject(status['details'])['causes']);
  return causes.some((cause) => asString(asObject(cause)['field']) === 'resourceVersion');
}

function retryAfter(answer: Answer, status: JsonObject): number | undefined {
  const details = asObject(status['details'])['retryAfterSeconds'];
  const seconds = Number(
    answer.retryAfter === '' ? (typeof details === 'number' ? details : Number.NaN) : answer.retryAfter,
  );
  return Number.isFinite(seconds) && seconds > 0 ? seconds * 1_000 : undefined;
}

function firstLine(body: string): string {
  return body.trimStart().startsWith('<') ? '' : (body.trim().split('\n')[0] ?? '').slice(0, 300);
}
