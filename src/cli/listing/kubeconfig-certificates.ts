import type { Kubeconfig } from '../../kubeconfig/kubeconfig.ts';
import { resolveContext } from '../../kubeconfig/resolve-context.ts';
import { readTextFile } from '../../util/read-text-file.ts';
import { parseCertificates } from '../../core/parse-certificates.ts';
import { certificateRows, type CertificateRow } from '../../query/certs/certificate-row.ts';

/** Largest file of certificates that is read. */
const maxBytes = 4 * 1024 ** 2;

/** By name of a context the certificates that it uses itself: its user's, and the authority that it trusts. */
export type KubeconfigCertificates = (context: string) => readonly CertificateRow[];

/** The certificates of contexts of a kubeconfig. What it gives throws what `resolveContext` throws. */
export function kubeconfigCertificates(kubeconfig: Kubeconfig): KubeconfigCertificates {
  return (name) => {
    const { user, cluster } = resolveContext(kubeconfig, name);
    return [
      ...rowsOf(name, 'client-certificate', user.certData, user.certFile),
      ...rowsOf(name, 'certificate-authority', cluster.caData, cluster.caFile),
    ];
  };
}

/** @param data base64 of PEM, which is used before the file */
function rowsOf(name: string, part: string, data: string, file: string): readonly CertificateRow[] {
  if (data === '' && file === '') return [];
  const pem = data === '' ? textOf(file) : Buffer.from(data, 'base64').toString('utf8');
  const read = pem === undefined ? [undefined] : parseCertificates(pem);
  const problem = pem === undefined ? `${file} cannot be read` : 'this is no certificate';
  const place = { kind: 'kubeconfig', namespace: '', name, part, usedBy: [] };
  return certificateRows(place, read.length === 0 ? [undefined] : read, problem);
}

function textOf(file: string): string | undefined {
  try {
    return readTextFile(file, maxBytes);
  } catch {
    return undefined;
  }
}
