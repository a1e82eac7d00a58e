import { describe, expect, test } from 'vitest';
import { parseKubeconfig } from '../../src/kubeconfig/parse-kubeconfig.ts';
import { resolveContext, type ResolvedContext } from '../../src/kubeconfig/resolve-context.ts';
import { contextFault, refuseUnusable } from '../../src/kubeconfig/usable-context.ts';

const v1 = 'apiVersion: client.authentication.k8s.io/v1';

function context(user: string, cluster = 'server: "https://kube:6443"'): ResolvedContext {
  const source = `
clusters: [{name: c, cluster: {${cluster}}}]
users: [{name: u, user: {${user}}}]
contexts: [{name: x, context: {cluster: c, user: u}}]
current-context: x
`;
  return resolveContext(parseKubeconfig(source, '/f'), undefined);
}

describe('a context', () => {
  test.each<[string, string, string?]>([
    ['no command', `exec: {${v1}, interactiveMode: Never}`],
    [
      'apiVersion "client.authentication.k8s.io/v1alpha1"',
      'exec: {command: a, apiVersion: client.authentication.k8s.io/v1alpha1}',
    ],
    ['interactiveMode ""', `exec: {${v1}, command: a}`],
    ['interactiveMode "Sometimes"', `exec: {${v1}, command: a, interactiveMode: Sometimes}`],
    ['env entry without a name', `exec: {${v1}, command: a, interactiveMode: Never, env: [{value: x}]}`],
    [
      'exclude each other',
      `exec: {${v1}, command: a, interactiveMode: Never}, auth-provider: {name: oidc, config: {}}`,
    ],
    ['no auth provider is called "gcp"', 'auth-provider: {name: gcp, config: {}}'],
    ['no client-id', 'auth-provider: {name: oidc, config: {idp-issuer-url: "https://i"}}'],
    ['no client-key', 'client-certificate-data: Q0E='],
    ['token and username', 'token: t, username: u'],
    ['need as', 'token: t, as-groups: [x]'],
    ['need as', 'token: t, as-user-extra: {a: [x]}'],
    [
      'insecure-skip-tls-verify',
      'token: t',
      'server: "https://a", insecure-skip-tls-verify: true, certificate-authority: ca.crt',
    ],
    ['no http or https URL', 'token: t', 'server: "kube:6443"'],
    ['proxy-url is no URL', 'token: t', 'server: "https://a", proxy-url: "ftp://ann:hunter2@p"'],
    ['proxy-url is no URL', 'token: t', 'server: "https://a", proxy-url: "hunter2"'],
  ])('is refused by what is wrong with it: %s', (word, user, cluster) => {
    expect(contextFault(context(user, cluster))).toContain(word);
    expect(() => refuseUnusable(context(user, cluster))).toThrow(
      expect.objectContaining({ code: 'NAVI_CONTEXT_UNSUPPORTED' }),
    );
    expect(contextFault(context(user, cluster))).not.toContain('hunter2');
  });

  test.each<[string, string, string?]>([
    ['a token', 'token: t'],
    ['nothing', ''],
    ['empty fields', 'exec: null, auth-provider: {}, as: "", as-groups: [], tokenFile: "", as-user-extra: {}'],
    ['a certificate and a token', 'client-certificate: a, client-key: b, token: t'],
    ['a plugin', `exec: {${v1}, command: a, interactiveMode: IfAvailable}`],
    ['a plugin of v1beta1', 'exec: {apiVersion: client.authentication.k8s.io/v1beta1, command: a}'],
    ['an issuer', 'auth-provider: {name: oidc, config: {idp-issuer-url: "https://i", client-id: c}}'],
    ['another user', 'token: t, as: bob, as-groups: [x], as-uid: y, as-user-extra: {a: [x]}'],
    ['a proxy', 'token: t', 'server: "https://a", proxy-url: "socks5h://a:b@p"'],
    ['no check of certificates', 'token: t', 'server: "https://a", insecure-skip-tls-verify: true'],
  ])('can be used with %s', (_what, user, cluster) => {
    expect(contextFault(context(user, cluster))).toBeUndefined();
  });
});
