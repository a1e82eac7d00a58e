import type { Json, JsonObject } from '../../../../src/core/json.ts';
import type { KubeObject } from '../../../../src/core/kube-object.ts';

/** The instant at which every expected text is true. */
export const nowMs = Date.parse('2026-01-10T00:00:00Z');

/** Milliseconds by unit. */
export const unitMs = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** The RFC 3339 time `count` units before `nowMs`, such as `ago(5, 'd')`. */
export function ago(count: number, unit: keyof typeof unitMs): string {
  return new Date(nowMs - count * unitMs[unit]).toISOString().replace('.000Z', 'Z');
}

/** One object of a type and what its table shows. */
export interface TableCase {
  /** A sentence on the behaviour. */
  readonly title: string;
  /** `plural.group`. */
  readonly type: string;
  readonly object: KubeObject;
  /** All cells at `nowMs`, wide ones included, joined with ` | `. */
  readonly cells: string;
}

/** A maker of cases for one type. Objects are 5 days old and in no namespace unless `metadata` says otherwise. */
export function casesOf(
  type: string,
  apiVersion: string,
  kind: string,
): (
  title: string,
  cells: string,
  fields: { readonly [key: string]: Json | undefined; readonly metadata?: JsonObject },
) => TableCase {
  let count = 0;
  return (title, cells, { metadata, ...fields }) => {
    count += 1;
    const name = `${kind.toLowerCase()}-${count}`;
    const object: KubeObject = {
      apiVersion,
      kind,
      metadata: { name, creationTimestamp: ago(5, 'd'), ...metadata },
      ...fields,
    };
    return { title, type, object, cells: cells.replace('NAME', object.metadata.name) };
  };
}
