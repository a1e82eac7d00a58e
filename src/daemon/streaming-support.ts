import type { TypeRecipe } from './object-source.ts';
import type { Streaming } from './reflector-state.ts';

/** From this minor version of Kubernetes on a streaming list is compressed, and no larger than pages. */
const compressedSinceMinor = 37;

/** Below this minor version a server was never seen to stream lists by default. */
const streamedSinceMinor = 32;

/** What is known of a cluster's streaming lists (WatchList): whether it refuses them, and for which scopes it ignores the request. */
export class StreamingSupport {
  readonly #serverMinor: () => number;
  readonly #ignoring = new Set<number>();
  /** Minor version of the server that refused. */
  #refusedByMinor: number | undefined;

  /** @param serverMinor of the API server, 0 while it is unknown */
  constructor(serverMinor: () => number) {
    this.#serverMinor = serverMinor;
  }

  /** When lists of a scope are to come as a stream. Aggregated APIs are never asked: most of them ignore the request. */
  of(scopeId: number, recipe: TypeRecipe): Streaming {
    const minor = this.#serverMinor();
    if (recipe.printing !== undefined || this.#ignoring.has(scopeId)) return 'never';
    if (this.#refusedByMinor === minor || minor < streamedSinceMinor) return 'never';
    return minor >= compressedSinceMinor ? 'preferred' : 'fallback';
  }

  /** The server streams no lists, as its configuration is. */
  refused(): void {
    this.#refusedByMinor = this.#serverMinor();
  }

  /** The server streams no list of this scope. */
  ignored(scopeId: number): void {
    this.#ignoring.add(scopeId);
  }
}
