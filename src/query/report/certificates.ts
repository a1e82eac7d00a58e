import { instantText } from '../../core/instant-text.ts';
import { certificateTypes, readCertificates } from '../certs/read-certificates.ts';
import { isTold, type ReportScope } from './report-scope.ts';
import { briefText, firstRows, type Section } from './section.ts';

/** A certificate that ends soon, has ended, or has a problem. */
export interface ReportCertificate {
  /** Kind of what shows it. */
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  /** Where in it; empty where there is one place only. */
  readonly part: string;
  readonly subject: string;
  /** RFC 3339; null where it is not told. */
  readonly notAfter: string | null;
  readonly leftDays: number | null;
  readonly problem: string;
}

const dayMs = 86_400_000;

/** How long before its end a certificate is told of (days). */
export const certificateDays = 30;

/** The certificates of a cluster that need a look, what ends first at the top; null where nothing that shows any may be told of. */
export function reportCertificates({ reader, types, place, untilMs }: ReportScope): Section<ReportCertificate> | null {
  const told = certificateTypes(types).filter((type) => isTold(type, place));
  if (told.length === 0) return null;
  const never = Number.MAX_SAFE_INTEGER;
  const found = readCertificates(reader, told, place)
    .filter(({ notAfterMs, problem }) => problem !== '' || (notAfterMs ?? never) - untilMs < certificateDays * dayMs)
    .sort((one, other) => (one.notAfterMs ?? never) - (other.notAfterMs ?? never));
  const { totalCount, rows } = firstRows(found);
  return {
    totalCount,
    rows: rows.map(({ kind, namespace, name, part, subject, names, notAfterMs, problem }) => ({
      kind,
      namespace,
      name,
      part,
      subject: subject || (names[0] ?? ''),
      notAfter: instantText(notAfterMs),
      leftDays: notAfterMs === null ? null : Math.floor((notAfterMs - untilMs) / dayMs),
      problem: briefText(problem),
    })),
  };
}
