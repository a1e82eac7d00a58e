import { describe, expect, test } from 'vitest';
import { NaviError } from '../../src/errors/navi-error.ts';
import { mergeKubeconfigs, parseKubeconfig } from '../../src/kubeconfig/parse-kubeconfig.ts';

const file = '/home/ann/.kube/config';

const parse = (source: string): ReturnType<typeof parseKubeconfig> => parseKubeconfig(source, file);

/** The error that parsing ends with. */
function errorOf(source: string): NaviError {
  try {
    parse(source);
  } catch (error) {
    if (error instanceof NaviError) return error;
    throw error;
  }
  throw new Error('it was parsed');
}

describe('a kubeconfig file', () => {
  test('gives clusters, users and contexts by name, in order of appearance', () => {
    const config = parse(`
apiVersion: v1
kind: Config
current-context: prod
clusters:
- name: b
  cluster: {server: "https://b", certificate-authority-data: Q0E=, tls-server-name: kube, insecure-skip-tls-verify: true, proxy-url: "http://p"}
- {name: a, cluster: {server: "https://a"}}
users:
- name: ann
  user: {token: t, as: bob, as-groups: [x, y], as-uid: "7", as-user-extra: {reason: [test]}}
contexts:
- {name: prod, context: {cluster: b, user: ann, namespace: shop}}
`);
    expect([...config.clusters.keys()]).toEqual(['b', 'a']);
    expect(config.clusters.get('b')).toEqual({
      server: 'https://b',
      tlsServerName: 'kube',
      insecureSkipTlsVerify: true,
      caData: 'Q0E=',
      caFile: '',
      proxyUrl: 'http://p',
      execExtension: undefined,
    });
    expect(config.users.get('ann')).toMatchObject({
      token: 't',
      impersonate: 'bob',
      impersonateGroups: ['x', 'y'],
      impersonateUid: '7',
      impersonateExtra: { reason: ['test'] },
      exec: undefined,
      authProvider: undefined,
    });
    expect(config.contexts.get('prod')).toEqual({ cluster: 'b', user: 'ann', namespace: 'shop' });
    expect(config).toMatchObject({ currentContext: 'prod', files: [file] });
  });

  test('resolves relative paths against its own folder and leaves absolute ones', () => {
    const config = parse(`
clusters: [{name: c, cluster: {server: "https://a", certificate-authority: pki/ca.crt}}]
users: [{name: u, user: {client-certificate: ../c.crt, client-key: /etc/k.key, tokenFile: token}}]
`);
    expect(config.clusters.get('c')?.caFile).toBe('/home/ann/.kube/pki/ca.crt');
    expect(config.users.get('u')).toMatchObject({
      certFile: '/home/ann/c.crt',
      keyFile: '/etc/k.key',
      tokenFile: '/home/ann/.kube/token',
    });
  });

  test('names an exec plugin with all that it is run with', () => {
    const config = parse(`
clusters:
- name: c
  cluster:
    server: "https://a"
    extensions: [{name: other, extension: 1}, {name: client.authentication.k8s.io/exec, extension: {audience: "42"}}]
users:
- name: u
  user:
    exec:
      apiVersion: client.authentication.k8s.io/v1
      command: ./bin/login
      args: [--region, "007", 1.50]
      env: [{name: A, value: 0x1}, {name: B}]
      installHint: brew install login
      provideClusterInfo: true
      interactiveMode: Never
- {name: v, user: {exec: {apiVersion: client.authentication.k8s.io/v1beta1, command: aws, args: null, env: null}}}
`);
    expect(config.clusters.get('c')?.execExtension).toEqual({ audience: '42' });
    expect(config.users.get('u')?.exec).toEqual({
      apiVersion: 'client.authentication.k8s.io/v1',
      command: '/home/ann/.kube/bin/login',
      args: ['--region', '007', '1.50'],
      env: [
        { name: 'A', value: '0x1' },
        { name: 'B', value: '' },
      ],
      installHint: 'brew install login',
      provideClusterInfo: true,
      interactiveMode: 'Never',
    });
    expect(config.users.get('v')?.exec).toMatchObject({ command: 'aws', args: [], interactiveMode: 'IfAvailable' });
  });

  test('names an auth provider with its settings, the file of its authority absolute', () => {
    const config = parse(`
users: [{name: u, user: {auth-provider: {name: oidc, config: {client-id: "007", idp-certificate-authority: ca.crt}}}}]
`);
    expect(config.users.get('u')?.authProvider).toEqual({
      name: 'oidc',
      config: { 'client-id': '007', 'idp-certificate-authority': '/home/ann/.kube/ca.crt' },
    });
  });

  test('may end a list within brackets no deeper than its key', () => {
    const config = parse('users: [\n  {name: u, user: {token: t}}\n]\nclusters: {}\n');
    expect(config.users.get('u')?.token).toBe('t');
  });

  test('keeps a token of digits digit by digit, quoted or not', () => {
    const token = (text: string): string | undefined =>
      parse(`users: [{name: u, user: {token: ${text}}}]`).users.get('u')?.token;
    for (const digits of ['12345678901234567890', '0123', '1e5', '0x1f', '1_000', '.5']) {
      expect(token(digits), digits).toBe(digits);
      expect(token(`"${digits}"`), digits).toBe(digits);
    }
    expect(token('" padded\\n"')).toBe('padded');
    expect(token('null')).toBe('');
    expect(token('true')).toBe('true');
  });

  test('takes names that look like numbers or dates as they are written', () => {
    const config = parse(`
current-context: 007
contexts: [{name: 007, context: {cluster: 2020-01-01, user: 1.10, namespace: 42}}]
`);
    expect(config.currentContext).toBe('007');
    expect(config.contexts.get('007')).toEqual({ cluster: '2020-01-01', user: '1.10', namespace: '42' });
  });

  test('may use anchors and merge keys', () => {
    const config = parse(`
x: &base {server: "https://a", insecure-skip-tls-verify: true}
clusters: [{name: c, cluster: {<<: *base, tls-server-name: kube}}]
`);
    expect(config.clusters.get('c')).toMatchObject({
      server: 'https://a',
      tlsServerName: 'kube',
      insecureSkipTlsVerify: true,
    });
  });

  test.each(['', '\n\n', '# nothing\n', '---\n', 'null', '{}'])('that holds nothing (%j) is an empty one', (source) => {
    expect(parse(source)).toMatchObject({ currentContext: '', clusters: new Map(), contexts: new Map() });
  });

  test.each([
    'clusters: null\nusers:\ncontexts: {}',
    'clusters: [null, 7, text, [], {name: 3}, {cluster: {server: x}}, {name: c, cluster: null}]',
    'users: [{name: u, user: [1]}]\ncurrent-context: [a]',
  ])('with holes is read without them: %j', (source) => {
    expect(() => parse(source)).not.toThrow();
    expect(parse(source).clusters.get('c')?.server ?? '').toBe('');
  });

  test('is refused when it is no mapping', () => {
    for (const source of ['[1, 2]', 'just text', '7']) {
      expect(errorOf(source)).toMatchObject({ code: 'NAVI_KUBECONFIG_BROKEN' });
      expect(errorOf(source).message).toContain(file);
    }
  });

  test('is refused by line and column when it is no YAML, without a word of its content', () => {
    const broken = [
      'users:\n- user:\n    password: *hunter2',
      'users:\n- user:\n    password: !hunter2 x',
      'users:\n- user:\n    token: hunter2: x',
      'users:\n- user: {token: "hunter2',
      'users:\n- user: {password: @hunter2, token: %hunter2}',
      'users:\n\t- hunter2',
    ];
    for (const source of broken) {
      const error = errorOf(source);
      expect(error.code, source).toBe('NAVI_KUBECONFIG_BROKEN');
      expect(error.message, source).toContain(`kubeconfig ${file} is not valid YAML`);
      expect(`${error.message} ${error.hints.join(' ')}`, source).not.toContain('hunter2');
    }
    expect(errorOf('a:\n  b: c: d').message).toMatch(/line 2, column \d+/);
  });
});

