import type { ClusterAnswer } from '../control/protocol.ts';
import { NaviError } from '../errors/navi-error.ts';
import { warningTexts } from '../kube/list-page.ts';
import type { RequestOptions } from '../kube/authorized-requests.ts';
import type { BodyAnswer } from '../kube/answer.ts';
import type { Transport } from '../kube/transport.ts';
import { failureOf } from './cluster-check.ts';

/** How a user's question is put. */
export interface AskOptions {
  readonly accept: string;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  /** Aborted when nobody waits for the answer any more. */
  readonly ended: AbortSignal;
}

/** An answer that goes on: its head, and the bytes that follow. */
export interface ClusterStream {
  readonly answer: ClusterAnswer;
  /** To be read once; throws a NaviError where they break off. */
  readonly bytes: AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
}

/** Longest answer that is passed on (bytes, unzipped): a page of 500 large pods is some 8 MB. */
const askMaxBytes = 32 * 1024 ** 2;

/** How long an answer may take in all (ms): the server gives up on a list after 60 s. */
const askTimeoutMs = 65_000;

/**
 * Asks a cluster for what is not mirrored and gives its answer as it is.
 * @throws NAVI_UNREACHABLE where none comes, NAVI_USAGE for an answer that is too large for this way
 */
export async function askCluster(transport: Transport, path: string, options: AskOptions): Promise<ClusterAnswer> {
  const { accept, headers: given, ended } = options;
  const signal = AbortSignal.any([ended, AbortSignal.timeout(askTimeoutMs)]);
  const answer = await askWithin(transport, path, { accept, headers: given, signal });
  if (answer === undefined) {
    const limit = `${askMaxBytes / 1024 ** 2} MiB`;
    throw new NaviError('NAVI_USAGE', `the answer is larger than the ${limit} that the daemon passes on`, {
      hints: ['kubectl get with the same arguments has it'],
    });
  }
  const { status, headers, text } = answer;
  const warnings = warningTexts(headers['warning'] ?? '');
  return { status, contentType: headers['content-type'] ?? '', body: text, warnings };
}

async function askWithin(transport: Transport, path: string, options: RequestOptions): Promise<BodyAnswer | undefined> {
  try {
    return await transport.ask(path, options, askMaxBytes);
  } catch (error) {
    throw unreachable('the cluster cannot be asked', error);
  }
}

/**
 * Asks a cluster for a body of any length, and passes that on as it comes: the one place through which logs reach commands.
 * Nothing is held here; an answer that is no success is given whole.
 * @throws NAVI_UNREACHABLE where none comes
 */
export async function streamCluster(transport: Transport, path: string, options: AskOptions): Promise<ClusterStream> {
  const { accept, headers: given, ended: signal } = options;
  const opened = await transport.open(path, { accept, headers: given, signal }).catch((error: unknown) => {
    throw unreachable('the cluster cannot be asked', error);
  });
  const { status, headers, refusal, bytes } = opened;
  const warnings = warningTexts(headers['warning'] ?? '');
  const answer = { status, contentType: headers['content-type'] ?? '', body: refusal, warnings };
  return { answer, bytes: bytes === undefined ? [] : explained(bytes, signal) };
}

async function* explained(bytes: AsyncIterable<Uint8Array>, signal: AbortSignal): AsyncGenerator<Uint8Array, void> {
  try {
    yield* bytes;
  } catch (error) {
    // Where it is the reader that went away, nobody is told.
    if (signal.aborted)
      throw new NaviError('NAVI_DAEMON_NOT_RUNNING', 'the daemon no longer mirrors this cluster', { cause: error });
    throw unreachable('the answer of the cluster broke off', error);
  }
}

function unreachable(what: string, error: unknown): NaviError {
  return new NaviError('NAVI_UNREACHABLE', `${what}: ${failureOf(error).message}`, {
    hints: ['navi status says since when'],
  });
}
