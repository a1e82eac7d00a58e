import { fileHint, plainMessageOf } from '../../errors/plain-words.ts';
import type { Clock } from '../../util/clock.ts';
import { readTextFile } from '../../util/read-text-file.ts';
import { failure, RequestFailed, type Failure } from '../failure.ts';

/** A file is read again after this (ms). */
const rereadMs = 10_000;

/** Longest file that is read (bytes): a bundle of authorities has some 200 KB. */
const maxBytes = 4 * 1024 ** 2;

/** The text of a small file that others replace, such as a token or certificate; never older than ten seconds. */
export class RereadFile {
  readonly #path: string;
  readonly #clock: Clock;
  #text: string | undefined;
  #readAt = Number.NEGATIVE_INFINITY;

  constructor(path: string, clock: Clock) {
    this.#path = path;
    this.#clock = clock;
  }

  /** The text now; the one before where the file cannot be read. @throws RequestFailed (unauthorized) where it never could be */
  text(): string {
    const now = this.#clock.monotonic();
    if (this.#text !== undefined && now - this.#readAt < rereadMs) return this.#text;
    this.#readAt = now;
    try {
      this.#text = readTextFile(this.#path, maxBytes);
    } catch (error) {
      if (this.#text === undefined) throw new RequestFailed(unreadable(this.#path, error), error);
    }
    return this.#text;
  }

  /** Has the next `text` read the file. */
  forget(): void {
    this.#readAt = Number.NEGATIVE_INFINITY;
  }
}

function unreadable(path: string, error: unknown): Failure {
  return {
    ...failure('unauthorized', `${path}, which the kubeconfig names, cannot be read: ${plainMessageOf(error)}`),
    hint: fileHint(error, path, 'put the file there, or mend its path in the kubeconfig'),
  };
}
