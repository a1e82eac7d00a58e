import { systemCodeOf } from '../errors/navi-error.ts';
import { connectionFault } from './connection-words.ts';
import { failure, RequestFailed } from './failure.ts';

/** Codes that mean "no server there", as opposed to a connection that broke in use. */
const unreachableCodes = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ENETUNREACH',
  'EHOSTUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/** What a request that found no answer, or lost it, ends with: a RequestFailed, or the error itself after an abort. */
export function broken(error: unknown, signal: AbortSignal | undefined): unknown {
  if (signal?.aborted === true || error instanceof RequestFailed) return error;
  const code = systemCodeOf(error) || (error instanceof Error ? systemCodeOf(error.cause) : '');
  const isTls =
    code.startsWith('ERR_TLS') ||
    code.startsWith('CERT_') ||
    code.includes('SELF_SIGNED') ||
    code.startsWith('UNABLE_TO');
  const kind = unreachableCodes.has(code) || isTls ? 'unreachable' : 'transport';
  const { message, hint } = connectionFault(error);
  const failed = failure(kind, message);
  return new RequestFailed(hint === undefined ? failed : { ...failed, hint }, error);
}
