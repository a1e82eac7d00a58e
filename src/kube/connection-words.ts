import { messageOf, systemCodeOf } from '../errors/navi-error.ts';

/** What kept a connection from being made, or broke it, in words for people. */
export interface ConnectionFault {
  readonly message: string;
  /** What to do about it, where that is not the network. */
  readonly hint?: string;
}

/** What Node's errors of the network tell besides. */
interface NetworkError {
  readonly hostname?: unknown;
  readonly address?: unknown;
  readonly port?: unknown;
}

const authorityHint = 'check certificate-authority of the cluster in the kubeconfig';
const clockHint = 'renew the server’s certificate, or set the clock of this machine';

/** OpenSSL's reasons, as Node names them, why the certificate of a server is not believed. */
const certificateFaults: Readonly<Record<string, ConnectionFault>> = {
  CERT_HAS_EXPIRED: { message: 'the server’s certificate has expired', hint: clockHint },
  CERT_NOT_YET_VALID: { message: 'the server’s certificate is not valid yet', hint: clockHint },
  ERR_TLS_CERT_ALTNAME_INVALID: {
    message: 'the server’s certificate is for other names',
    hint: 'check server and tls-server-name of the cluster in the kubeconfig',
  },
};

const unknownAuthority = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'CERT_SIGNATURE_FAILURE',
  'CERT_UNTRUSTED',
  'INVALID_CA',
]);

/** An error of the network or of TLS in words; one that is none keeps its own. */
export function connectionFault(thrown: unknown): ConnectionFault {
  const error = innermost(thrown);
  const code = systemCodeOf(error) || systemCodeOf(thrown);
  const known = tlsFault(error, code) ?? networkFault(error, code);
  if (known !== undefined) return { ...known, message: `${known.message} (${code})` };
  const inner = error === thrown ? '' : `: ${messageOf(error)}`;
  return { message: `${messageOf(thrown)}${inner}` };
}

/** Of a name with several addresses the first one's; else what caused it. */
function innermost(thrown: unknown): unknown {
  if (thrown instanceof AggregateError && thrown.errors.length > 0) return innermost(thrown.errors[0]);
  return thrown instanceof Error && thrown.cause instanceof Error ? thrown.cause : thrown;
}

function tlsFault(error: unknown, code: string): ConnectionFault | undefined {
  if (unknownAuthority.has(code)) {
    return { message: 'no authority that the kubeconfig names signed the server’s certificate', hint: authorityHint };
  }
  const certificate = certificateFaults[code];
  if (certificate !== undefined) {
    const reason = typeof error === 'object' && error !== null && 'reason' in error ? `: ${String(error.reason)}` : '';
    return { ...certificate, message: `${certificate.message}${reason}` };
  }
  if (code === 'ERR_SSL_WRONG_VERSION_NUMBER' || code === 'ERR_SSL_PACKET_LENGTH_TOO_LONG') {
    return {
      message: 'the server speaks no TLS',
      hint: 'check server of the cluster in the kubeconfig: it may have to begin with http://',
    };
  }
  if (/^ERR_SSL_.*ALERT/.test(code)) {
    return {
      message: 'the server ends the TLS handshake: it may not take the client certificate',
      hint: 'check client-certificate of the user in the kubeconfig',
    };
  }
  return undefined;
}

function networkFault(error: unknown, code: string): ConnectionFault | undefined {
  const { hostname, address, port } = (typeof error === 'object' && error !== null ? error : {}) as NetworkError;
  const place =
    typeof address === 'string' ? `${address}${typeof port === 'number' ? `:${port}` : ''}` : 'that address';
  const name = typeof hostname === 'string' ? `the name ${hostname}` : 'the name of the server';
  switch (code) {
    case 'ECONNREFUSED':
      return { message: `nothing listens at ${place}` };
    case 'ENOTFOUND':
      return { message: `${name} is not known` };
    case 'EAI_AGAIN':
      return { message: `${name} cannot be looked up: no name server answers` };
    case 'ENETUNREACH':
    case 'EHOSTUNREACH':
      return { message: `there is no way to ${place}` };
    case 'ETIMEDOUT':
    case 'UND_ERR_CONNECT_TIMEOUT':
      return { message: `${place} does not answer` };
    case 'ECONNRESET':
    case 'EPIPE':
    case 'UND_ERR_SOCKET':
      return { message: 'the connection was cut' };
    default:
      return undefined;
  }
}