describe('several files', () => {
  const first = parseKubeconfig(
    'clusters: [{name: c, cluster: {server: "http://a"}}]\nusers: [{name: u, user: {token: one}}]\ncontexts: [{name: x, context: {cluster: c, user: u}}]',
    '/one/config',
  );
  const second = parseKubeconfig(
    `current-context: why
clusters: [{name: c, cluster: {server: "http://b", tls-server-name: foo}}, {name: d, cluster: {server: "http://d", certificate-authority: ca.crt}}]
users: [{name: u, user: {username: bob}}]
contexts: [{name: x, context: {cluster: c, user: u, namespace: n2}}, {name: why, context: {cluster: d}}]`,
    '/two/config',
  );
  const third = parseKubeconfig('current-context: other', '/three/config');

  test('are merged entry by entry: the first that names one has all of it', () => {
    const merged = mergeKubeconfigs([first, second, third]);
    expect(merged.clusters.get('c')).toMatchObject({ server: 'http://a', tlsServerName: '' });
    expect(merged.users.get('u')).toMatchObject({ token: 'one', username: '' });
    expect(merged.contexts.get('x')?.namespace).toBe('');
    expect(merged.clusters.get('d')?.caFile).toBe('/two/ca.crt');
    expect([...merged.contexts.keys()]).toEqual(['x', 'why']);
    expect(merged.files).toEqual(['/one/config', '/two/config', '/three/config']);
  });

  test('have the first current-context that is not empty', () => {
    expect(mergeKubeconfigs([first, second, third]).currentContext).toBe('why');
    expect(mergeKubeconfigs([third, second]).currentContext).toBe('other');
    expect(mergeKubeconfigs([first]).currentContext).toBe('');
  });
});
