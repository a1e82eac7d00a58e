import { unreadableCertificate, type CertificateFacts } from '../../core/parse-certificates.ts';

/** A certificate with where it was found. */
export interface CertificateRow extends CertificateFacts {
  /** Kind of what shows it: that of an object, or `kubeconfig`. */
  readonly kind: string;
  /** Empty for what is in none. */
  readonly namespace: string;
  readonly name: string;
  /** Where in it; empty where there is one place only. */
  readonly part: string;
  /** In how many objects of that kind and name it is: kube-root-ca.crt is in every namespace. */
  readonly objectCount: number;
  /** `Ingress/NAMESPACE/NAME`, `Gateway/…` of what serves it. */
  readonly usedBy: readonly string[];
  /** What is wrong with it besides its end; empty where nothing is. */
  readonly problem: string;
}

/** Where certificates were found, and what serves with them. */
export type CertificatePlace = Pick<CertificateRow, 'kind' | 'namespace' | 'name' | 'part' | 'usedBy'>;

/**
 * A row for each certificate of a place.
 * @param read as `parseCertificates` reads them
 * @param problem what is wrong with one that cannot be read
 */
export function certificateRows(
  place: CertificatePlace,
  read: readonly (CertificateFacts | undefined)[],
  problem = 'this is no certificate',
): readonly CertificateRow[] {
  return read.map((facts) => ({
    ...(facts ?? unreadableCertificate),
    ...place,
    objectCount: 1,
    problem: facts === undefined ? problem : '',
  }));
}
