import { readFileSync } from 'node:fs';
import { Agent, request } from 'undici';
import { plainMessageOf } from '../../errors/plain-words.ts';
import { connectionFault } from '../connection-words.ts';
import { failure, RequestFailed } from '../failure.ts';
import { proxyFor } from '../proxy/proxy-choice.ts';
import { connectorBy } from '../proxy/proxy-connector.ts';
import type { AskIssuer } from './oidc-token.ts';

/** An issuer that has said nothing for this long is away (ms). */
const timeoutMs = 20_000;

/** Longest answer of an issuer that is read (bytes). */
const maxAnswerBytes = 1024 ** 2;

/**
 * Asks an OIDC issuer, by the proxy that the environment names, over connections that are not kept.
 * @param config the settings of the auth provider: they may name an authority of its own
 */
export function issuerDoor(config: Readonly<Record<string, string>>, env: NodeJS.ProcessEnv): AskIssuer {
  return async (url, form) => {
    const connect = connectorBy(proxyFor(new URL(url), '', env), {
      tls: authority(config),
      timeoutMs,
      keepAliveMs: 30_000,
    });
    const agent = new Agent({ connect, allowH2: false, maxResponseSize: maxAnswerBytes });
    try {
      const { statusCode, body } = await request(url, {
        dispatcher: agent,
        method: form === undefined ? 'GET' : 'POST',
        headers: {
          accept: 'application/json',
          'user-agent': 'navi',
          ...(form === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' }),
          ...(form === undefined || form.authorization === '' ? {} : { authorization: form.authorization }),
        },
        body: form?.body ?? null,
        headersTimeout: timeoutMs,
        bodyTimeout: timeoutMs,
        signal: AbortSignal.timeout(timeoutMs * 2),
      });
      return { status: statusCode, text: await body.text() };
    } catch (error) {
      if (error instanceof RequestFailed) throw error;
      throw new RequestFailed(
        failure('unreachable', `issuer ${new URL(url).origin}: ${connectionFault(error).message}`),
        error,
      );
    } finally {
      await agent.destroy();
    }
  };
}

/** @throws RequestFailed (unauthorized) where the file cannot be read */
function authority(config: Readonly<Record<string, string>>): Readonly<Record<string, unknown>> {
  const data = config['idp-certificate-authority-data'] ?? '';
  if (data !== '') return { ca: Buffer.from(data, 'base64').toString('utf8') };
  const file = config['idp-certificate-authority'] ?? '';
  if (file === '') return {};
  try {
    return { ca: readFileSync(file, 'utf8') };
  } catch (error) {
    throw new RequestFailed(
      failure('unauthorized', `authority of the issuer, ${file}: ${plainMessageOf(error)}`),
      error,
    );
  }
}
