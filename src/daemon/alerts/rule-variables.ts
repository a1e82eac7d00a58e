import { parseJson } from '../../core/canonical-json.ts';
import type { Json } from '../../core/json.ts';
import { parseCertificates } from '../../core/parse-certificates.ts';
import type { ExpressionNeeds } from '../../cel/expression-needs.ts';
import type { ReadableRow } from '../../cel/row-variables.ts';

/** An object with what a rule may read besides its row. */
export interface JudgedSubject {
  readonly row: ReadableRow & { readonly json: string };
  /** JSON of the state before; undefined: there is none. */
  readonly previous?: string | undefined;
  /** Public certificates of a Secret, as PEM. */
  readonly pems: () => readonly string[];
}

/** The variables that only rules have, as far as the expression reads them. */
export function ruleVariables(
  { previous, pems }: JudgedSubject,
  needs: ExpressionNeeds,
  nowMs: number,
): Readonly<Record<string, unknown>> {
  const { fields } = needs;
  return {
    ...(fields.has('now') ? { now: new Date(nowMs) } : {}),
    ...(fields.has('previous') ? { previous: previous === undefined ? null : (parseJson(previous) as Json) } : {}),
    ...(fields.has('certificates') ? { certificates: pems().flatMap(certificatesIn) } : {}),
  };
}

function certificatesIn(pem: string): readonly unknown[] {
  return parseCertificates(pem).flatMap((facts) => {
    if (facts === undefined || facts.notAfterMs === null || facts.notBeforeMs === null) return [];
    const { subject, issuer, names, notBeforeMs, notAfterMs } = facts;
    return { subject, issuer, names, notBefore: new Date(notBeforeMs), notAfter: new Date(notAfterMs) };
  });
}
