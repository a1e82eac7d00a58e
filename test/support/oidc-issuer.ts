import { generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { Provider, type Configuration } from 'oidc-provider';
import type { Authority } from './certificates.ts';

/** An OpenID Connect issuer on loopback. */
export interface OidcIssuer {
  readonly url: string;
  /** A refresh token for a user, as a login in a browser would give. */
  refreshToken(user: string): Promise<string>;
  /** Refresh tokens that were taken at the token endpoint, and refused ones. */
  readonly refreshes: { granted: number; refused: number };
  /** Makes every refresh token bad. */
  revokeAll(): void;
  stop(): Promise<void>;
}

/** The one client that an issuer knows. */
export const oidcClient = { id: 'kubernetes', secret: 'client-secret-7f3a' };

/** Starts oidc-provider over TLS. @param idTokenSeconds how long an id token lives */
export async function startOidcIssuer(
  authority: Authority,
  { idTokenSeconds, rotates = false }: { readonly idTokenSeconds: number; readonly rotates?: boolean },
): Promise<OidcIssuer> {
  const { certificate, key } = authority.server();
  const server = createServer({ cert: certificate, key });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  let isRevoked = false;
  const configuration: Configuration = {
    clients: [
      {
        client_id: oidcClient.id,
        client_secret: oidcClient.secret,
        grant_types: ['authorization_code', 'refresh_token'],
        redirect_uris: ['https://localhost/callback'],
      },
    ],
    cookies: { keys: ['cookie-key'] },
    features: { devInteractions: { enabled: false } },
    findAccount: (_context, sub) =>
      isRevoked ? undefined : { accountId: sub, claims: async () => await Promise.resolve({ sub }) },
    jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), use: 'sig', kid: 'one', alg: 'RS256' }] } as never,
    rotateRefreshToken: rotates,
    ttl: { IdToken: idTokenSeconds, AccessToken: 60, RefreshToken: 86_400, Grant: 86_400, Session: 86_400 },
  };
  const provider = new Provider(url, configuration);
  const refreshes = { granted: 0, refused: 0 };
  provider.on('grant.success', () => (refreshes.granted += 1));
  provider.on('grant.error', () => (refreshes.refused += 1));
  const answer = provider.callback();
  server.on('request', (request, response) => void answer(request, response));
  return {
    url,
    refreshes,
    revokeAll: () => {
      isRevoked = true;
    },
    refreshToken: async (accountId) => {
      const scope = 'openid offline_access';
      const grant = new provider.Grant({ clientId: oidcClient.id, accountId });
      grant.addOIDCScope(scope);
      const grantId = await grant.save();
      const client = await provider.Client.find(oidcClient.id);
      const fields = { client, accountId, grantId, scope, gty: 'authorization_code', expiresWithSession: false };
      return await new provider.RefreshToken(fields as never).save();
    },
    stop: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}
