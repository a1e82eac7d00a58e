import { describe, expect, test } from 'vitest';
import { parseConfig } from '../../src/config/read-config.ts';
import { NaviError } from '../../src/errors/navi-error.ts';
import { parseKubeconfig } from '../../src/kubeconfig/parse-kubeconfig.ts';
import { mirrorId, resolveContext } from '../../src/kubeconfig/resolve-context.ts';
import { refuseUnusable } from '../../src/kubeconfig/usable-context.ts';
import { routeTo } from '../../src/kube/route.ts';
import { amountOf } from '../support/long-run.ts';
import { mutateBytes } from '../support/mutate-bytes.ts';
import { createSeededRandom } from '../support/seeded-random.ts';

const caseCount = amountOf(1_000, 20_000);

/** Longest time for one text (ms), on a machine with much else to do. */
const patienceMs = 5_000;

const secret = 'correct-horse-battery-staple';

const kubeconfig = `
apiVersion: v1
kind: Config
current-context: one
clusters:
- name: c
  cluster: &c {server: "https://127.0.0.1:6443", certificate-authority-data: QUJD, proxy-url: "http://me:${secret}@127.0.0.1:1"}
- name: d
  cluster:
    <<: *c
    tls-server-name: kube
    extensions: [{name: client.authentication.k8s.io/exec, extension: {a: [1, {b: c}]}}]
users:
- name: u
  user: {token: ${secret}, as: someone, as-groups: [a, b], as-user-extra: {k: [v]}}
- name: e
  user:
    exec: {apiVersion: client.authentication.k8s.io/v1, command: ./get, args: ["${secret}"], env: [{name: A, value: ${secret}}], interactiveMode: Never}
- name: o
  user: {auth-provider: {name: oidc, config: {id-token: ${secret}, idp-issuer-url: "https://127.0.0.1:2"}}, username: a, password: |
    ${secret}
    }
contexts:
- {name: one, context: {cluster: c, user: u, namespace: shop}}
- {name: two, context: {cluster: d, user: e}}
`;

const config = `
daemon = { metrics_port = 9155, audit_interval = "90m" }
[retention]
history_size = '1Gi'
[contexts."*"]
namespaces = ["shop", "web"] # both
[contexts.'team@prod']
erase_when_denied = [
  "secrets",
  "certificates.cert-manager.io",
]
[contexts.x]
namespaces = ["""a""", 'b']
`;

/** Does it, and checks that it ends soon, and only with an error for people. */
function refusal(run: () => void, text: string): string {
  const startedAt = performance.now();
  try {
    run();
    return '';
  } catch (error) {
    const stack = error instanceof Error ? error.stack : String(error);
    expect(error, `${stack}\nof ${text.slice(0, 2_000)}`).toBeInstanceOf(NaviError);
    return [(error as NaviError).message, ...(error as NaviError).hints].join('\n');
  } finally {
    expect(performance.now() - startedAt, text.slice(0, 2_000)).toBeLessThan(patienceMs);
  }
}

/** All that navi does with a kubeconfig before it contacts a server. */
function useKubeconfig(text: string): void {
  const parsed = parseKubeconfig(text, '/home/me/config');
  for (const name of parsed.contexts.keys()) {
    const context = resolveContext(parsed, name);
    mirrorId(context);
    refuseUnusable(context);
    routeTo(context.cluster, {});
  }
}

describe('a kubeconfig', () => {
  test(
    `that was changed anywhere is used or refused, and no refusal tells a credential, ${caseCount} times`,
    { timeout: 300_000 },
    () => {
      const random = createSeededRandom(3);
      for (let index = 0; index < caseCount; index += 1) {
        const text = mutateBytes(Buffer.from(kubeconfig), random).toString('utf8');
        const said = refusal(() => useKubeconfig(text), text);
        expect(said, text).not.toContain('horse-battery');
      }
    },
  );

  test.each([
    ['of anchors that double', bomb(40)],
    ['of anchors that are merged', mergedBomb(30)],
    ['of an anchor that holds itself', 'clusters: &a [*a]\nusers: &b {b: *b}\ncontexts: *a\n'],
    ['of keys that objects have', '__proto__: {contexts: [1]}\nconstructor: a\ncontexts: [{name: __proto__}]\n'],
    ['of keys that stand twice', 'contexts: []\ncontexts: []\n'],
    ['of depth', `contexts: ${'['.repeat(100_000)}`],
    ['of depth by indentation', Array.from({ length: 3_000 }, (_, depth) => `${' '.repeat(depth)}a:`).join('\n')],
    ['of one long line', `contexts: "${'x'.repeat(5_000_000)}"`],
    ['of many lines', 'a: b\n'.repeat(100_000)],
    ['of zeros', '\u0000'.repeat(100_000)],
    ['of lists in place of texts', kubeconfig.replaceAll(/: [a-z]+$/gm, ': [[1]]')],
  ])('%s is used or refused in time', (_what, text) => {
    refusal(() => useKubeconfig(text), text);
  });
});

describe('a configuration', () => {
  test(`that was changed anywhere is used or refused, ${caseCount} times`, { timeout: 300_000 }, () => {
    const random = createSeededRandom(4);
    for (let index = 0; index < caseCount; index += 1) {
      const text = mutateBytes(Buffer.from(config), random).toString('utf8');
      refusal(() => parseConfig(text, '/c.toml'), text);
    }
  });

  test.each([
    ['of depth', `a = ${'['.repeat(100_000)}`],
    ['of tables in tables', `a = ${'{a='.repeat(50_000)}`],
    ['of dots', `a${'.a'.repeat(50_000)} = 1`],
    [
      'of keys that objects have',
      '[__proto__]\na = 1\n[contexts.__proto__]\nnamespaces = ["a"]\n[contexts.constructor]\n',
    ],
    ['of many contexts, the last of which is wrong', `${contexts(4_000)}\n[contexts.last]\nx = 1`],
    ['of few contexts with long lists, and a wrong one', `${longLists(1_000)}\n[contexts.last]\nx = 1`],
    ['of zeros', '\u0000'.repeat(100_000)],
  ])('%s is used or refused in time', (_what, text) => {
    refusal(() => parseConfig(text, '/c.toml'), text);
  });
});

function bomb(levelCount: number): string {
  const levels = Array.from(
    { length: levelCount },
    (_, level) => `l${level + 1}: &l${level + 1} [*l${level}, *l${level}]`,
  );
  return [
    'l0: &l0 [x]',
    ...levels,
    `contexts: *l${levelCount}`,
    `clusters: [{name: c, cluster: {server: *l${levelCount}}}]`,
  ].join('\n');
}

function mergedBomb(levelCount: number): string {
  const merged = Array.from(
    { length: levelCount },
    (_, level) => `l${level + 1}: &l${level + 1}\n  <<: [*l${level}, *l${level}]\n  k${level}: 1`,
  );
  return ['l0: &l0 {x: 1}', ...merged, `contexts: [{name: a, context: *l${levelCount}}]`].join('\n');
}

function contexts(count: number): string {
  return Array.from({ length: count }, (_, index) => `[contexts.c${index}]\nnamespaces = ["a"]`).join('\n');
}

function longLists(count: number): string {
  const names = Array.from({ length: 30 }, (_, index) => `"n${index}"`).join(', ');
  return Array.from({ length: count }, (_, index) => `[contexts.c${index}]\nnamespaces = [${names}]`).join('\n');
}
