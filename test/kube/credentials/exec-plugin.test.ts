import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { execInfo } from '../../../src/kube/credentials/exec-info.ts';
import { runExecPlugin } from '../../../src/kube/credentials/exec-plugin.ts';
import { plainErrorText } from '../../../src/kube/credentials/plain-error-text.ts';
import type { Obtained } from '../../../src/kube/credentials/credential.ts';
import { RequestFailed } from '../../../src/kube/failure.ts';
import { parseKubeconfig } from '../../../src/kubeconfig/parse-kubeconfig.ts';
import { resolveContext, type ResolvedContext } from '../../../src/kubeconfig/resolve-context.ts';
import { systemClock } from '../../../src/util/clock.ts';
import { execScript, isRunning, type ExecScript } from '../../support/exec-script.ts';

let script: ExecScript;

beforeEach(() => {
  script = execScript();
});

afterEach(() => script.remove());

function contextOf(userEntry: unknown, cluster: object = {}): ResolvedContext {
  const document = {
    clusters: [{ name: 'c', cluster: { server: 'https://kube', ...cluster } }],
    users: [{ name: 'u', user: userEntry }],
    contexts: [{ name: 'x', context: { cluster: 'c', user: 'u' } }],
    'current-context': 'x',
  };
  return resolveContext(parseKubeconfig(JSON.stringify(document), '/nowhere/config'), undefined);
}

async function run(userEntry: unknown = script.userEntry, signal?: AbortSignal): Promise<Obtained> {
  const { cluster, user } = contextOf(userEntry);
  const plugin = user.exec;
  if (plugin === undefined) throw new Error('no plugin');
  const info = execInfo(plugin, cluster, '', false);
  return await runExecPlugin({ plugin, info, env: process.env, clock: systemClock(), signal });
}

/** What a run ends with, and that it is a login that is needed. */
async function failureOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
  } catch (error) {
    if (!(error instanceof RequestFailed)) throw error;
    expect(error.failure.class).toBe('unauthorized');
    return error.failure.message;
  }
  throw new Error('nothing failed');
}

const printed = (document: unknown): string => `cat <<'END'\n${JSON.stringify(document)}\nEND`;
const v1 = { kind: 'ExecCredential', apiVersion: 'client.authentication.k8s.io/v1' };

describe('what an exec plugin prints', () => {
  test('is a token, with its end', async () => {
    script.gives('token-1', '2026-01-02T03:04:05Z');
    const { credential, expiresAtMs } = await run();
    expect(credential).toEqual({ token: 'token-1', username: '', password: '', certificate: '', key: '' });
    expect(expiresAtMs).toBe(Date.UTC(2026, 0, 2, 3, 4, 5));
  });

  test('is a certificate with its key', async () => {
    script.does(printed({ ...v1, status: { clientCertificateData: 'C', clientKeyData: 'K' } }));
    expect((await run()).credential).toMatchObject({ token: '', certificate: 'C', key: 'K' });
  });

  test.each<[string, unknown]>([
    ['no JSON', 'hunter2hunter2'],
    ['no ExecCredential', []],
    ['no ExecCredential', { ...v1, kind: 'Token', status: { token: 'hunter2hunter2' } }],
    ['another apiVersion', { ...v1, apiVersion: 'client.authentication.k8s.io/v1beta1', status: { token: 'x' } }],
    ['no status', v1],
    ['no status', { ...v1, status: 'hunter2hunter2' }],
    ['neither a token nor a certificate', { ...v1, status: { token: '' } }],
    ['a certificate or a key, not both', { ...v1, status: { token: 't', clientKeyData: 'hunter2hunter2' } }],
    ['no time', { ...v1, status: { token: 'hunter2hunter2', expirationTimestamp: 'soon' } }],
  ])('is refused by what is wrong with it, without a word of it: %s', async (word, document) => {
    script.does(typeof document === 'string' ? `echo ${document}` : printed(document));
    const message = await failureOf(run());
    expect(message).toContain(word);
    expect(message).not.toContain('hunter2');
  });

  test('is given up where it has no end', async () => {
    script.does('yes hunter2');
    expect(await failureOf(run())).toContain('printed more than a credential');
    expect(isRunning(script.runs[0] ?? 0)).toBe(false);
  });
});

