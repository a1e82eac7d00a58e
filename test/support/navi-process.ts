import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { askHosted, hostNavi, type HostedNavi } from './hosted-navi.ts';

const program = join(import.meta.dirname, '../../bin/run.js');

/** How a navi command went. */
export interface NaviResult {
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** navi as its users run it: the built program, with a data directory of its own. */
export interface NaviInstallation {
  readonly dataDir: string;
  /** Runs a command to its end. */
  run(
    args: readonly string[],
    options?: { readonly env?: NodeJS.ProcessEnv; readonly stdin?: string },
  ): Promise<NaviResult>;
  /**
   * Runs a command to its end, after those before it, in a process that has run them: some milliseconds, and not a start of
   * Node. For what is asked often; what ends, interrupts or waits for input has a process of its own.
   * @throws when it does not end in a minute, or in an exception
   */
  ask(args: readonly string[]): Promise<NaviResult>;
  /** Another such process, which ends with `remove`. */
  host(): HostedNavi;
  /** Runs a command to its end on a terminal; stdout has all that it writes there. */
  onTerminal(args: readonly string[]): Promise<NaviResult>;
  /** Starts `navi sync --daemon` with further arguments, by a command that runs another one where one is given. */
  daemon(args?: readonly string[], by?: readonly string[]): NaviDaemon;
  /** Removes everything that navi stored; no daemon may run. */
  forget(): void;
  /** Ends every daemon that still runs and removes the data directory. */
  remove(): Promise<void>;
}

/** A running `navi sync --daemon`. */
export interface NaviDaemon {
  readonly pid: number;
  /** Parsed log lines so far. */
  log(): readonly LogLine[];
  /** Resolves with the first log line, past or to come, that fits; rejects when the daemon ends before or time is up. */
  waitFor(what: string, fits: (line: LogLine) => boolean, timeoutMs?: number): Promise<LogLine>;
  kill(signal: NodeJS.Signals): Promise<NaviResult>;
  /** Resolves with how it ended. */
  readonly ended: Promise<NaviResult>;
}

/** One structured log line. */
export interface LogLine {
  readonly level: string;
  readonly msg: string;
  readonly context?: string;
  readonly type?: string;
  readonly reason?: string;
  readonly style?: string;
  readonly errorClass?: string;
  readonly objects?: number;
}

/** Makes an installation whose commands use `kubeconfig`. */
export function installNavi(kubeconfig: string): NaviInstallation {
  const root = mkdtempSync(join(tmpdir(), 'navi-test-'));
  const dataDir = join(root, 'data');
  const daemons = new Set<NaviDaemon>();
  const hosts: HostedNavi[] = [];
  /** What their audits found. */
  const drifts: string[] = [];
  const environment = (env: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv => {
    const { NAVI_DEBUG: _debug, NAVI_CONFIG: _config, XDG_RUNTIME_DIR: _runtime, ...rest } = process.env;
    return { ...rest, KUBECONFIG: kubeconfig, NAVI_DATA_DIR: dataDir, XDG_CONFIG_HOME: root, ...env };
  };
  const host = (): HostedNavi => {
    const folder = join(root, `host-${hosts.length}`);
    mkdirSync(folder);
    const made = hostNavi(folder, environment());
    hosts.push(made);
    return made;
  };
  let asked: HostedNavi | undefined;
  return {
    dataDir,
    run: (args, options) => ended(start(args, environment(options?.env), { stdin: options?.stdin })),
    ask: async (args) => ({ ...(await askHosted((asked ??= host()), args)), signal: null }),
    host,
    onTerminal: (args) => {
      const line = [process.execPath, program, ...args].map((word) => `'${word}'`).join(' ');
      return ended(watched(spawn('script', ['-qec', line, '/dev/null'], { env: environment({ TERM: 'xterm' }) })));
    },
    daemon: (args = [], by = []) => {
      const daemon = startDaemon(args, environment(), by);
      daemons.add(daemon);
      void daemon.ended.then(({ stderr }) => {
        daemons.delete(daemon);
        drifts.push(...stderr.split('\n').filter((line) => line.includes('"msg":"drift"')));
      });
      return daemon;
    },
    forget: () => rmSync(dataDir, { recursive: true, force: true }),
    remove: async () => {
      await Promise.all([...daemons].map((daemon) => daemon.kill('SIGKILL')));
      await Promise.all(hosts.map((host) => host.stop()));
      rmSync(root, { recursive: true, force: true });
      if (drifts.length > 0) throw new Error(`rows were not the server's: ${drifts.join(' ')}`);
    },
  };
}

interface Started {
  readonly child: ChildProcessWithoutNullStreams;
  readonly output: { stdout: string; stderr: string };
}

function start(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  { stdin = '', by = [] }: { readonly stdin?: string | undefined; readonly by?: readonly string[] } = {},
): Started {
  const [command = process.execPath, ...rest] = [...by, process.execPath, program, ...args];
  const started = watched(spawn(command, rest, { env, stdio: ['pipe', 'pipe', 'pipe'] }));
  started.child.stdin.on('error', () => undefined);
  started.child.stdin.end(stdin);
  return started;
}

function watched(child: ChildProcessWithoutNullStreams): Started {
  const output = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (output.stdout += chunk));
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (output.stderr += chunk));
  return { child, output };
}

function ended({ child, output }: Started): Promise<NaviResult> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve({ ...output, code, signal }));
  });
}

function startDaemon(args: readonly string[], env: NodeJS.ProcessEnv, by: readonly string[]): NaviDaemon {
  const started = start(['sync', '--daemon', ...args], env, { by });
  const end = ended(started);
  const log = (): readonly LogLine[] =>
    started.output.stderr
      .slice(0, started.output.stderr.lastIndexOf('\n') + 1)
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line) as LogLine);
  return {
    pid: started.child.pid ?? 0,
    log,
    ended: end,
    kill: (signal) => {
      started.child.kill(signal);
      return end;
    },
    waitFor: (what, fits, timeoutMs = 30_000) =>
      new Promise((resolve, reject) => {
        const stop = (): void => {
          clearTimeout(timer);
          started.child.stderr.off('data', look);
        };
        const look = (): void => {
          const line = log().find(fits);
          if (line === undefined) return;
          stop();
          resolve(line);
        };
        const fail = (why: string): void => {
          stop();
          reject(new Error(`${what}: ${why}\n${started.output.stderr.slice(-3_000)}`));
        };
        const timer = setTimeout(() => fail(`not within ${timeoutMs} ms`), timeoutMs);
        started.child.stderr.on('data', look);
        void end.then(() => fail('the daemon ended'));
        look();
      }),
  };
}

/** The files of a mirror as bytes: database, WAL and shared memory, by name. */
export function storeFiles(file: string): readonly Buffer[] {
  return [file, `${file}-wal`, `${file}-shm`].flatMap((path) => {
    try {
      return [readFileSync(path)];
    } catch {
      return [];
    }
  });
}
