import { createSecureContext } from 'node:tls';
import { messageOf, systemCodeOf } from '../../errors/navi-error.ts';
import type { KubeconfigUser } from '../../kubeconfig/kubeconfig.ts';
import type { Clock } from '../../util/clock.ts';
import { failure, RequestFailed } from '../failure.ts';
import type { Credential, CredentialSource } from './credential.ts';
import { RereadFile } from './reread-file.ts';

/** A text that stands in the kubeconfig or in a file. */
interface Part {
  text(): string;
  forget(): void;
}

/**
 * Certificate, token or password that a kubeconfig has or names the file of. Data goes before a file for certificates,
 * the file before the token (client-go). Files that changed are read again; a certificate whose key is not there yet
 * waits for it.
 */
export class StoredCredential implements CredentialSource {
  readonly problem = undefined;
  readonly #user: KubeconfigUser;
  readonly #certificate: Part;
  readonly #key: Part;
  readonly #tokenFile: RereadFile | undefined;
  #held: Credential | undefined;

  constructor(user: KubeconfigUser, clock: Clock) {
    this.#user = user;
    this.#certificate = part(user.certData, user.certFile, clock);
    this.#key = part(user.keyData, user.keyFile, clock);
    this.#tokenFile = user.tokenFile === '' ? undefined : new RereadFile(user.tokenFile, clock);
  }

  async credential(): Promise<Credential> {
    return this.#read();
  }

  async refused(credential: Credential): Promise<Credential | undefined> {
    this.wake();
    const now = await this.credential();
    return now === credential ? undefined : now;
  }

  accepted(): void {}

  wake(): void {
    this.#certificate.forget();
    this.#key.forget();
    this.#tokenFile?.forget();
  }

  give(): boolean {
    return false;
  }

  close(): void {}

  #read(): Credential {
    const { username, password } = this.#user;
    const token = this.#token();
    const { certificate, key } = this.#pair();
    const held = this.#held;
    if (held?.token === token && held.certificate === certificate && held.key === key) return held;
    this.#held = { token, username, password, certificate, key };
    return this.#held;
  }

  /** While half of a rotation is there, the pair of before goes on. */
  #pair(): Pick<Credential, 'certificate' | 'key'> {
    const held = this.#held;
    const pair = { certificate: this.#certificate.text(), key: this.#key.text() };
    if (pair.certificate === '' || (held?.certificate === pair.certificate && held.key === pair.key)) return pair;
    const fault = pairFault(pair.certificate, pair.key);
    if (fault === undefined) return pair;
    if (held === undefined) throw new RequestFailed(failure('unauthorized', fault));
    return held;
  }

  #token(): string {
    const { token } = this.#user;
    if (this.#tokenFile === undefined) return token;
    try {
      const text = this.#tokenFile.text().trim();
      if (text !== '') return text;
    } catch (error) {
      if (token === '') throw error;
    }
    return this.#held?.token ?? token;
  }
}

function part(data: string, file: string, clock: Clock): Part {
  if (data === '' && file !== '') return new RereadFile(file, clock);
  const text = Buffer.from(data, 'base64').toString('utf8');
  return { text: () => text, forget: () => undefined };
}

/** Why a certificate and a key are no pair, without a byte of them. */
function pairFault(cert: string, key: string): string | undefined {
  try {
    createSecureContext({ cert, key });
    return undefined;
  } catch (error) {
    return `the client certificate cannot be used: ${pairWords[systemCodeOf(error)] ?? messageOf(error)}`;
  }
}

/** What OpenSSL says of a certificate and a key, by its code in Node. */
const pairWords: Readonly<Record<string, string>> = {
  ERR_OSSL_PEM_NO_START_LINE: 'client-certificate is no PEM',
  ERR_OSSL_PEM_BAD_BASE64_DECODE: 'client-certificate is damaged',
  ERR_OSSL_X509_KEY_VALUES_MISMATCH: 'client-key is the key of another certificate',
  ERR_OSSL_UNSUPPORTED: 'client-key is no key in PEM, or one with a password',
};
