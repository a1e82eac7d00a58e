import type { Receiver } from '../../config/alert-receivers.ts';
import { NaviError } from '../../errors/navi-error.ts';
import { failure } from '../../kube/failure.ts';
import type { Delivery } from '../../store/delivery-table.ts';
import { delay, type Clock } from '../../util/clock.ts';
import type { Logger } from '../logger.ts';
import { TroubleLog } from '../trouble-log.ts';
import type { AlertStore, AlertTables } from './alert-store.ts';
import { messageJson, messageText, type Message } from './message.ts';
import { NotDelivered } from './not-delivered.ts';
import { sendByCommand } from './send-command.ts';
import { desktopCommand } from './send-to-desktop.ts';
import { sendToWebhook } from './send-webhook.ts';

/** What a messenger works with. */
export interface MessengerOptions {
  readonly receivers: readonly Receiver[];
  readonly store: AlertStore;
  readonly clock: Clock;
  /** In [0, 1). */
  readonly random: () => number;
  readonly log: Logger;
  readonly env: NodeJS.ProcessEnv;
  readonly platform: NodeJS.Platform;
}

/** Between two looks at what is to be sent (ms): commands end silences. */
const lookMs = 5_000;

/** Messages that are read at once. */
const pieceCount = 20;

/** Waits between attempts (ms), each twice the one before. */
const firstWaitMs = 2_000;
const longestWaitMs = 600_000;

/** So long a daemon that stops waits for a receiver to take what is being sent (ms). */
const graceMs = 2_000;

/**
 * Tells receivers what `user.db` says they are to be told. A message is noted as begun before an attempt and as sent after it: who
 * dies in between sends it again. Each receiver is told one message at a time, in their order.
 */
export class Messenger {
  readonly #options: MessengerOptions;
  /** Nothing more is begun; then, what is under way is broken off. */
  readonly #stopping = new AbortController();
  readonly #breaking = new AbortController();
  readonly #troubles: ReadonlyMap<string, TroubleLog>;
  readonly #storeTrouble: TroubleLog;
  #wake = Promise.withResolvers<void>();
  readonly #ended: Promise<unknown>;

  constructor(options: MessengerOptions) {
    const { log, clock, receivers } = options;
    this.#options = options;
    this.#storeTrouble = new TroubleLog(log, clock, {
      begin: 'messages cannot be noted',
      end: 'messages are noted again',
    });
    this.#troubles = new Map(
      receivers.map(({ name }) => [
        name,
        new TroubleLog(log.child({ receiver: name }), clock, {
          begin: 'receiver cannot be told',
          end: 'receiver is told again',
        }),
      ]),
    );
    this.#ended = Promise.all(receivers.map((receiver) => this.#serve(receiver)));
  }

  /** There are new messages. */
  wake(): void {
    this.#wake.resolve();
    this.#wake = Promise.withResolvers();
  }

  /** Waits for what is under way, for a while; the next process makes anew what was broken off. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.wake();
    const cancel = this.#options.clock.after(graceMs, () => this.#breaking.abort());
    await this.#ended;
    cancel();
  }

  async #serve(receiver: Receiver): Promise<void> {
    const { clock } = this.#options;
    const { signal } = this.#stopping;
    for (;;) {
      const woken = this.#wake.promise;
      const count = await this.#sendDue(receiver);
      if (signal.aborted) return;
      if (count > 0) continue;
      const waiting = new AbortController();
      await Promise.race([woken, delay(clock, lookMs, AbortSignal.any([signal, waiting.signal]))]);
      waiting.abort();
    }
  }

  /** How many attempts were made. */
  async #sendDue(receiver: Receiver): Promise<number> {
    const { clock, store } = this.#options;
    if (!(await store.hasDue(clock.now()))) return 0;
    const due = await this.#noted(({ deliveries }) => {
      deliveries.takeBack(
        this.#options.receivers.map(({ name }) => name),
        clock.now(),
      );
      return deliveries.due(receiver.name, clock.now(), pieceCount);
    });
    let count = 0;
    for (const delivery of due ?? []) {
      if (this.#stopping.signal.aborted) return count;
      count += 1;
      // Others are likely to fail as this one did: they wait for their turn.
      if (!(await this.#attempt(receiver, delivery))) return 0;
    }
    return count;
  }

  /** False where it did not arrive. */
  async #attempt(receiver: Receiver, delivery: Delivery): Promise<boolean> {
    const { clock } = this.#options;
    const incident = await this.#noted(({ incidents, deliveries }) => {
      deliveries.begin(delivery.id);
      return incidents.get(delivery.incident, clock.now());
    });
    // Nothing is sent that was not noted; an incident that is gone takes its messages along.
    if (incident === undefined) return false;
    const { transition, attempts } = delivery;
    const message = { transition, incident, key: `${incident.id}-${transition}`, attempt: attempts + 1 };
    const trouble = this.#troubles.get(receiver.name);
    try {
      await this.#send(receiver, message);
    } catch (error) {
      if (!(error instanceof NotDelivered)) throw error;
      // The next process makes it anew, at once.
      if (this.#breaking.signal.aborted) return false;
      const waitMs = this.#waitMs(attempts);
      trouble?.met(failure('unreachable', error.message), { incident: incident.id, retryInMs: waitMs });
      const nextAtMs = clock.now() + waitMs;
      await this.#noted(({ deliveries }) => deliveries.failed(delivery.id, { error: error.message, nextAtMs }));
      return false;
    }
    trouble?.over();
    this.#options.log.info('receiver was told', { receiver: receiver.name, incident: incident.id, reason: transition });
    // It is repeated rather than lost.
    while ((await this.#noted(({ deliveries }) => (deliveries.sent(delivery.id, clock.now()), true))) === undefined)
      if (!(await delay(clock, firstWaitMs, this.#breaking.signal))) return false;
    return true;
  }

  async #send({ channel, timeoutMs }: Receiver, message: Message): Promise<void> {
    const { env, platform, clock } = this.#options;
    const common = { env, timeoutMs, stopping: this.#breaking.signal };
    if (channel.kind === 'webhook') {
      const { url, secret } = channel;
      await sendToWebhook({ ...common, url, secret, body: messageJson(message), key: message.key, nowMs: clock.now() });
      return;
    }
    const { severity } = message.incident;
    const argv =
      channel.kind === 'command' ? channel.argv : desktopCommand({ ...messageText(message), severity }, platform);
    await sendByCommand({ ...common, argv, stdin: channel.kind === 'command' ? messageJson(message) : '' });
  }

  /** Full jitter would send at once what failed just now: half of the wait stays. */
  #waitMs(attempts: number): number {
    const wait = Math.min(longestWaitMs, firstWaitMs * 2 ** Math.min(attempts, 20));
    return Math.round(wait * (0.5 + this.#options.random() / 2));
  }

  /** What `work` returns; undefined where `user.db` refused it, which is logged. */
  async #noted<T>(work: (tables: AlertTables) => T): Promise<T | undefined> {
    try {
      const result = await this.#options.store.changeWritten(work);
      this.#storeTrouble.over();
      return result;
    } catch (error) {
      if (!(error instanceof NaviError)) throw error;
      this.#storeTrouble.met(failure('storage', error.message));
      return undefined;
    }
  }
}
