import { spawn, spawnSync } from 'node:child_process';
import type { Clock } from '../util/clock.ts';
import type { Logger } from './logger.ts';

/** What a supervisor says in the environment (sd_notify(3), sd_watchdog_enabled(3)). */
interface SupervisorTerms {
  readonly socket: string;
  /** It wants to hear of the process at least this often (ms); undefined: it does not watch. */
  readonly watchdogMs: number | undefined;
}

/** Variables of sd_notify(3). */
type SupervisorNews = { READY?: string; STATUS?: string; WATCHDOG?: string };

/**
 * Tells a supervisor that speaks systemd's protocol when the daemon is ready, that it lives, and that it ends. Node cannot
 * write to a datagram socket, so that systemd-notify does; where there is no such supervisor nothing happens.
 */
export class Supervisor {
  readonly #terms: SupervisorTerms | undefined;
  readonly #log: Logger;
  #isReady = false;
  #told = '';
  #isTelling = false;
  /** What is told next. */
  #waiting: SupervisorNews = {};
  #cancelWatch: () => void = () => undefined;

  constructor(env: NodeJS.ProcessEnv, clock: Clock, log: Logger) {
    this.#terms = termsOf(env);
    this.#log = log;
    // Programs that this one starts, such as those that fetch credentials, must not speak for it.
    for (const name of ['NOTIFY_SOCKET', 'WATCHDOG_USEC', 'WATCHDOG_PID']) delete process.env[name];
    const everyMs = this.#terms?.watchdogMs;
    if (everyMs !== undefined) this.#watch(clock, everyMs / 3);
  }

  /** Ready once, as soon as everything is; until then how far it is. @param status a line for people */
  progress(isReady: boolean, status: string): void {
    if (this.#terms === undefined || this.#isReady) return;
    if (!isReady && status === this.#told) return;
    this.#isReady = isReady;
    this.#told = status;
    this.#tell({ ...(isReady ? { READY: '1' } : {}), STATUS: status });
  }

  /** The daemon ends: whatever comes now, it is no crash. */
  stopping(): void {
    this.#cancelWatch();
    if (this.#terms !== undefined) spawnSync('systemd-notify', ['STOPPING=1'], this.#options(this.#terms));
  }

  /** As long as the event loop turns, and no longer: a process that hangs is to be ended. */
  #watch(clock: Clock, everyMs: number): void {
    const beat = (): void => {
      this.#tell({ WATCHDOG: '1' });
      this.#cancelWatch = clock.after(everyMs, beat);
    };
    this.#cancelWatch = clock.after(everyMs, beat);
  }

  /** One after the other: of two programs that run at once the later one may be heard first. */
  #tell(told: SupervisorNews): void {
    Object.assign(this.#waiting, told);
    if (this.#isTelling || this.#terms === undefined) return;
    const variables = Object.entries(this.#waiting).map(([name, value]) => `${name}=${value}`);
    this.#waiting = {};
    if (variables.length === 0) return;
    this.#isTelling = true;
    const child = spawn('systemd-notify', variables, this.#options(this.#terms));
    child.on('error', (error) => this.#log.warn('supervisor cannot be told', { error: error.message }));
    child.on('close', () => {
      this.#isTelling = false;
      this.#tell({});
    });
    child.unref();
  }

  #options({ socket }: SupervisorTerms) {
    return { stdio: 'ignore', env: { ...process.env, NOTIFY_SOCKET: socket }, timeout: notifyMs } as const;
  }
}

/** Longest time that telling may take (ms): a supervisor that does not listen must not hold the daemon up. */
const notifyMs = 2_000;

function termsOf(env: NodeJS.ProcessEnv): SupervisorTerms | undefined {
  const { NOTIFY_SOCKET: socket, WATCHDOG_USEC: microseconds, WATCHDOG_PID: pid } = env;
  if (socket === undefined || socket === '') return undefined;
  const isMeant = pid === undefined || pid === '' || Number(pid) === process.pid;
  const ms = Number(microseconds) / 1_000;
  return { socket, watchdogMs: isMeant && ms > 0 ? ms : undefined };
}
