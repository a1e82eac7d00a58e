import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { OidcIssuer } from '../../support/oidc-issuer.ts';
import { oidcClient, startOidcIssuer } from '../../support/oidc-issuer.ts';
import { credentialSource } from '../../../src/kube/credentials/credential-source.ts';
import { expiryOf } from '../../../src/kube/credentials/oidc-token.ts';
import { parseKubeconfig } from '../../../src/kubeconfig/parse-kubeconfig.ts';
import { resolveContext, type ResolvedContext } from '../../../src/kubeconfig/resolve-context.ts';
import { makeAuthority, type Authority } from '../../support/certificates.ts';
import { fakeClock } from '../../support/fake-clock.ts';

let authority: Authority;
let issuer: OidcIssuer;
let rotating: OidcIssuer;

beforeAll(async () => {
  authority = makeAuthority();
  issuer = await startOidcIssuer(authority, { idTokenSeconds: 600 });
  rotating = await startOidcIssuer(authority, { idTokenSeconds: 600, rotates: true });
});

afterAll(async () => {
  await issuer.stop();
  await rotating.stop();
  authority.remove();
});

function context(fields: Readonly<Record<string, string>>, from = issuer): ResolvedContext {
  const config = {
    'idp-issuer-url': from.url,
    'client-id': oidcClient.id,
    'client-secret': oidcClient.secret,
    'idp-certificate-authority': authority.file,
    ...fields,
  };
  const document = {
    clusters: [{ name: 'c', cluster: { server: 'https://kube' } }],
    users: [{ name: 'u', user: { 'auth-provider': { name: 'oidc', config } } }],
    contexts: [{ name: 'x', context: { cluster: 'c', user: 'u' } }],
    'current-context': 'x',
  };
  return resolveContext(parseKubeconfig(JSON.stringify(document), '/nowhere/config'), undefined);
}

/** A source of a context whose kubeconfig may change. */
function source(first: ResolvedContext) {
  const clock = fakeClock(Date.now());
  const state = { latest: first, notices: [] as string[] };
  const made = credentialSource(first, {
    clock,
    random: () => 0,
    env: {},
    authority: () => '',
    skewMs: () => 0,
    latest: () => state.latest,
    onNotice: (text) => state.notices.push(text),
  });
  const token = async (): Promise<string> => (await made.credential()).token;
  return { clock, state, made, token };
}

const subjectOf = (token: string): unknown =>
  (JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as { sub: unknown }).sub;

describe('the token of an OIDC user', () => {
  test('is got by the refresh token, kept, and renewed ahead of its end', async () => {
    const { clock, token } = source(context({ 'refresh-token': await issuer.refreshToken('ann') }));
    const before = issuer.refreshes.granted;
    const first = await token();
    expect(subjectOf(first)).toBe('ann');
    expect(await token()).toBe(first);
    expect(issuer.refreshes.granted).toBe(before + 1);
    clock.advance(481_000);
    expect(await token()).toBe(first);
    await expect.poll(() => issuer.refreshes.granted, { timeout: 5_000 }).toBe(before + 2);
  });

  test('is the kubeconfig’s while that is good', async () => {
    const refreshToken = await issuer.refreshToken('ann');
    const idToken = await source(context({ 'refresh-token': refreshToken })).token();
    const before = issuer.refreshes.granted;
    expect(await source(context({ 'id-token': idToken, 'refresh-token': refreshToken })).token()).toBe(idToken);
    expect(await source(context({ 'id-token': idToken })).token()).toBe(idToken);
    expect(issuer.refreshes.granted).toBe(before);
  });

  test('is another one after the server refused it', async () => {
    const { made } = source(context({ 'refresh-token': await issuer.refreshToken('ann') }));
    const first = await made.credential();
    const before = issuer.refreshes.granted;
    expect(await made.refused(first)).not.toBe(first);
    expect(issuer.refreshes.granted).toBe(before + 1);
  });

  test('of an issuer that rotates refresh tokens is got again with the one it gave, of which people are told', async () => {
    const { clock, state, token } = source(context({ 'refresh-token': await rotating.refreshToken('ann') }, rotating));
    await token();
    for (let round = 0; round < 3; round += 1) {
      clock.advance(700_000);
      expect(subjectOf(await token())).toBe('ann');
    }
    expect(rotating.refreshes).toEqual({ granted: 4, refused: 0 });
    expect(new Set(state.notices)).toEqual(
      new Set(['the issuer rotates refresh tokens: kubectl may have to log in again']),
    );
  });

  test('comes from what kubectl wrote into the kubeconfig since', async () => {
    const { clock, state, token } = source(context({ 'refresh-token': await rotating.refreshToken('ann') }, rotating));
    await token();
    state.latest = context({ 'refresh-token': await rotating.refreshToken('bob') }, rotating);
    clock.advance(700_000);
    expect(subjectOf(await token())).toBe('bob');
  });

  test.each<[string, Readonly<Record<string, string>>, RegExp]>([
    ['a bad refresh token', { 'refresh-token': 'nonsense' }, /gives no new token: invalid_grant/],
    ['no refresh token', {}, /spent, and there is no refresh token/],
    ['a bad client secret', { 'refresh-token': 'x', 'client-secret': 'wrong-secret' }, /invalid_client/],
    ['an authority that is not there', { 'idp-certificate-authority': '/nowhere/ca.crt' }, /ENOENT|refresh token/],
  ])('with %s is told as a login that is needed', async (_what, fields, message) => {
    const failed = await source(context(fields))
      .token()
      .catch((error: unknown) => error as { failure: { class: string; message: string } });
    expect(failed).toMatchObject({
      failure: { class: 'unauthorized', message: expect.stringMatching(message) as string },
    });
  });

  test('of an issuer that is away is told as such', async () => {
    const failed = await source(context({ 'refresh-token': 'x', 'idp-issuer-url': 'https://127.0.0.1:1' }))
      .token()
      .catch((error: unknown) => error);
    expect(failed).toMatchObject({ failure: { class: 'unreachable' } });
  });
});

test.each([
  ['', undefined],
  ['a.b.c', undefined],
  [`a.${Buffer.from('{"exp":12.5}').toString('base64url')}.c`, 12_500],
  [`a.${Buffer.from('{"exp":"12"}').toString('base64url')}.c`, undefined],
  [`a.${Buffer.from('[]').toString('base64url')}.c`, undefined],
])('the end of the token %j is %s', (token, end) => {
  expect(expiryOf(token)).toBe(end);
});
