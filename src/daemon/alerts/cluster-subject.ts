import type { OwnHealth } from '../check-judge.ts';
import type { JudgedSubject } from './rule-variables.ts';

/** What rules about the cluster itself are judged by. */
export interface ClusterState extends OwnHealth {
  /** The last check of the cluster passed. */
  readonly answers: boolean;
}

/** The mirror as an object of the type `cluster`: the fields `answers`, `health`, `reason` and `error`. */
export function clusterSubject({ answers, health, reason, lastError }: ClusterState, context: string): JudgedSubject {
  const json = JSON.stringify({ answers, health, reason, error: lastError ?? '', metadata: { name: context } });
  return {
    row: { key: context, name: context, labels: '{}', cells: '[]', created_at: null, json },
    pems: () => [],
  };
}

/** No check has come to an end yet. */
export function isUnchecked({ answers, reason, lastError }: ClusterState): boolean {
  return !answers && reason === 'connecting' && lastError === null;
}
