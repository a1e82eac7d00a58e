/** How much a rule matters, the most first. */
export const severities = ['critical', 'warning', 'info'] as const;

/** One of `severities`. */
export type Severity = (typeof severities)[number];

/** In place of a type: the rule is about the mirror of a cluster itself. */
export const clusterType = 'cluster';

/** When something is wrong, and what is said of it. */
export interface AlertRule {
  readonly name: string;
  /** `plural.group`, or `clusterType`. */
  readonly type: string;
  /** A CEL expression; true: it is wrong. */
  readonly when: string;
  /** So long it must hold before anybody is told (ms). */
  readonly forMs: number;
  /** So long it must no longer hold before it counts as over (ms). An object that is gone is over at once. */
  readonly resolveAfterMs: number;
  readonly severity: Severity;
  /** A text; CEL expressions stand in braces. */
  readonly summary: string;
  /** It comes with navi, perhaps with settings of the user. */
  readonly isBuiltIn: boolean;
}
