import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { startSimulator, type Simulator, type SimulatorOptions } from '../../src/simulator/simulator.ts';
import { askHosted, hostNavi, type HostedNavi } from './hosted-navi.ts';
import { samplePod } from './sample-pod.ts';

/** The program as it is installed. */
export const naviProgram = join(import.meta.dirname, '../../bin/run.js');

/** How a program went; the code is null for one that had to be killed. */
export interface ProgramResult {
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number | null;
}

/** Everything that turns a terminal's colours, title, screen or direction of text, and a bell. */
export const steeringText = '\u001B[31mred\u001B[0m \u009B2J \u001B]0;title\u0007 \u202Eflip\u2066 \r over \u007F';

/** The characters of a text that steer a terminal, by code point; a line feed and a tab are none. */
export function steeringCharacters(text: string): readonly string[] {
  const found = Array.from(text).filter(
    (character) => /[\p{Cc}\p{Bidi_Control}]/u.test(character) && !'\n\t'.includes(character),
  );
  return found.map((character) => `U+${character.codePointAt(0)?.toString(16)}`);
}

/** A complete mirror of a small simulated cluster, and navi as a user runs it on that. */
export interface SyncedNavi {
  readonly simulator: Simulator;
  /** Free for files of the test. */
  readonly folder: string;
  readonly kubeconfig: string;
  readonly dataDir: string;
  /** Writes a file into the folder. */
  file(name: string, content: string): string;
  /** The environment of a user who has nothing set but the kubeconfig and the data directory. */
  environment(env?: NodeJS.ProcessEnv): NodeJS.ProcessEnv;
  /** Runs a program to its end, or for 20 s. */
  execute(command: string, args: readonly string[], env?: NodeJS.ProcessEnv): Promise<ProgramResult>;
  navi(args: readonly string[], env?: NodeJS.ProcessEnv): Promise<ProgramResult>;
  /**
   * As `navi`, but after what was asked before, in a process that has run that: some milliseconds, and not a start of Node.
   * @throws when it does not end in a minute, or in an exception
   */
  ask(args: readonly string[]): Promise<ProgramResult>;
  /** Runs a line of bash, in which `navi` is navi. */
  shell(line: string, env?: NodeJS.ProcessEnv): Promise<ProgramResult>;
  /** What navi writes on a terminal of so many columns, stdout and stderr together, lines ended by a line feed. */
  onTerminal(line: string, columns: number, env?: NodeJS.ProcessEnv): Promise<string>;
  /** Ends the cluster and removes the folder. */
  remove(): Promise<void>;
}

/**
 * Syncs a cluster of `podCount` pods in the namespace `default`, a configmap `in-shop` in `shop`, and a configmap and an
 * event called `evil` in `default` whose texts contain `steeringText` and `findme`; or what `filled` puts there.
 */
export async function syncedNavi(
  filled: number | ((simulator: Simulator) => void) = 3,
  options: SimulatorOptions = {},
): Promise<SyncedNavi> {
  const folder = mkdtempSync(join(tmpdir(), 'navi-test-'));
  const dataDir = join(folder, 'data');
  const simulator = await startSimulator(options);
  if (typeof filled === 'number') fill(simulator, filled);
  else filled(simulator);
  const file = (name: string, content: string): string => {
    const path = join(folder, name);
    writeFileSync(path, content);
    return path;
  };
  const kubeconfig = file('kubeconfig', simulator.kubeconfig());
  const environment = (env: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv => {
    const {
      NAVI_DEBUG: _debug,
      NAVI_CONFIG: _config,
      XDG_RUNTIME_DIR: _runtime,
      FORCE_COLOR: _force,
      NO_COLOR: _no,
      ...rest
    } = process.env;
    // On a crowded machine a file of tests takes longer than the two minutes after which rows are called old.
    const unhurried = { NAVI_NOTICE_AFTER: '1h' };
    return { ...rest, ...unhurried, KUBECONFIG: kubeconfig, NAVI_DATA_DIR: dataDir, XDG_CONFIG_HOME: folder, ...env };
  };
  const execute: SyncedNavi['execute'] = (command, args, env) => runProgram(command, args, environment(env));
  const node = process.execPath;
  const navi: SyncedNavi['navi'] = (args, env) => execute(node, [naviProgram, ...args], env);
  let host: HostedNavi | undefined;
  const startHost = (): HostedNavi => {
    const work = join(folder, 'hosted');
    mkdirSync(work);
    return (host = hostNavi(work, environment()));
  };
  const synced = await navi(['sync', '--once']);
  expect(synced).toMatchObject({ code: 0, stderr: expect.stringContaining('complete') as string });
  return {
    simulator,
    folder,
    kubeconfig,
    dataDir,
    file,
    environment,
    execute,
    navi,
    ask: (args) => askHosted(host ?? startHost(), args),
    shell: (line, env) => execute('bash', ['-c', `navi() { "${node}" "${naviProgram}" "$@"; }; ${line}`], env),
    onTerminal: async (line, columns, env) => {
      const typed = `stty cols ${columns} rows 40; "${node}" "${naviProgram}" ${line}`;
      const { stdout } = await execute('script', ['-qec', typed, '/dev/null'], { TERM: 'xterm-256color', ...env });
      return stdout.replaceAll('\r\n', '\n');
    },
    remove: async () => {
      await host?.stop();
      await simulator.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/**
 * Checks an error of navi's own: its code, one line that says what happened, at least one that says what to type; no
 * data, no stack, nothing that steers a terminal.
 */
export function expectError(result: ProgramResult, code: number, ...says: readonly RegExp[]): void {
  expect(result.stdout).toBe('');
  for (const text of says) expect(result.stderr).toMatch(text);
  expect(result.stderr).toMatch(/^error: [^A-Z].*[^.]\n( {2}\S.*\n)+$/);
  expect(result.stderr).not.toMatch(/\n\s+at |navi has a bug|Error:/);
  expect(steeringCharacters(result.stderr)).toEqual([]);
  expect(result.code).toBe(code);
}

function fill({ state }: Simulator, podCount: number): void {
  for (let index = 0; index < podCount; index += 1) {
    const pod = samplePod(`pod-${index}`, index);
    state.create('pods', { ...pod, metadata: { ...(pod['metadata'] as object), namespace: 'default' } });
  }
  state.create('namespaces', { metadata: { name: 'shop' } });
  state.create('configmaps', { metadata: { name: 'in-shop', namespace: 'shop' } });
  const evil = { name: 'evil', namespace: 'default' };
  const annotations = { note: `${steeringText} findme` };
  state.create('configmaps', { metadata: { ...evil, annotations }, data: { text: steeringText } });
  state.create('events', {
    metadata: evil,
    type: 'Warning',
    reason: 'Bad',
    message: `${steeringText}\nfindme too`,
    involvedObject: { kind: 'Pod', name: 'pod-1', namespace: 'default' },
  });
}

export function runProgram(command: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<ProgramResult> {
  const child = spawn(command, args, {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 60_000,
    killSignal: 'SIGKILL',
  });
  const output = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (output.stdout += chunk));
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (output.stderr += chunk));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ ...output, code }));
  });
}
