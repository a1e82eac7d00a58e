import type { Socket } from 'node:net';
import { NaviError } from '../errors/navi-error.ts';
import { net } from '../util/late-modules.ts';
import { resultOf } from './control-client.ts';
import type { ContextChoice, ControlRequest } from './protocol.ts';

/** Wait before a daemon that is away is looked for again (ms). */
const reconnectMs = 250;

/** What ended a wait: `refused` is a daemon that runs and will not tell of this context. */
export type Wake = 'connected' | 'changed' | 'refused' | 'away' | 'time';

/**
 * A standing connection to the daemon that tells when objects changed. A daemon that goes away is looked for until it is
 * back; what changed in between is in the store, so `connected` always means: look.
 */
export class DaemonFollower {
  readonly #path: string;
  readonly #choice: ContextChoice;
  #socket: Socket | undefined;
  /** What nobody has waited for yet. */
  #wakes: Wake[] = [];
  #resume: (() => void) | undefined;
  #retry: NodeJS.Timeout | undefined;
  #isClosed = false;
  #isConnected = false;
  #refusal: string | undefined;
  /** The daemon takes no more followers. */
  #busy: NaviError | undefined;
  /** Types that are to stay in use. */
  #held: readonly string[] = [];

  /** Connects at once, and goes on trying until `close`. */
  constructor(path: string, choice: ContextChoice) {
    this.#path = path;
    this.#choice = choice;
    this.#connect();
  }

  /** The daemon has answered and not gone away since. */
  get isConnected(): boolean {
    return this.#isConnected;
  }

  /** Why the daemon that is connected will not tell of changes; undefined where it does. */
  get refusal(): string | undefined {
    return this.#refusal;
  }

  /** The next thing that happened, at once if it did before; `time` after `timeoutMs`. @throws NAVI_DAEMON_BUSY where too many follow it */
  async wait(timeoutMs: number): Promise<Wake> {
    if (this.#wakes.length === 0) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, timeoutMs);
        this.#resume = () => {
          clearTimeout(timer);
          resolve();
        };
      });
      this.#resume = undefined;
    }
    if (this.#busy !== undefined) throw this.#busy;
    return this.#wakes.shift() ?? 'time';
  }

  /** Types (`plural.group`) that are followed only while they are asked for are so until `close`. */
  hold(types: readonly string[]): void {
    const added = types.filter((type) => !this.#held.includes(type));
    if (added.length === 0) return;
    this.#held = [...this.#held, ...added];
    if (this.#isConnected) this.#sendHeld(added);
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#retry);
    this.#socket?.destroy();
  }

  #connect(): void {
    const socket = net().connect(this.#path);
    this.#socket = socket;
    let answer = '';
    socket.setEncoding('utf8');
    socket.on('connect', () => this.#send({ method: 'follow', ...this.#choice }));
    socket.on('data', (chunk: string) => {
      if (this.#isConnected) {
        this.#wake('changed');
        return;
      }
      answer += chunk;
      if (answer.includes('\n')) this.#begin(answer.slice(0, answer.indexOf('\n')));
    });
    // The close that follows says it all.
    socket.on('error', () => undefined);
    socket.on('close', () => this.#lose());
  }

  #send(request: ControlRequest): void {
    this.#socket?.write(`${JSON.stringify(request)}\n`);
  }

  /** Its answer is one more reason to look. */
  #sendHeld(types: readonly string[]): void {
    this.#send({ method: 'use', ...this.#choice, types, purpose: 'watch' });
  }

  #begin(answer: string): void {
    this.#isConnected = true;
    if (this.#held.length > 0) this.#sendHeld(this.#held);
    const refused = refusalOf(answer);
    this.#refusal = refused?.message;
    if (refused?.code === 'NAVI_DAEMON_BUSY') this.#busy = refused;
    this.#wake(this.#refusal === undefined ? 'connected' : 'refused');
  }

  #lose(): void {
    if (this.#isClosed) return;
    this.#isConnected = false;
    this.#refusal = undefined;
    this.#wake('away');
    this.#retry = setTimeout(() => this.#connect(), reconnectMs);
  }

  /** Of each kind that nobody has looked at yet the last one stays, so that there are never more than there are kinds. */
  #wake(wake: Wake): void {
    this.#wakes = [...this.#wakes.filter((other) => other !== wake), wake];
    this.#resume?.();
  }
}

function refusalOf(line: string): NaviError | undefined {
  try {
    resultOf(line);
    return undefined;
  } catch (error) {
    if (error instanceof NaviError) return error;
    throw error;
  }
}