describe('an exec plugin', () => {
  test('is run with its arguments, its variables and no input', async () => {
    const exec = {
      ...(script.userEntry['exec'] as object),
      args: ['a b', '$HOME', ''],
      env: [{ name: 'OWN', value: "it's" }],
    };
    script.does('for word in "$@" "$OWN" "$(cat)"; do printf "<%s>" "$word"; done >&2; exit 1');
    expect(await failureOf(run({ exec }))).toMatch(/failed with exit code 1: <a b><\$HOME><><it's><>$/);
  });

  test('is told of the cluster only where it wants to be', () => {
    const cluster = {
      'tls-server-name': 'name',
      'proxy-url': 'http://p',
      extensions: [{ name: 'client.authentication.k8s.io/exec', extension: { audience: 7 } }],
    };
    const info = (fields: object, isInteractive: boolean): unknown => {
      const exec = { apiVersion: v1.apiVersion, command: 'x', interactiveMode: 'Never', ...fields };
      const context = contextOf({ exec }, cluster);
      return JSON.parse(execInfo(context.user.exec as never, context.cluster, 'PEM', isInteractive)) as unknown;
    };
    expect(info({}, true)).toEqual({ ...v1, spec: { interactive: true } });
    expect(info({ provideClusterInfo: true }, false)).toEqual({
      ...v1,
      spec: {
        interactive: false,
        cluster: {
          server: 'https://kube',
          'tls-server-name': 'name',
          'certificate-authority-data': Buffer.from('PEM').toString('base64'),
          'proxy-url': 'http://p',
          config: { audience: '7' },
        },
      },
    });
  });

  test('that is not there is told with what to install', async () => {
    const exec = { apiVersion: v1.apiVersion, command: 'no-such-plugin', interactiveMode: 'Never' };
    expect(await failureOf(run({ exec: { ...exec, installHint: 'brew install it\n' } }))).toBe(
      'exec plugin no-such-plugin is not there (brew install it)',
    );
    expect(await failureOf(run({ exec }))).toBe('exec plugin no-such-plugin is not there');
    expect(await failureOf(run({ exec: { ...exec, command: script.folder } }))).toContain(
      'cannot be run: permission denied (EACCES)',
    );
    await expect(run({ exec })).rejects.toMatchObject({
      failure: { hint: expect.stringMatching(/^install it/) as string },
    });
    script.does('exit 1');
    await expect(run()).rejects.toMatchObject({
      failure: { message: expect.stringContaining('exit code 1') as string },
    });
    await expect(run()).rejects.not.toHaveProperty('failure.hint');
  });

  test('has no terminal, and a group of its own that ends with it', async () => {
    script.does('(sleep 1000 & echo $! > "$folder/child"); (exec 3</dev/tty) 2>&1 || echo "no terminal" >&2; exit 1');
    expect(await failureOf(run())).toMatch(/no terminal$/);
  });

  test('that leaves a program behind which holds its output is not waited for', async () => {
    script.does(`sleep 20 & ${printed({ ...v1, status: { token: 't' } })}`);
    const startedAt = performance.now();
    expect((await run()).credential.token).toBe('t');
    expect(performance.now() - startedAt).toBeLessThan(10_000);
  });

  test('is ended with who waits for it', async () => {
    script.does('sleep 1000');
    const ending = new AbortController();
    const failing = failureOf(run(script.userEntry, ending.signal));
    await expect.poll(() => script.runs.length, { timeout: 5_000 }).toBe(1);
    ending.abort();
    expect(await failing).toContain('was ended');
    expect(isRunning(script.runs[0] ?? 0)).toBe(false);
  });
});

describe('what a plugin says on stderr', () => {
  test('is told without its variables that are secret, tokens, and what steers a terminal', async () => {
    const env = [
      { name: 'CLIENT_SECRET', value: 'correct-horse' },
      { name: 'AWS_PROFILE', value: 'production' },
    ];
    script.does(
      String.raw`printf 'profile production \033[31mrefused\033[0m: correct-horse\n Bearer abc.def eyJhbGciOiJSUzI1NiIs.eyJzdWIiOiJhbm4i.c2ln\n' >&2; exit 2`,
    );
    const message = await failureOf(run({ exec: { ...(script.userEntry['exec'] as object), env } }));
    expect(message).toMatch(/failed with exit code 2: profile production .*refused.*: \*\*\* Bearer \*\*\* \*\*\*$/);
    expect(message).not.toContain('\u001B');
  });

  test('is told by its end where it is long', () => {
    const text = plainErrorText(`${'x'.repeat(5_000)} the end`);
    expect(text).toHaveLength(501);
    expect(text).toMatch(/^….* the end$/);
  });
});
