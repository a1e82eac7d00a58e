import type { ClusterAnswer } from '../../control/protocol.ts';
import { parseJson } from '../../core/canonical-json.ts';
import { asObject, type JsonObject } from '../../core/json.ts';

/** The body of an answer as an object; an empty one where it is none. */
export function parsedBody(answer: ClusterAnswer): JsonObject {
  try {
    return asObject(parseJson(answer.body));
  } catch {
    return {};
  }
}
