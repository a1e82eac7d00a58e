import type { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { Dispatcher } from 'undici';
import type { Answer } from './classify-response.ts';
import type { Deadline } from './deadline.ts';

const gunzipBytes = promisify(gunzip);

/** Longest body of an error answer that is read: enough for any Status object. */
const maxErrorBodyBytes = 64 * 1024;

/** A response whose headers are there; its body is read within the deadline, which ends with it. */
export interface OpenResponse extends Dispatcher.ResponseData {
  readonly deadline: Deadline;
}

/** Reads what an error answer has to say, or as much of it as comes within so many milliseconds. */
export async function errorAnswer(response: OpenResponse, withinMs: number): Promise<Answer> {
  const headers = flatHeaders(response.headers);
  response.deadline.expect('more of the answer', withinMs);
  const body = await errorBody(response.body, headers['content-encoding'] === 'gzip');
  response.deadline.end();
  return {
    status: response.statusCode,
    contentType: headers['content-type'] ?? '',
    retryAfter: headers['retry-after'] ?? '',
    body,
  };
}

async function errorBody(body: Readable, isZipped: boolean): Promise<string> {
  const chunks: Buffer[] = [];
  let byteCount = 0;
  try {
    for await (const chunk of body as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      byteCount += chunk.length;
      if (byteCount >= maxErrorBodyBytes) break;
    }
    const bytes = Buffer.concat(chunks);
    const text = isZipped ? await gunzipBytes(bytes, { maxOutputLength: maxErrorBodyBytes }) : bytes;
    return text.toString('utf8');
  } catch {
    // The status alone classifies it.
    return isZipped ? '' : Buffer.concat(chunks).toString('utf8');
  }
}

/** Headers by lower-case name, values of repeated ones joined. */
export function flatHeaders(headers: Dispatcher.ResponseData['headers']): Record<string, string> {
  const flat: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) flat[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return flat;
}
