import type { ActionRequest } from '../../core/action/action-request.ts';
import { parseJson } from '../../core/canonical-json.ts';
import { gatewayAnswer } from '../../core/gateway-answer.ts';
import { asObject, asString, type JsonObject } from '../../core/json.ts';
import { warningTexts } from '../../kube/list-page.ts';
import type { Transport } from '../../kube/transport.ts';
import { failureOf } from '../cluster-check.ts';
import type { ActionAnswer, ActionPort, ActionRead } from './run-action.ts';

/** As whom, and for how long, a cluster is asked. */
export interface PortOptions {
  /** Headers that name another user. */
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  /** Aborted when this process ends; a request that is under way then may be carried out. */
  readonly signal: AbortSignal;
  /** Metadata is all that is looked at: of Secrets nothing else is read. */
  readonly isMetadataEnough: boolean;
}

const json = 'application/json';
const metadataOnly = `${json};as=PartialObjectMetadata;g=meta.k8s.io;v=v1`;

/** Longest object that is read (bytes): etcd takes 1.5 MiB, what it unpacks to is some times that. */
const maxBytes = 32 * 1024 ** 2;

/** Asks a cluster for one object, and sends what changes it. */
export function clusterPort(transport: Transport, { headers, signal, isMetadataEnough }: PortOptions): ActionPort {
  return {
    async read(path) {
      const accept = isMetadataEnough ? metadataOnly : json;
      try {
        const answer = await transport.ask(path, { accept, headers, signal }, maxBytes);
        return answer === undefined ? away('the object is too large') : readOf(answer.status, answer.text);
      } catch (error) {
        return away(failureOf(error).message);
      }
    },
    async send({ method, path, contentType, body }: ActionRequest): Promise<ActionAnswer> {
      try {
        const options = { headers: { ...headers, 'content-type': contentType }, signal };
        const answer = await transport.change(path, { method, text: body }, options);
        const object = objectOf(answer.text);
        // What no API server says tells nothing, not even that none got it: a gateway that gave up may have passed it on before.
        return object === undefined
          ? { kind: 'lost', message: foreignText(answer.status, answer.text) }
          : {
              kind: 'answer',
              status: answer.status,
              body: object,
              warnings: warningTexts(answer.headers['warning'] ?? ''),
            };
      } catch (error) {
        return { kind: 'lost', message: failureOf(error).message };
      }
    },
  };
}

function readOf(status: number, text: string): ActionRead {
  const body = objectOf(text);
  if (body === undefined) return away(foreignText(status, text));
  if (status >= 200 && status < 300) return { kind: 'now', object: body };
  const isNamed = asString(asObject(body['details'])['name']) !== '';
  if (status === 404 && isNamed) return { kind: 'now', object: undefined };
  const message = asString(body['message']);
  if (status >= 500 || status === 429 || status === 401 || status < 400) return away(message);
  return { kind: 'refused', refusal: { status, reason: asString(body['reason']), message, body } };
}

function foreignText(status: number, text: string): string {
  return gatewayAnswer(status, text) ?? `HTTP ${status}, and no API server sent it`;
}

function away(message: string): ActionRead {
  return { kind: 'away', message };
}

/** Undefined for what is no object of Kubernetes. */
function objectOf(text: string): JsonObject | undefined {
  try {
    const object = asObject(parseJson(text));
    return typeof object['kind'] === 'string' ? object : undefined;
  } catch {
    return undefined;
  }
}
