import { request as httpRequest, type IncomingMessage } from 'node:http';
import type { JsonObject } from '../../src/core/json.ts';

/** A watch, or any answer, that is read while it is open. */
export interface OpenWatch {
  readonly status: number;
  /** The next whole line; undefined when the answer has ended, by whatever means. */
  line(): Promise<string | undefined>;
  /** The next line as an event. */
  event(): Promise<JsonObject>;
  /** Resolves at the end of the answer: `end` when it was complete, `cut` when the connection went away before. */
  readonly ended: Promise<'end' | 'cut'>;
  /** Takes no more bytes until `resume`. */
  pause(): void;
  resume(): void;
  /** Leaves. */
  close(): void;
}

function opened(response: IncomingMessage): OpenWatch {
  const lines: string[] = [];
  let rest = '';
  let over = false;
  let wake = (): void => {};
  const ended = new Promise<'end' | 'cut'>((resolve) => {
    response.once('end', () => resolve('end'));
    response.once('error', () => resolve('cut'));
    response.once('close', () => resolve('cut'));
  });
  void ended.then(() => {
    over = true;
    wake();
  });
  response.on('data', (chunk: Buffer) => {
    const parts = (rest + chunk.toString()).split('\n');
    rest = parts.pop() ?? '';
    lines.push(...parts);
    wake();
  });
  const line = async (): Promise<string | undefined> => {
    while (lines.length === 0 && !over) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
    return lines.shift();
  };
  return {
    status: response.statusCode ?? 0,
    line,
    event: async () => JSON.parse((await line()) ?? 'null') as JsonObject,
    ended,
    pause: () => response.pause(),
    resume: () => response.resume(),
    close: () => response.destroy(),
  };
}

/** Opens a request as the administrator; resolves with the headers. Rejects when none come. */
export function openWatch(url: string): Promise<OpenWatch> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(url, { headers: { authorization: 'Bearer token-of-admin' } }, (response) => {
      resolve(opened(response));
    });
    request.once('error', reject);
    request.end();
  });
}
