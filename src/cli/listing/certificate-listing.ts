import { caution } from '../../output/navi-table.ts';
import { humanDuration } from '../../core/human-duration.ts';
import { instantText } from '../../core/instant-text.ts';
import type { SummaryRead } from '../../kubeconfig/read-summary.ts';
import type { Place } from '../../query/place.ts';
import type { CertificateRow } from '../../query/certs/certificate-row.ts';
import { leftOut } from '../../query/left-out.ts';
import { readTypes } from '../../query/mirror-type.ts';
import { readableParts } from '../../query/type-places.ts';
import type { KubeconfigCertificates } from './kubeconfig-certificates.ts';
import type { Listing } from './listing.ts';

/** Which certificates are wanted. */
export interface CertificateChoice {
  /** With all namespaces, what is in none and the kubeconfig's own belong to it. */
  readonly place: Place;
  /** Only those that end within this time (ms), or have ended; undefined for all. */
  readonly withinMs: number | undefined;
  /** See `SummaryRead`. */
  readonly kubeconfig: SummaryRead['whole'];
}

const dayMs = 86_400_000;

/** From here on an end is near (ms). */
const nearMs = 30 * dayMs;

/**
 * `navi certs`, what ends first at the top, what does not say when at the bottom. Reading it throws what `refuseUnread`
 * throws.
 */
export function certificateListing({ place, withinMs, kubeconfig }: CertificateChoice): Listing<CertificateRow> {
  let ofContexts: KubeconfigCertificates | undefined;
  return {
    member: 'certificates',
    none: 'no certificate is like that',
    name: sourceText,
    json: ({ notBeforeMs, notAfterMs, fingerprint, ...row }, nowMs) => ({
      ...row,
      notBefore: instantText(notBeforeMs),
      notAfter: instantText(notAfterMs),
      leftDays: notAfterMs === null ? null : Math.floor((notAfterMs - nowMs) / dayMs),
      fingerprintSha256: fingerprint === '' ? null : fingerprint,
    }),
    columns: [
      {
        header: 'EXPIRES',
        text: expiryText,
        paint: (row, { color }, text, nowMs) => {
          const left = leftMs(row, nowMs);
          return left <= 0 ? color.red(text) : left < nearMs ? caution(color)(text) : text;
        },
      },
      { header: 'CERTIFICATE', text: ({ subject, names }) => subject || (names[0] ?? '-') },
      { header: 'SOURCE', text: sourceText },
      { header: 'NAMES', leaves: 2, text: ({ names }) => namesText(names) },
      { header: 'ISSUER', leaves: 1, text: ({ issuer }) => issuer || '-' },
      { header: 'USED BY', leaves: 3, text: ({ usedBy }) => namesText(usedBy) },
      { header: 'PROBLEM', text: ({ problem }) => problem, paint: (_row, { color }, text) => color.red(text) },
    ],
    async read(reader, context, nowMs) {
      const { certificateTypes, readCertificates, refuseUnread } =
        await import('../../query/certs/read-certificates.ts');
      const types = certificateTypes(readTypes(reader));
      refuseUnread(types, place);
      const found = [...readCertificates(reader, types, place)];
      if (place === undefined) {
        ofContexts ??= (await import('./kubeconfig-certificates.ts')).kubeconfigCertificates(await kubeconfig());
        found.push(...ofContexts(context.name));
      }
      const answer = found
        .filter((row) => withinMs === undefined || leftMs(row, nowMs) <= withinMs)
        .sort((one, other) => (one.notAfterMs ?? never) - (other.notAfterMs ?? never));
      return { answer, from: readableParts(types), wants: types, leftOut: leftOut(types, place) };
    },
  };
}

/** In place of an end that is not told. */
const never = Number.MAX_SAFE_INTEGER;

function leftMs({ notAfterMs }: CertificateRow, nowMs: number): number {
  return (notAfterMs ?? never) - nowMs;
}

function expiryText(row: CertificateRow, nowMs: number): string {
  if (row.notAfterMs === null) return '-';
  const left = leftMs(row, nowMs);
  return left <= 0 ? `${humanDuration(-left)} ago` : `in ${humanDuration(left)}`;
}

function sourceText({ kind, namespace, name, part, objectCount }: CertificateRow): string {
  const place = objectCount > 1 ? ` (in ${objectCount} namespaces)` : '';
  return [kind, objectCount > 1 ? '' : namespace, name, part].filter((text) => text !== '').join('/') + place;
}

/** Names that are shown before the others are only counted. */
const shownNames = 3;

function namesText(names: readonly string[]): string {
  if (names.length === 0) return '-';
  const rest = names.length - shownNames;
  return names.slice(0, shownNames).join(', ') + (rest > 0 ? ` +${rest}` : '');
}
