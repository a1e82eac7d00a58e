import { X509Certificate } from 'node:crypto';

/** What a certificate says. Times are epoch milliseconds. */
export interface CertificateFacts {
  /** Its common name, else its whole subject; empty where it has neither. */
  readonly subject: string;
  /** DNS names, addresses, URIs and mail addresses that it is for. */
  readonly names: readonly string[];
  readonly issuer: string;
  readonly notBeforeMs: number | null;
  readonly notAfterMs: number | null;
  readonly isAuthority: boolean;
  /** SHA-256, hexadecimal without separators; empty where only a controller tells of the certificate. */
  readonly fingerprint: string;
}

/** In place of what a text that holds no certificate would say. */
export const unreadableCertificate: CertificateFacts = {
  subject: '',
  names: [],
  issuer: '',
  notBeforeMs: null,
  notAfterMs: null,
  isAuthority: false,
  fingerprint: '',
};

const pemBlock = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/** Certificates of one text that are looked at: bundles of public authorities have some 150. */
const countMax = 500;

/** The certificates in a text of PEM blocks, in its order; a block that holds none is undefined. */
export function parseCertificates(pem: string): readonly (CertificateFacts | undefined)[] {
  return (pem.match(pemBlock) ?? []).slice(0, countMax).map(parseOne);
}

function parseOne(block: string): CertificateFacts | undefined {
  try {
    const certificate = new X509Certificate(block);
    return {
      subject: nameOf(certificate.subject),
      names: alternativeNames(certificate.subjectAltName),
      issuer: nameOf(certificate.issuer),
      notBeforeMs: certificate.validFromDate.getTime(),
      notAfterMs: certificate.validToDate.getTime(),
      isAuthority: certificate.ca,
      fingerprint: certificate.fingerprint256.replaceAll(':', '').toLowerCase(),
    };
  } catch {
    return undefined;
  }
}

/** The common name of a distinguished name, as node writes it (a line for each part); the whole where it has none. */
function nameOf(distinguished: string | undefined): string {
  const [, common] = /^CN=(.*)$/m.exec(distinguished ?? '') ?? [];
  return common ?? (distinguished ?? '').split('\n').join(', ');
}

/** `DNS:a.example, IP Address:10.0.0.1` without the kinds. A name that holds a comma is quoted. */
function alternativeNames(text: string | undefined): readonly string[] {
  const parts = (text ?? '').matchAll(/(?:^|, )[A-Za-z ]+:("(?:[^"\\]|\\.)*"|[^,]*)/g);
  return Array.from(parts, ([, name = '']) => name);
}
