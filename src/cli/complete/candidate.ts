/** What could stand where something is being typed. */
export interface Candidate {
  /** The whole word as it would stand there, from its beginning. */
  readonly value: string;
  /** For people, on one line; may be empty. */
  readonly description: string;
}

/** A candidate of its own words. */
export function candidate(value: string, description = ''): Candidate {
  return { value, description };
}

/** How a shell goes on, in the numbers of cobra, which kubectl speaks with its plugins. */
export const directives = { files: 0, noSpace: 2, noFiles: 4, folders: 16 } as const;

/** What is printed. */
export interface Answer {
  readonly candidates: readonly Candidate[];
  /** A sum of `directives`. */
  readonly directive: number;
}

/** Most candidates of an answer. */
export const mostCandidates = 500;

/**
 * So many of them that no shell has to wait for them. The last one stays: shells type on what all candidates begin with, which the first ones
 * alone, being sorted, would make too long.
 */
export function bounded<T>(sorted: readonly T[]): readonly T[] {
  if (sorted.length <= mostCandidates) return sorted;
  return [...sorted.slice(0, mostCandidates - 1), ...sorted.slice(-1)];
}
