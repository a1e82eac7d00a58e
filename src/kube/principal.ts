import { X509Certificate } from 'node:crypto';
import { asObject, asString, type Json } from '../core/json.ts';
import type { ResolvedContext } from '../kubeconfig/resolve-context.ts';
import { readTextFile } from '../util/read-text-file.ts';
import { RequestFailed } from './failure.ts';
import type { Transport } from './transport.ts';

const review = { kind: 'SelfSubjectReview', apiVersion: 'authentication.k8s.io/v1' };

/** Failures that say nothing of the credential: a server before 1.28, or one that lets nobody ask. */
const withoutAnswer = new Set([
  'forbidden',
  'not-found',
  'not-allowed',
  'not-acceptable',
  'not-api',
  'version-refused',
]);

/**
 * Who the cluster takes this context's user for: what SelfSubjectReview says (kube-apiserver 1.28), else the common name
 * of the client certificate, else the name that the kubeconfig gives.
 * @throws RequestFailed for a failure that is not the review's own
 */
export async function fetchPrincipal(transport: Transport, context: ResolvedContext): Promise<string> {
  try {
    const answer = await transport.post('/apis/authentication.k8s.io/v1/selfsubjectreviews', review);
    const status = asObject(asObject(JSON.parse(answer.text) as Json)['status']);
    const name = asString(asObject(status['userInfo'])['username']);
    if (name !== '') return name;
  } catch (error) {
    if (error instanceof RequestFailed && !withoutAnswer.has(error.failure.class)) throw error;
    if (!(error instanceof RequestFailed) && !(error instanceof SyntaxError)) throw error;
  }
  return certificateName(context) ?? context.userName;
}

/** Longest certificate that is read (bytes). */
const maxCertificateBytes = 1024 ** 2;

function certificateName({ user }: ResolvedContext): string | undefined {
  try {
    const data = Buffer.from(user.certData, 'base64');
    const pem = user.certData === '' && user.certFile !== '' ? readTextFile(user.certFile, maxCertificateBytes) : data;
    return /^CN=(.+)$/m.exec(new X509Certificate(pem).subject)?.[1];
  } catch {
    return undefined;
  }
}
