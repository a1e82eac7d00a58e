/** Why the last lines of a container that ended are kept, the most telling first. */
export const keepReasons = ['oom-killed', 'crashed', 'failed', 'restarted'] as const;

/** One of `keepReasons`. */
export type KeepReason = (typeof keepReasons)[number];

/** Which logs are kept, and how much of each and of all. */
export interface KeptLogSettings {
  /** Of pods in these namespaces, `*` for all; empty: none are. */
  readonly namespaces: readonly string[];
  readonly when: readonly KeepReason[];
  /** The last so many lines of a run. */
  readonly lineCount: number;
  /** Most bytes of a run, with the times of its lines. */
  readonly logBytes: number;
  /** Longest time since a run ended (ms). */
  readonly ageMs: number;
  /** Most bytes of all that is kept of one mirror, as it is stored; what was read or fetched longest ago goes first. */
  readonly bytes: number;
}

/** Whether logs of pods in a namespace are kept. */
export function keepsLogsOf({ namespaces }: Pick<KeptLogSettings, 'namespaces'>, namespace: string): boolean {
  return namespaces.includes('*') || namespaces.includes(namespace);
}
