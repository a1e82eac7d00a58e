import { describe, expect, test } from 'vitest';
import { parseKubeconfig } from '../../src/kubeconfig/parse-kubeconfig.ts';
import { mirrorId, resolveContext, type ResolvedContext } from '../../src/kubeconfig/resolve-context.ts';

interface Described {
  readonly cluster?: string;
  readonly user?: string;
  readonly userName?: string;
  readonly contextName?: string;
  readonly namespace?: string;
}

/** A context of a cluster and a user given as YAML fields. */
function context(given: Described = {}, file = '/home/ann/.kube/config'): ResolvedContext {
  const { cluster = 'server: "https://kube:6443"', user = 'token: one', userName = 'ann', contextName = 'x' } = given;
  const namespace = given.namespace === undefined ? '' : `, namespace: ${given.namespace}`;
  const source = `
clusters: [{name: c, cluster: {${cluster}}}]
users: [{name: "${userName}", user: {${user}}}]
contexts: [{name: "${contextName}", context: {cluster: c, user: "${userName}"${namespace}}}]
current-context: "${contextName}"
`;
  return resolveContext(parseKubeconfig(source, file), undefined);
}

describe('a context', () => {
  test('is the named one, else the current one, with the namespace default where it has none', () => {
    const config = parseKubeconfig(
      'clusters: [{name: c, cluster: {server: "http://a"}}]\ncontexts: [{name: x, context: {cluster: c}}, {name: y, context: {cluster: c, namespace: shop}}]\ncurrent-context: x',
      '/f',
    );
    expect(resolveContext(config, undefined)).toMatchObject({ name: 'x', namespace: 'default', userName: '' });
    expect(resolveContext(config, 'y')).toMatchObject({ name: 'y', namespace: 'shop' });
    expect(resolveContext(config, 'y').user.token).toBe('');
  });

  test.each<[string, string, string | undefined]>([
    ['no current-context is set', 'contexts: []', undefined],
    ['context "y" is not in', 'contexts: [{name: x, context: {}}]', 'y'],
    ['names cluster "c", which has no server', 'contexts: [{name: x, context: {cluster: c}}]', 'x'],
    [
      'names cluster "c", which has no server',
      'clusters: [{name: c}]\ncontexts: [{name: x, context: {cluster: c}}]',
      'x',
    ],
    [
      'names user "u", which is not in',
      'clusters: [{name: c, cluster: {server: s}}]\ncontexts: [{name: x, context: {cluster: c, user: u}}]',
      'x',
    ],
  ])('is unknown where %s', (message, source, name) => {
    expect(() => resolveContext(parseKubeconfig(source, '/f'), name)).toThrow(
      expect.objectContaining({ code: 'NAVI_CONTEXT_UNKNOWN', message: expect.stringContaining(message) }),
    );
  });
});

describe('the name of a mirror', () => {
  const base = mirrorId(context());

  test('is sixteen hexadecimal digits that stay the same from version to version', () => {
    expect(base).toBe('b8ea5a07320e491b');
  });

  test.each<[string, Described]>([
    ['the name of the context', { contextName: 'another' }],
    ['its namespace', { namespace: 'shop' }],
    ['the token', { user: 'token: two' }],
    ['a client certificate instead of a token', { user: 'client-certificate-data: Q0E=, client-key-data: S0VZ' }],
    ['a password', { user: 'username: bob, password: secret' }],
    ['a slash behind the server', { cluster: 'server: "https://kube:6443/"' }],
    ['an exec plugin instead of a token', { user: 'exec: {command: aws, apiVersion: v1}' }],
    ['a password in the URL of the server', { cluster: 'server: "https://ann:secret@kube:6443"' }],
  ])('does not depend on %s', (_what, given) => {
    expect(mirrorId(context(given))).toBe(base);
  });

  test('differs by server, CA, TLS name, check of certificates, proxy, user name and impersonation', () => {
    const server = 'server: "https://kube:6443"';
    const all = [
      base,
      mirrorId(context({ cluster: 'server: "https://kube:6444"' })),
      mirrorId(context({ cluster: 'server: "https://kube:6443/k8s/c1"' })),
      mirrorId(context({ cluster: `${server}, certificate-authority-data: Q0E=` })),
      mirrorId(context({ cluster: `${server}, certificate-authority: ca.crt` })),
      mirrorId(context({ cluster: `${server}, tls-server-name: kube` })),
      mirrorId(context({ cluster: `${server}, insecure-skip-tls-verify: true` })),
      mirrorId(context({ cluster: `${server}, proxy-url: "http://p"` })),
      mirrorId(context({ userName: 'bob' })),
      mirrorId(context({ user: 'token: one, as: bob' })),
      mirrorId(context({ user: 'token: one, as: bob, as-groups: [x]' })),
      mirrorId(context({ user: 'token: one, as: bob, as-groups: [x, y]' })),
      mirrorId(context({ user: 'token: one, as: bob, as-groups: [x], as-uid: y' })),
      mirrorId(context({ user: 'token: one, as: bob, as-uid: x' })),
      mirrorId(context({ user: 'token: one, as: bob, as-user-extra: {a: [x]}' })),
      mirrorId(context({ user: 'token: one, as: bob, as-user-extra: {a: [x, y]}' })),
    ];
    expect(new Set(all).size).toBe(all.length);
  });

  test('depends neither on a proxy’s password nor on the order of extras', () => {
    const server = 'server: "https://kube:6443"';
    const proxied = (proxy: string): string => mirrorId(context({ cluster: `${server}, proxy-url: "${proxy}"` }));
    expect(proxied('http://ann:one@p')).toBe(proxied('http://ann:two@p'));
    const extra = (text: string): string =>
      mirrorId(context({ user: `token: one, as: bob, as-user-extra: {${text}}` }));
    expect(extra('a: [x], b: [y]')).toBe(extra('b: [y], a: [x]'));
  });

  test('does not depend on where the kubeconfig lies, unless the CA lies beside it', () => {
    expect(mirrorId(context({}, '/elsewhere/config'))).toBe(base);
  });
});
