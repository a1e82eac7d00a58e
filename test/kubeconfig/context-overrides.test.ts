import { describe, expect, test } from 'vitest';
import { parseKubeconfig } from '../../src/kubeconfig/parse-kubeconfig.ts';
import { mirrorId, resolveContext, type ContextOverrides } from '../../src/kubeconfig/resolve-context.ts';

const kubeconfig = parseKubeconfig(
  `
current-context: here
contexts:
- name: here
  context: {cluster: one, user: ann, namespace: shop}
- name: there
  context: {cluster: two, user: bob}
clusters:
- name: one
  cluster: {server: "https://one", certificate-authority-data: T05F}
- name: two
  cluster: {server: "https://two", certificate-authority-data: VFdP}
users:
- name: ann
  user: {token: a}
- name: bob
  user: {token: b}
`,
  '/k',
);
const here = (overrides: ContextOverrides) => resolveContext(kubeconfig, undefined, overrides);

describe('resolveContext with overrides', () => {
  test('takes cluster and user of other entries, and so the mirror of the context that has both', () => {
    const both = here({ cluster: 'two', user: 'bob' });
    expect(both).toMatchObject({ name: 'here', namespace: 'shop', userName: 'bob', user: { token: 'b' } });
    expect(mirrorId(both)).toBe(mirrorId(resolveContext(kubeconfig, 'there')));
    expect(mirrorId(here({ user: 'bob' }))).not.toBe(mirrorId(here({})));
  });

  test('takes the address, name and authority of the server', () => {
    const { cluster } = here({ server: 'https://x', tlsServerName: 'y', caFile: '/ca' });
    expect(cluster).toMatchObject({ server: 'https://x', tlsServerName: 'y', caFile: '/ca', caData: '' });
  });

  test('never takes the check of certificates away, and brings it back where the context leaves it out', () => {
    expect(here({ insecureSkipTlsVerify: true })).toEqual(here({}));
    const lax = resolveContext(
      parseKubeconfig(
        'clusters: [{name: c, cluster: {server: "https://a", insecure-skip-tls-verify: true}}]\ncontexts: [{name: x, context: {cluster: c}}]\ncurrent-context: x',
        '/f',
      ),
      undefined,
      { insecureSkipTlsVerify: false },
    );
    expect(lax.cluster.insecureSkipTlsVerify).toBe(false);
  });

  test('leaves everything as it is where a value is empty', () => {
    expect(here({ cluster: '', user: '', server: '', tlsServerName: '', caFile: '' })).toEqual(here({}));
  });

  test('refuses an entry that is not there', () => {
    expect(() => here({ user: 'nobody' })).toThrow('user "nobody", which is not in the kubeconfig');
    expect(() => here({ cluster: 'none' })).toThrow('cluster "none", which has no server');
  });
});
