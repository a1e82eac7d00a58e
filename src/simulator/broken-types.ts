import { apiVersion, type ApiResource } from '../core/api-resource.ts';
import type { Clock } from '../util/clock.ts';
import { ApiRefusal, failure } from './api-status.ts';

/** How long a list of such a type takes before it fails (ms), in kube-apiserver 1.36. */
const listMs = 3_000;

/** Retry-After of a watch grows from one second to this. */
const maxRetryAfterSeconds = 32;

interface Broken {
  readonly why: string;
  /** Watches refused so far. */
  refusalCount: number;
}

/**
 * Versions of types that the API server cannot read: an object that it cannot decode, or a conversion webhook that does
 * not answer. Lists fail and watches are told that the cache of the type is not ready.
 */
export class BrokenTypes {
  readonly #broken = new Map<string, Broken>();

  /** From now on one version of a type cannot be read, for that reason. */
  add(type: ApiResource, why: string): void {
    this.#broken.set(keyOf(type), { why, refusalCount: 0 });
  }

  /** It can be read again. */
  remove(type: ApiResource): void {
    this.#broken.delete(keyOf(type));
  }

  /** Lets a list go on. @throws ApiRefusal 500 after a while, where the type cannot be read */
  async list(type: ApiResource, clock: Pick<Clock, 'after'>): Promise<void> {
    const broken = this.#broken.get(keyOf(type));
    if (broken === undefined) return;
    await new Promise<void>((resolve) => clock.after(listMs, resolve));
    throw new ApiRefusal(failure(500, { message: broken.why, reason: 'InternalError' }));
  }

  /** Lets a watch go on. @throws ApiRefusal 429 where the type cannot be read */
  watch(type: ApiResource): void {
    const broken = this.#broken.get(keyOf(type));
    if (broken === undefined) return;
    const seconds = Math.min(2 ** broken.refusalCount, maxRetryAfterSeconds);
    broken.refusalCount += 1;
    const message = `storage is (re)initializing: failed to list ${type.resource}: ${broken.why}`;
    throw new ApiRefusal(
      failure(429, { message, reason: 'TooManyRequests', details: { retryAfterSeconds: seconds } }),
      { 'retry-after': String(seconds) },
    );
  }
}

const keyOf = (type: ApiResource): string => `${apiVersion(type)} ${type.resource}`;
