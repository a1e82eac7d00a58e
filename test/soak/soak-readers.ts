import { spawn } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import { naviProgram } from './daemon-supervisor.ts';
import type { AwaySince } from './soak-faults.ts';
import type { SoakContext } from './soak-cluster.ts';

/** How a command went. */
interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** What the readers of a soak came to. */
export interface ReaderReport {
  readonly commandCount: number;
  /** How often each command ended how: `get pods: 0`. */
  readonly outcomes: Readonly<Record<string, number>>;
  readonly slowestMs: number;
  readonly problems: readonly string[];
}

const pauseMs = 400;
const timeoutMs = 30_000;

/** A context that is away this long must be known to be away (ms): its connections are refused, so nothing has to be waited for. */
const knownAwayAfterMs = 3_000;

/** Exit codes that are an answer: done; what kubectl says to a refusal; missing or too old. */
const honestCodes = new Set([0, 6]);

interface StatusJson {
  readonly daemon: unknown;
  readonly clusters: readonly {
    readonly context: string;
    readonly types?: readonly { readonly type: string; readonly health: string | null }[];
  }[];
}

/** Runs navi's reading commands in turn, whatever happens to cluster and daemon meanwhile. */
export class SoakReaders {
  readonly #env: NodeJS.ProcessEnv;
  readonly #contexts: readonly SoakContext[];
  readonly #away: AwaySince;
  readonly #stopping = new AbortController();
  readonly #outcomes = new Map<string, number>();
  readonly #problems: string[] = [];
  #commandCount = 0;
  #slowestMs = 0;
  #done: Promise<void> | undefined;

  constructor(env: NodeJS.ProcessEnv, contexts: readonly SoakContext[], away: AwaySince) {
    this.#env = env;
    this.#contexts = contexts;
    this.#away = away;
  }

  start(): void {
    this.#done ??= this.#read();
  }

  async stop(): Promise<ReaderReport> {
    this.#stopping.abort();
    await this.#done;
    return {
      commandCount: this.#commandCount,
      outcomes: Object.fromEntries(this.#outcomes),
      slowestMs: Math.round(this.#slowestMs),
      problems: this.#problems,
    };
  }

  async #read(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      for (const context of this.#contexts) {
        await this.#expect(['get', 'pods', '-A', '--context', context.name]);
        await this.#expect(['get', 'deployments', '-A', '-o', 'json', '--context', context.name]);
        await this.#expect(['search', 'roll-1', '--context', context.name]);
        await this.#readSecrets(context);
        await this.#readStatus();
        await pause(pauseMs);
      }
    }
  }

  /** The server's own refusal where the user may not read them. */
  async #readSecrets(context: SoakContext): Promise<void> {
    const args = ['get', 'secrets', '-A', '--context', context.name];
    if (context.types === undefined) {
      await this.#expect(args);
      return;
    }
    const { code, stdout, stderr } = await this.#run(args);
    const isRefused = code === 1 && stderr.includes('Forbidden') && stdout === '';
    if (!isRefused && code !== 6) this.#note(args, `code ${code}: ${stdout}${stderr}`);
  }

  async #readStatus(): Promise<void> {
    const args = ['status', '-o', 'json', '--all-contexts'];
    const startedAt = performance.now();
    const before = new Map(this.#away);
    const outcome = await this.#expect(args);
    if (outcome?.code !== 0) return;
    const status = JSON.parse(outcome.stdout) as StatusJson;
    for (const [name, sinceMs] of before) {
      const isStillAway = this.#away.get(name) === sinceMs;
      if (!isStillAway || startedAt - sinceMs < knownAwayAfterMs) continue;
      const pods = status.clusters.find(({ context }) => context === name)?.types?.find(({ type }) => type === 'pods');
      if (pods?.health === 'healthy') this.#note(args, `pods of ${name} are called healthy while it is away`);
    }
  }

  async #expect(args: readonly string[]): Promise<Outcome | undefined> {
    const outcome = await this.#run(args);
    const { code, stderr } = outcome;
    if (code !== null && honestCodes.has(code) && !stderr.includes('navi has a bug')) return outcome;
    this.#note(args, `code ${code}: ${stderr.slice(0, 500)}`);
    return undefined;
  }

  async #run(args: readonly string[]): Promise<Outcome> {
    const startedAt = performance.now();
    const outcome = await run(args, this.#env);
    this.#slowestMs = Math.max(this.#slowestMs, performance.now() - startedAt);
    this.#commandCount += 1;
    const key = `${args.slice(0, 2).join(' ')}: ${outcome.code}`;
    this.#outcomes.set(key, (this.#outcomes.get(key) ?? 0) + 1);
    return outcome;
  }

  #note(args: readonly string[], what: string): void {
    this.#problems.push(`${new Date().toISOString()} navi ${args.join(' ')}: ${what}`);
  }
}

/** Runs navi to its end, or for half a minute; the code is null then. */
export function run(args: readonly string[], env: NodeJS.ProcessEnv): Promise<Outcome> {
  const child = spawn(process.execPath, [naviProgram, ...args], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: timeoutMs,
  });
  const output = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (output.stdout += chunk));
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (output.stderr += chunk));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ ...output, code }));
  });
}
