import { asString, isJsonObject, type Json, type JsonObject } from './json.ts';

/** With these a gateway or load balancer says that the server behind it does not answer (RFC 9110). */
const gatewayStatuses: ReadonlySet<number> = new Set([502, 503, 504]);

/** True for 502, 503 and 504: whoever sent it, the server cannot answer now. */
export function isAwayStatus(status: number): boolean {
  return gatewayStatuses.has(status);
}

/** True for a Status; that of a request that took too long does not say its kind (kube-apiserver 1.36). */
export function isStatus(body: JsonObject): boolean {
  return body['kind'] === 'Status' || body['status'] === 'Failure';
}

/**
 * What is told of an answer that came in the place of an API server's: a page, a text or JSON of its own with 502, 503 or 504;
 * undefined for any other. kube-apiserver sends a Status, but for an aggregated API that is away, of which it sends a text itself.
 */
export function gatewayAnswer(status: number, body: string): string | undefined {
  const parsed = answeredObject(body);
  if (!isAwayStatus(status) || isStatus(parsed)) return undefined;
  const words = asString(parsed['message']).trim() || (/^[<{]/.test(body.trimStart()) ? '' : firstLine(body));
  return gatewayText(status, words);
}

/** The same where its words are known; they may be empty. */
export function gatewayText(status: number, words: string): string {
  const text = `a gateway in front of the API server answers HTTP ${status}`;
  return words === '' || words === `HTTP ${status}` ? text : `${text} (${words})`;
}

/** The JSON object that an answer's body is; empty where it is none. */
export function answeredObject(body: string): JsonObject {
  if (!body.trimStart().startsWith('{')) return {};
  try {
    const parsed = JSON.parse(body) as Json;
    return isJsonObject(parsed) ? parsed : {};
  } catch {
    return {};
  }
}

function firstLine(body: string): string {
  return (body.trim().split('\n')[0] ?? '').slice(0, 200);
}
