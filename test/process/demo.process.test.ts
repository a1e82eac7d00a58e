import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');
const program = join(root, 'bin/run.js');

/** What runs the demo as it is on a terminal, but with its output on a pipe. */
const onTerminal = `
const { runDemo } = await import(${JSON.stringify(pathToFileURL(join(root, 'src/demo/run-demo.ts')).href)});
process.exitCode = await runDemo({
  program: ${JSON.stringify(program)},
  env: process.env,
  isTerminal: true,
  write: (text) => void process.stdout.write(text),
});`;

interface Demo {
  readonly child: ChildProcess;
  readonly ended: Promise<{ readonly code: number | null; readonly stdout: string; readonly stderr: string }>;
  /** Resolves with all of stdout as soon as it matches. */
  until(pattern: RegExp): Promise<string>;
}

function startDemo(args: readonly string[], folder: string, more: NodeJS.ProcessEnv = {}): Demo {
  const { XDG_RUNTIME_DIR: _runtime, NAVI_DEBUG: _debug, FORCE_COLOR: _color, ...env } = process.env;
  const options = {
    env: { ...env, TMPDIR: folder, ...more },
    stdio: ['ignore', 'pipe', 'pipe'] as ['ignore', 'pipe', 'pipe'],
  };
  const child = spawn(process.execPath, args, options);
  const output = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (output.stdout += chunk));
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (output.stderr += chunk));
  const ended = new Promise<{ code: number | null; stdout: string; stderr: string }>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ ...output, code }));
  });
  const until = (pattern: RegExp): Promise<string> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        if (pattern.test(output.stdout)) resolve(output.stdout);
      };
      child.stdout.on('data', look);
      look();
      void ended.then(({ stderr }) => reject(new Error(`ended before ${pattern}: ${stderr}`)));
    });
  return { child, ended, until };
}

/** Folders of demos that are still there. */
function leftFolders(folder: string): readonly string[] {
  return readdirSync(folder).filter((name) => name.startsWith('navi-demo-'));
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

function daemonPid(stdout: string): number {
  return Number(/--daemon \(pid (\d+)\)/.exec(stdout)?.[1]);
}

describe('navi demo', () => {
  let folder = '';

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'navi-test-'));
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('on a pipe shows its commands, ends within 10 s and leaves nothing behind', async () => {
    const startedAt = performance.now();
    const { code, stdout, stderr } = await startDemo([program, 'demo'], folder).ended;
    expect(performance.now() - startedAt).toBeLessThan(10_000);
    expect(stderr).toBe('');
    expect(code).toBe(0);
    const [intro, status, pods, shop, search, queues] = stdout.split(/^\$ navi .*\n/m);
    expect(stdout.match(/^\$ navi .*$/gm)).toEqual([
      '$ navi status',
      '$ navi get pods -A',
      '$ navi get deployments,services -n shop',
      '$ navi search crash',
      '$ navi get queues -A',
    ]);
    expect(intro).toMatch(/simulated API server at http:\/\/127\.0\.0\.1:\d+/);
    expect(status).toMatch(/^navi sync is running/);
    expect(status).toMatch(/^pods +7\d +watching/m);
    expect(pods).toMatch(/^NAMESPACE +NAME +READY +STATUS +RESTARTS +AGE\n/);
    expect(pods).toMatch(/^shop +recommendations-\S+ +0\/1 +CrashLoopBackOff +17 \(/m);
    expect(pods).toMatch(/^billing +tax-\S+ +0\/1 +ImagePullBackOff/m);
    expect(pods).toMatch(/^search +embeddings-\S+ +0\/1 +Pending/m);
    expect(shop).toMatch(/^deployment\.apps\/web +4\/4 +4 +4 /m);
    expect(shop).toMatch(/^service\/web +ClusterIP +10\.96\./m);
    expect(search).toMatch(/recommendations-\S+ +text CrashLoopBackOff/);
    expect(queues).toMatch(/^NAMESPACE +NAME +READY +MESSAGES +CONSUMERS +DURABLE +AGE\n/);
    expect(isRunning(daemonPid(stdout))).toBe(false);
    expect(leftFolders(folder)).toEqual([]);
  });

  test('on a terminal stays up for other shells until it is interrupted', async () => {
    const demo = startDemo(['--input-type=module', '-e', onTerminal], folder);
    const stdout = await demo.until(/(^\d\d:\d\d:\d\d {2}\S.*\n){2}/m);
    const [, kubeconfig = ''] = /export KUBECONFIG=(\S+)/.exec(stdout) ?? [];
    const [, dataDir = ''] = /export NAVI_DATA_DIR=(\S+)/.exec(stdout) ?? [];
    const beside = { KUBECONFIG: kubeconfig, NAVI_DATA_DIR: dataDir };
    const nodes = await startDemo([program, 'get', 'nodes', '-o', 'name'], folder, beside).ended;
    expect(nodes).toMatchObject({ code: 0, stderr: '' });
    expect(nodes.stdout.split('\n')).toContain('node/worker-c-2');
    // The daemon asks for use soon after it has found that the cluster tells it.
    const giveUpAt = performance.now() + 20_000;
    const top = async (...words: readonly string[]): Promise<string> => {
      for (;;) {
        const answer = await startDemo([program, 'top', ...words], folder, beside).ended;
        if (answer.code === 0 || performance.now() > giveUpAt) {
          expect(answer).toMatchObject({ code: 0, stderr: '' });
          return answer.stdout;
        }
      }
    };
    expect(await top('pods', '-n', 'shop')).toMatch(/^NAME +CPU\(cores\) +MEMORY\(bytes\) *\n(web|cart|c)/);
    expect(await top('nodes')).toMatch(/^worker-a-1 +\d+m +\d+% +\d+Mi +\d+% *$/m);
    demo.child.kill('SIGINT');
    const { code, stderr } = await demo.ended;
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(isRunning(daemonPid(stdout))).toBe(false);
    expect(leftFolders(folder)).toEqual([]);
  });

  test.each(['SIGINT', 'SIGTERM'] as const)(
    '%s in the middle ends everything it started with exit 130',
    async (signal) => {
      const demo = startDemo([program, 'demo'], folder);
      await demo.until(/mirrors it/);
      demo.child.kill(signal);
      const { code } = await demo.ended;
      expect(code).toBe(130);
      expect(leftFolders(folder)).toEqual([]);
    },
  );

  test('a bug that ends the process takes the folder along', async () => {
    const buggy = onTerminal.replace(
      'void process.stdout.write(text)',
      "setTimeout(() => { throw new Error('bug'); }, 100)",
    );
    const { code, stderr } = await startDemo(['--input-type=module', '-e', buggy], folder).ended;
    expect(code).toBe(1);
    expect(stderr).toContain('Error: bug');
    expect(leftFolders(folder)).toEqual([]);
  });

  test('a reader of its output that goes away ends it quietly', async () => {
    const demo = startDemo([program, 'demo'], folder);
    const stdout = await demo.until(/were complete/);
    demo.child.stdout?.destroy();
    const { stderr } = await demo.ended;
    expect(stderr).toBe('');
    expect(isRunning(daemonPid(stdout))).toBe(false);
    expect(leftFolders(folder)).toEqual([]);
  });
});
