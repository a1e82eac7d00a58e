import type { JudgedScope } from '../../store/judged-rows.ts';

/** Which rows are known to be the cluster's this moment. */
export class KnownScopes {
  readonly #scopes = new Map<string, JudgedScope>();
  readonly #isAnswering: boolean;

  /** @param isAnswering the cluster answers its heartbeat; while it does not, nothing is known */
  constructor(scopes: readonly JudgedScope[], isAnswering: boolean) {
    for (const scope of scopes) this.#scopes.set(`${scope.typeId}/${scope.namespace}`, scope);
    this.#isAnswering = isAnswering;
  }

  /** Those of a type whose rows are known. */
  ofType(typeId: number): readonly JudgedScope[] {
    return [...this.#scopes.values()].filter((scope) => scope.typeId === typeId && this.#isKnown(scope));
  }

  /** Whether the rows of a namespace are known; empty for an object without one. */
  has(typeId: number, namespace: string): boolean {
    const scope = this.#scopeOf(typeId, namespace);
    return scope !== undefined && this.#isKnown(scope);
  }

  /** Ids of all types that there are scopes of. */
  get typeIds(): ReadonlySet<number> {
    return new Set([...this.#scopes.values()].map(({ typeId }) => typeId));
  }

  /** Ids of those that have no list now. */
  get unlisted(): readonly number[] {
    return [...this.#scopes.values()].flatMap((scope) => (isListed(scope) ? [] : [scope.id]));
  }

  #scopeOf(typeId: number, namespace: string): JudgedScope | undefined {
    return this.#scopes.get(`${typeId}/${namespace}`) ?? this.#scopes.get(`${typeId}/`);
  }

  #isKnown(scope: JudgedScope): boolean {
    // Of a type that the cluster no longer has there is nothing.
    if (scope.phase === 'absent') return this.#isAnswering;
    return this.#isAnswering && isListed(scope) && scope.health === 'healthy';
  }
}

function isListed({ phase, complete }: JudgedScope): boolean {
  return complete === 1 && (phase === 'synced' || phase === 'polled');
}
