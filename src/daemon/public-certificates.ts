import { asObject, asString } from '../core/json.ts';
import type { KubeObject } from '../core/kube-object.ts';
import { messageOf, NaviError } from '../errors/navi-error.ts';
import { RequestFailed } from '../kube/failure.ts';
import type { Transport } from '../kube/transport.ts';
import type { SecretPart } from '../store/certificate-writer.ts';
import type { MirrorWriter } from '../store/mirror-writer.ts';
import type { Logger } from './logger.ts';
import type { MirrorTimers } from './mirror-timers.ts';
import { fetchReadable } from './readable-object.ts';
import { commitTolerantly } from './tolerant-commit.ts';

/** Between two looks for TLS Secrets that changed (ms): a look that finds none costs no request. */
const lookMs = 15_000;

/** After a refusal (ms), as every refused type is asked for again. */
const refusedMs = 600_000;

/** Secrets read at one look: the first look at a large cluster is spread over several. */
const readCountMax = 50;

/** Keys of a TLS Secret that hold certificates (core/v1 SecretTypeTLS); the third, tls.key, is never looked at. */
const parts = ['tls.crt', 'ca.crt'] as const;

const pemBlock = /-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----/g;

/** What reading certificates works with. */
export interface PublicCertificatesOptions {
  readonly writer: MirrorWriter;
  readonly transport: Transport;
  readonly log: Logger;
  readonly timers: MirrorTimers;
  readonly stopping: AbortSignal;
}

/**
 * Where the settings want it: reads the TLS Secrets that changed, in memory, and keeps their public certificates. Secrets
 * are mirrored without their values, so this is the only place that sees one.
 */
export class PublicCertificates {
  readonly #options: PublicCertificatesOptions;
  #isReading = false;
  #isRefused = false;

  constructor(options: PublicCertificatesOptions) {
    this.#options = options;
  }

  /** Begins; the stop of the mirror ends it. */
  start(): void {
    const { timers } = this.#options;
    timers.every(
      () => (this.#isRefused ? refusedMs : lookMs),
      () => void this.#look(),
    );
  }

  async #look(): Promise<void> {
    if (this.#isReading) return;
    this.#isReading = true;
    try {
      await this.#readChanged();
    } catch (error) {
      const { stopping, writer, log } = this.#options;
      if (stopping.aborted) return;
      if (!(error instanceof RequestFailed) && !(writer.report(error) instanceof NaviError)) throw error;
      log.debug('certificates could not be read', { error: messageOf(error) });
    } finally {
      this.#isReading = false;
    }
  }

  async #readChanged(): Promise<void> {
    const { writer, transport, stopping, log } = this.#options;
    commitTolerantly(writer, () => writer.certificates.forgetGone());
    this.#isRefused = false;
    for (const secret of writer.certificates.unread(readCountMax)) {
      const object = await fetchReadable(transport, target, secret.key, stopping);
      if (stopping.aborted) return;
      if (object === 'forbidden') {
        this.#isRefused = true;
        log.warn('certificates of TLS Secrets may not be read', { type: 'secrets' });
        return;
      }
      if (object === 'missing' || object.metadata.uid !== secret.uid) continue;
      const { resourceVersion = '' } = object.metadata;
      const found = certificateParts(object);
      commitTolerantly(writer, () => writer.certificates.put(secret.uid, resourceVersion, found));
    }
  }
}

const target = {
  type: {
    group: '',
    version: 'v1',
    resource: 'secrets',
    singular: 'secret',
    kind: 'Secret',
    namespaced: true,
    shortNames: [],
    categories: [],
    verbs: ['get'],
  },
  namespace: '',
  representation: 'full',
} as const;

/** The certificates of a TLS Secret, at least one part: an empty one says that there are none. */
export function certificateParts(secret: KubeObject): readonly SecretPart[] {
  const data = asObject(secret['data']);
  const found = parts.flatMap((part): readonly SecretPart[] => {
    const text = Buffer.from(asString(data[part]), 'base64').toString('latin1');
    const pem = (text.match(pemBlock) ?? []).join('\n');
    return pem === '' ? [] : [{ part, pem }];
  });
  return found.length === 0 ? [{ part: parts[0], pem: '' }] : found;
}
