import { classifyAnswer } from './classify-response.ts';
import { RequestFailed } from './failure.ts';
import type { Transport } from './transport.ts';

/** Longest wait for the first byte of a log, and for all of it (ms). */
const firstByteMs = 15_000;
const wholeMs = 60_000;

const lineFeed = 0x0a;

/** The last lines of a container. */
export interface PodLogTarget {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  /** The run before the present one. */
  readonly isPrevious: boolean;
  readonly lineCount: number;
  /** Most bytes, with the times of the lines. */
  readonly bytes: number;
}

/** Lines as the server sent them, each behind its time. */
export interface PodLog {
  readonly text: Buffer;
  /** Line feeds in it. */
  readonly lineCount: number;
  /** The log may have older lines. */
  readonly isCut: boolean;
}

/**
 * The last lines of a log, as bytes. A server cuts what is too long at its end, which is what one wants to read: then fewer lines are
 * asked for.
 * @throws RequestFailed
 */
export async function fetchPodLog(transport: Transport, target: PodLogTarget, signal: AbortSignal): Promise<PodLog> {
  const within = AbortSignal.any([signal, AbortSignal.timeout(wholeMs)]);
  for (let { lineCount } = target; ; lineCount = Math.floor(lineCount / 4)) {
    const text = await readOnce(transport, { ...target, lineCount }, within);
    const isFull = text.length >= target.bytes;
    if (isFull && lineCount > 1) continue;
    const found = lineFeedsIn(text);
    return { text, lineCount: found, isCut: isFull || found >= lineCount };
  }
}

async function readOnce(transport: Transport, target: PodLogTarget, signal: AbortSignal): Promise<Buffer> {
  const options = { signal, headersTimeoutMs: firstByteMs, headers: { accept: 'application/json, */*' } };
  const { status, headers, refusal, bytes } = await transport.open(pathOf(target), options);
  if (bytes === undefined) {
    const contentType = headers['content-type'] ?? '';
    throw new RequestFailed(
      classifyAnswer({ status, contentType, retryAfter: headers['retry-after'] ?? '', body: refusal }),
    );
  }
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of bytes) {
    chunks.push(chunk);
    length += chunk.length;
    // Whoever does not keep to limitBytes is not read to the end.
    if (length >= target.bytes) break;
  }
  return Buffer.concat(chunks).subarray(0, target.bytes);
}

function lineFeedsIn(text: Buffer): number {
  let count = 0;
  for (let at = text.indexOf(lineFeed); at >= 0; at = text.indexOf(lineFeed, at + 1)) count += 1;
  return count;
}

function pathOf({ namespace, pod, container, isPrevious, lineCount, bytes }: PodLogTarget): string {
  const query = new URLSearchParams({ container, limitBytes: String(bytes) });
  if (isPrevious) query.set('previous', 'true');
  query.set('tailLines', String(Math.max(1, lineCount)));
  query.set('timestamps', 'true');
  const path = ['namespaces', namespace, 'pods', pod, 'log'].map(encodeURIComponent).join('/');
  return `/api/v1/${path}?${query.toString()}`;
}
