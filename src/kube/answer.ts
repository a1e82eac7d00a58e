import { constants as limits } from 'node:buffer';
import { promisify } from 'node:util';
import { gunzip, gunzipSync } from 'node:zlib';
import { systemCodeOf } from '../errors/navi-error.ts';
import { broken } from './broken-connection.ts';
import { failure, RequestFailed } from './failure.ts';

const gunzipBytes = promisify(gunzip);

/** Longest body, unzipped, that is read as a whole (bytes): what a text of this program may hold. */
export const maxTextBytes = limits.MAX_STRING_LENGTH;

/** A complete answer as it travelled, zipped or not. `headers` has lower-case names. */
export interface RawAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly bytes: Uint8Array;
  /** Longest text (bytes, unzipped) that is made of it; `maxTextBytes` unless given. */
  readonly maxBytes?: number | undefined;
}

/** A complete answer. `headers` has lower-case names. */
export interface BodyAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  /** Of the text, unzipped. */
  readonly byteCount: number;
}

/** The text of an answer, unzipped beside this thread. @throws RequestFailed */
export async function unzipped(answer: RawAnswer, signal?: AbortSignal): Promise<BodyAnswer> {
  try {
    const bytes = isZipped(answer) ? await gunzipBytes(answer.bytes, outputLimit(answer)) : answer.bytes;
    return textAnswer(answer, bytes);
  } catch (error) {
    throw unzipFault(error, answer, signal);
  }
}

/** What a page is unzipped into at a time (bytes): by Node's 16 KiB a page of pods comes to four hundred pieces. */
const chunkSize = 1024 * 1024;

/** The same by this thread. @throws RequestFailed */
export function unzippedHere(answer: RawAnswer): BodyAnswer {
  try {
    return textAnswer(
      answer,
      isZipped(answer) ? gunzipSync(answer.bytes, { ...outputLimit(answer), chunkSize }) : answer.bytes,
    );
  } catch (error) {
    throw unzipFault(error, answer);
  }
}

/** What a body of more than `maxBytes` fails with, zipped or not. */
export function tooLong(maxBytes: number): RequestFailed {
  return new RequestFailed(failure('too-long', `the answer is longer than ${Math.floor(maxBytes / 1024 ** 2)} MiB`));
}

const outputLimit = ({ maxBytes }: RawAnswer) => ({ maxOutputLength: maxBytes ?? maxTextBytes });

function unzipFault(error: unknown, { maxBytes }: RawAnswer, signal?: AbortSignal): unknown {
  return systemCodeOf(error) === 'ERR_BUFFER_TOO_LARGE' ? tooLong(maxBytes ?? maxTextBytes) : broken(error, signal);
}

function isZipped({ headers }: RawAnswer): boolean {
  return headers['content-encoding'] === 'gzip';
}

function textAnswer({ status, headers }: RawAnswer, unzippedBytes: Uint8Array): BodyAnswer {
  const { buffer, byteOffset, byteLength } = unzippedBytes;
  const text = Buffer.from(buffer, byteOffset, byteLength).toString('utf8');
  return { status, headers, text, byteCount: byteLength };
}

/** True for the content types that an API server answers with; a portal's HTML is none. */
export function isApiBody(contentType: string): boolean {
  return contentType.startsWith('application/json') || contentType.startsWith('application/vnd.kubernetes');
}
