import { constants as limits } from 'node:buffer';
import { promisify } from 'node:util';
import { gunzip, gunzipSync } from 'node:zlib';
import { broken } from './broken-connection.ts';

const gunzipBytes = promisify(gunzip);

/** Longest body, unzipped, that is read as a whole (bytes): what a text of this program may hold. */
export const maxTextBytes = limits.MAX_STRING_LENGTH;

/** A complete answer as it travelled, zipped or not. `headers` has lower-case names. */
export interface RawAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly bytes: Uint8Array;
}

/** A complete answer. `headers` has lower-case names. */
export interface BodyAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  /** Of the body as it travelled, zipped or not. */
  readonly byteCount: number;
}

/** The text of an answer, unzipped beside this thread. @throws RequestFailed */
export async function unzipped(answer: RawAnswer, signal?: AbortSignal): Promise<BodyAnswer> {
  try {
    const bytes = isZipped(answer) ? await gunzipBytes(answer.bytes, { maxOutputLength: maxTextBytes }) : answer.bytes;
    return textAnswer(answer, bytes);
  } catch (error) {
    throw broken(error, signal);
  }
}

/** The same by this thread. @throws RequestFailed */
export function unzippedHere(answer: RawAnswer): BodyAnswer {
  try {
    return textAnswer(
      answer,
      isZipped(answer) ? gunzipSync(answer.bytes, { maxOutputLength: maxTextBytes }) : answer.bytes,
    );
  } catch (error) {
    throw broken(error, undefined);
  }
}

function isZipped({ headers }: RawAnswer): boolean {
  return headers['content-encoding'] === 'gzip';
}

function textAnswer({ status, headers, bytes }: RawAnswer, unzippedBytes: Uint8Array): BodyAnswer {
  const { buffer, byteOffset, byteLength } = unzippedBytes;
  const text = Buffer.from(buffer, byteOffset, byteLength).toString('utf8');
  return { status, headers, text, byteCount: bytes.length };
}

/** True for the content types that an API server answers with; a portal's HTML is none. */
export function isApiBody(contentType: string): boolean {
  return contentType.startsWith('application/json') || contentType.startsWith('application/vnd.kubernetes');
}
