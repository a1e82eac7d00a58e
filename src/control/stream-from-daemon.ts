import type { Socket } from 'node:net';
import { messageOf, NaviError, systemCodeOf } from '../errors/navi-error.ts';
import { net } from '../util/late-modules.ts';
import { resultOf } from './control-client.ts';
import type { ControlRequest } from './protocol.ts';
import { FrameReader } from './stream-frames.ts';

/** An answer of the daemon that goes on. */
export interface DaemonStream {
  readonly result: unknown;
  /**
   * What follows the answer, as it comes; not reading on makes whoever sends it wait. To be read once, or left by `close`.
   * Throws what broke it off, and NAVI_DAEMON_SILENT where the daemon itself went away.
   */
  readonly bytes: AsyncIterable<Buffer>;
  /** Ends the connection, and with it what the daemon does for it. */
  close(): void;
}

/**
 * Asks the daemon that listens at `path` on a connection of its own for an answer that goes on, however long it takes to
 * begin; undefined where none listens.
 * @throws what the daemon answered as an error, NAVI_DAEMON_SILENT; the signal's reason once it is aborted
 */
export async function streamFromDaemon(
  path: string,
  request: Extract<ControlRequest, { readonly method: 'stream' }>,
  signal: AbortSignal,
): Promise<DaemonStream | undefined> {
  const socket = await connected(path);
  if (socket === undefined) return undefined;
  const close = (): void => void socket.destroy();
  signal.addEventListener('abort', close, { once: true });
  const chunks = socket[Symbol.asyncIterator]() as AsyncIterator<Buffer, undefined>;
  socket.write(`${JSON.stringify(request)}\n`);
  try {
    signal.throwIfAborted();
    const { line, rest } = await answerLine(chunks, signal);
    return { result: resultOf(line), bytes: bytesOf(rest, chunks, signal), close };
  } catch (error) {
    close();
    throw error;
  }
}

/** @throws NAVI_DAEMON_SILENT */
function connected(path: string): Promise<Socket | undefined> {
  return new Promise((resolve, reject) => {
    const socket = net().connect(path);
    socket.once('connect', () => resolve(socket));
    socket.on('error', (error) => {
      const isAway = ['ENOENT', 'ECONNREFUSED'].includes(systemCodeOf(error));
      if (isAway) resolve(undefined);
      else reject(brokenOff(error));
    });
  });
}

async function answerLine(
  chunks: AsyncIterator<Buffer, undefined>,
  signal: AbortSignal,
): Promise<{ readonly line: string; readonly rest: Buffer }> {
  const read: Buffer[] = [];
  for (;;) {
    const chunk = await nextOf(chunks, signal);
    const end = chunk.indexOf(0x0a);
    if (end === -1) {
      read.push(chunk);
      continue;
    }
    const line = Buffer.concat([...read, chunk.subarray(0, end)]).toString('utf8');
    return { line, rest: chunk.subarray(end + 1) };
  }
}

async function* bytesOf(
  first: Buffer,
  chunks: AsyncIterator<Buffer, undefined>,
  signal: AbortSignal,
): AsyncGenerator<Buffer, void> {
  const frames = new FrameReader();
  try {
    for (let chunk = first; ; chunk = await nextOf(chunks, signal)) {
      yield* frames.push(chunk);
      if (frames.end !== undefined) break;
    }
    resultOf(frames.end);
  } finally {
    await chunks.return?.();
  }
}

/** @throws NAVI_DAEMON_SILENT where there is none */
async function nextOf(chunks: AsyncIterator<Buffer, undefined>, signal: AbortSignal): Promise<Buffer> {
  const next = await chunks.next().catch((error: unknown) => {
    signal.throwIfAborted();
    throw brokenOff(error);
  });
  signal.throwIfAborted();
  if (next.done === true) throw brokenOff();
  return next.value;
}

function brokenOff(error?: unknown): NaviError {
  const why = error === undefined ? '' : `: ${messageOf(error)}`;
  return new NaviError('NAVI_DAEMON_SILENT', `the daemon went away before the end${why}`, {
    hints: ['navi status says whether it runs', 'navi sync --detach starts one'],
    cause: error,
  });
}
