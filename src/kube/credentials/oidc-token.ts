import { asObject, asString, isJsonObject, type Json, type JsonObject } from '../../core/json.ts';
import type { AuthProvider } from '../../kubeconfig/kubeconfig.ts';
import { failure, RequestFailed } from '../failure.ts';
import { noCredential, type Obtained } from './credential.ts';
import { plainErrorText } from './plain-error-text.ts';

/** A token with less time left is as good as spent (ms; oauth2 of Go). */
const leewayMs = 10_000;

/** One answer of an issuer, whatever its status. */
export interface IssuerAnswer {
  readonly status: number;
  readonly text: string;
}

/** How an issuer is asked: a GET, or a POST of a form; throws RequestFailed (unreachable). */
export type AskIssuer = (
  url: string,
  form?: { readonly body: string; readonly authorization: string },
) => Promise<IssuerAnswer>;

/** The tokens of an OIDC user as they are now. */
export interface OidcTokens {
  readonly idToken: string;
  readonly refreshToken: string;
}

/** The tokens that a kubeconfig has. */
export function tokensOf({ config }: AuthProvider): OidcTokens {
  return { idToken: config['id-token'] ?? '', refreshToken: config['refresh-token'] ?? '' };
}

/**
 * The id token as a credential; undefined for one that is spent or none.
 * @param nowMs epoch ms by the issuer's clock
 */
export function unspent({ idToken }: OidcTokens, nowMs: number): Obtained | undefined {
  const expiresAtMs = expiryOf(idToken);
  if (expiresAtMs === undefined || expiresAtMs - leewayMs <= nowMs) return undefined;
  return { credential: { ...noCredential, token: idToken }, expiresAtMs };
}

/** When a signed token ends (epoch ms); undefined for what is no such token. */
export function expiryOf(token: string): number | undefined {
  const payload = token.split('.')[1];
  if (payload === undefined) return undefined;
  try {
    const claims = asObject(JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')) as Json);
    return typeof claims['exp'] === 'number' ? claims['exp'] * 1_000 : undefined;
  } catch {
    return undefined;
  }
}

/**
 * New tokens for a refresh token, as the oidc provider of client-go 0.36 asks for them: discovery, then the token
 * endpoint; scopes are not sent. An issuer that rotates refresh tokens answers with another one.
 * @throws RequestFailed unauthorized where the issuer refuses, unreachable where it is away
 */
export async function refreshTokens(provider: AuthProvider, refreshToken: string, ask: AskIssuer): Promise<OidcTokens> {
  const { 'idp-issuer-url': issuer = '', 'client-id': id = '', 'client-secret': secret = '' } = provider.config;
  const endpoint = await tokenEndpoint(issuer, ask);
  const grant = { grant_type: 'refresh_token', refresh_token: refreshToken };
  const inHeader =
    secret === '' ? undefined : `Basic ${Buffer.from(`${encode(id)}:${encode(secret)}`).toString('base64')}`;
  const asForm = { ...grant, client_id: id, ...(secret === '' ? {} : { client_secret: secret }) };
  let answer = await post(endpoint, inHeader === undefined ? asForm : grant, inHeader ?? '', ask);
  // Some issuers take the client's secret only as part of the form (oauth2 of Go tries both).
  if (inHeader !== undefined && isClientRefused(answer)) answer = await post(endpoint, asForm, '', ask);
  const tokens = jsonOf(answer);
  if (answer.status !== 200) throw refusal(issuer, answer);
  const idToken = asString(tokens['id_token']);
  if (idToken === '') throw new RequestFailed(failure('unauthorized', `issuer ${issuer} answers without an id token`));
  return { idToken, refreshToken: asString(tokens['refresh_token']) || refreshToken };
}

async function tokenEndpoint(issuer: string, ask: AskIssuer): Promise<string> {
  const answer = await ask(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`);
  const endpoint = asString(jsonOf(answer)['token_endpoint']);
  if (answer.status === 200 && endpoint !== '') return endpoint;
  const away = answer.status >= 500 ? 'unreachable' : 'unauthorized';
  throw new RequestFailed(failure(away, `issuer ${issuer} tells no token endpoint (HTTP ${answer.status})`));
}

async function post(
  endpoint: string,
  form: Readonly<Record<string, string>>,
  authorization: string,
  ask: AskIssuer,
): Promise<IssuerAnswer> {
  return await ask(endpoint, { body: new URLSearchParams(form).toString(), authorization });
}

/** As OAuth 2.0 wants name and secret within a Basic header. */
function encode(text: string): string {
  return new URLSearchParams({ x: text }).toString().slice(2);
}

function isClientRefused(answer: IssuerAnswer): boolean {
  return answer.status === 401 || (answer.status === 400 && asString(jsonOf(answer)['error']) === 'invalid_client');
}

function refusal(issuer: string, answer: IssuerAnswer): RequestFailed {
  const { error, error_description: description } = jsonOf(answer);
  const said = plainErrorText([asString(error), asString(description)].filter((text) => text !== '').join(': '));
  const why = said === '' ? `HTTP ${answer.status}` : said;
  const away = answer.status >= 500 || answer.status === 429 ? 'unreachable' : 'unauthorized';
  return new RequestFailed(failure(away, `issuer ${issuer} gives no new token: ${why}`));
}

function jsonOf(answer: IssuerAnswer): JsonObject {
  try {
    const body = JSON.parse(answer.text) as Json;
    return isJsonObject(body) ? body : {};
  } catch {
    return {};
  }
}
