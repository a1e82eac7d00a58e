import { asArray, asObject, asString, type JsonObject } from '../../core/json.ts';
import type { CertificateFacts } from '../../core/parse-certificates.ts';

/** A certificate that cert-manager keeps in a Secret, as its Certificate tells of it (cert-manager.io/v1). */
export interface ManagedCertificate extends CertificateFacts {
  readonly secretName: string;
  /** Why it is not ready; empty where it is. */
  readonly problem: string;
}

/** What a Certificate of cert-manager says; its times are null before it was issued. */
export function managedCertificate(object: JsonObject): ManagedCertificate {
  const spec = asObject(object['spec']);
  const status = asObject(object['status']);
  const names = ['dnsNames', 'ipAddresses', 'uris', 'emailAddresses'].flatMap((list) =>
    asArray(spec[list]).map(asString),
  );
  const ready = asArray(status['conditions'])
    .map(asObject)
    .find(({ type }) => type === 'Ready');
  const isReady = ready?.['status'] === 'True';
  return {
    subject: asString(spec['commonName']) || (names[0] ?? ''),
    names,
    issuer: asString(asObject(spec['issuerRef'])['name']),
    notBeforeMs: instant(status['notBefore']),
    notAfterMs: instant(status['notAfter']),
    isAuthority: spec['isCA'] === true,
    fingerprint: '',
    secretName: asString(spec['secretName']),
    problem: isReady ? '' : asString(ready?.['message']) || 'not issued yet',
  };
}

function instant(value: unknown): number | null {
  const at = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return Number.isNaN(at) ? null : at;
}
