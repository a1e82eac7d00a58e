import type { ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import type { Clock } from '../util/clock.ts';
import type { Fault } from './fault.ts';

/** A whole answer. */
export interface Answer {
  readonly status: number;
  readonly contentType: string;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly body: string;
}

/** The API server compresses bodies that are longer than this. */
const gzipAboveBytes = 131_072;

const zip = (bytes: Buffer): Buffer => gzipSync(bytes, { level: 1 });

/**
 * The answer to one request on its socket, with the transport faults applied: what is cut, held back or cut short is
 * decided here and nowhere else.
 */
export class Reply {
  readonly #response: ServerResponse;
  readonly #fault: Fault | undefined;
  readonly #onStatus: (status: number) => void;
  #writtenBytes = 0;
  #ended = false;

  constructor(response: ServerResponse, fault: Fault | undefined, onStatus: (status: number) => void) {
    this.#response = response;
    this.#fault = fault;
    this.#onStatus = onStatus;
  }

  /** Bytes that the client has not taken yet. */
  get backlogBytes(): number {
    return this.#response.writableLength;
  }

  /** Calls `run` when the connection or the answer has ended. */
  onClose(run: () => void): void {
    this.#response.once('close', run);
  }

  /** Sends a whole answer; `gzip` when the client takes that and the answer is one that may be compressed. */
  send(answer: Answer, gzip: boolean): void {
    const { edit } = this.#fault?.kind === 'editBody' ? this.#fault : { edit: (body: string) => body };
    const text = Buffer.from(edit(answer.body));
    const inMembers = this.#fault?.kind === 'gzip';
    const compress = inMembers || (gzip && text.length > gzipAboveBytes);
    const members = inMembers ? [text.subarray(0, text.length >> 1), text.subarray(text.length >> 1)] : [text];
    const body = compress ? Buffer.concat(members.map(zip)) : text;
    const length =
      this.#fault?.kind === 'truncate' && this.#fault.by === 'end' ? {} : { 'content-length': body.length };
    const encoding = compress ? { 'content-encoding': 'gzip', vary: 'Accept-Encoding' } : {};
    this.#head(answer.status, { 'content-type': answer.contentType, ...answer.headers, ...encoding, ...length });
    this.#write(body);
    this.end();
  }

  /** True once nobody takes anything any more. */
  get isClosed(): boolean {
    return this.#response.destroyed || this.#ended;
  }

  /** Resolves after so long, at once when the connection ends. */
  pause(clock: Pick<Clock, 'after'>, waitMs: number): Promise<void> {
    return new Promise((resolve) => {
      const settle = (): void => {
        cancel();
        this.#response.off('close', settle);
        resolve();
      };
      const cancel = clock.after(waitMs, settle);
      this.#response.once('close', settle);
    });
  }

  /** Sends the headers of a stream. */
  openStream(contentType = 'application/json'): void {
    const encoding = this.#fault?.kind === 'gzip' ? { 'content-encoding': 'gzip' } : {};
    this.#head(200, { 'content-type': contentType, ...encoding });
    if (this.#fault?.kind === 'truncate') this.#write(Buffer.alloc(0));
  }

  /** Adds to a stream. */
  writeText(text: string): void {
    const bytes = Buffer.from(text);
    this.#write(this.#fault?.kind === 'gzip' ? zip(bytes) : bytes);
  }

  /** Adds bytes to a stream; resolves when there is room for more, or nobody left to take them. */
  async writeBytes(bytes: Uint8Array): Promise<void> {
    if (this.isClosed) return;
    this.#write(Buffer.from(bytes));
    if (!this.#response.writableNeedDrain || this.#response.destroyed) return;
    await new Promise<void>((resolve) => {
      const settle = (): void => {
        this.#response.off('drain', settle).off('close', settle);
        resolve();
      };
      this.#response.on('drain', settle).on('close', settle);
    });
  }

  /** Completes the answer. */
  end(): void {
    if (this.#ended || this.#isHeld()) return;
    this.#ended = true;
    this.#response.end();
  }

  /** Cuts the connection. */
  reset(): void {
    this.#ended = true;
    this.#response.destroy();
  }

  #isHeld(): boolean {
    return this.#fault?.kind === 'hang' && this.#fault.before === 'body';
  }

  #head(status: number, headers: Readonly<Record<string, string | number>>): void {
    this.#onStatus(status);
    const more = this.#fault?.kind === 'addHeaders' ? this.#fault.headers : {};
    this.#response.writeHead(status, { 'cache-control': 'no-cache, private', ...headers, ...more });
    this.#response.flushHeaders();
  }

  #write(bytes: Buffer): void {
    if (this.#ended || this.#isHeld()) return;
    if (this.#fault?.kind !== 'truncate') {
      this.#response.write(bytes);
      return;
    }
    const { afterBytes, by } = this.#fault;
    const part = bytes.subarray(0, Math.max(0, afterBytes - this.#writtenBytes));
    this.#writtenBytes += part.length;
    const full = this.#writtenBytes >= afterBytes;
    if (part.length > 0) this.#response.write(part, full ? () => this.#cut(by) : undefined);
    else if (full) this.#cut(by);
    if (full) this.#ended = true;
  }

  #cut(by: 'reset' | 'end'): void {
    if (by === 'end') this.#response.end();
    else this.#response.destroy();
  }
}
