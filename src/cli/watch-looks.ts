import { NaviError } from '../errors/navi-error.ts';
import { uptimeMs } from '../output/uptime.ts';
import { LookWaits } from './look-waits.ts';

/** Least time between two looks (ms). */
const lookMs = 1_000;

/** A look that took long is followed by a pause so many times as long: one at everything must not eat a processor. */
const pauseFactor = 10;

/** Where what is looked at goes. */
export interface LookView<T> {
  show(answer: T): void;
  /** What cannot be read now may be there with the next look: a store is replaced, a daemon begins. */
  fail(error: NaviError): void;
  end(): void;
}

/** Looks again and again until it is interrupted; resolves with the exit code. @param first what a first look found @throws OutputClosed */
export async function watchLooks<T>(first: T, read: () => Promise<T>, view: LookView<T>): Promise<number> {
  const waits = new LookWaits();
  try {
    view.show(first);
    for (let tookMs = 0; ;) {
      const code = await waits.next(Math.max(lookMs, pauseFactor * tookMs));
      if (code !== undefined) return code;
      const begunMs = uptimeMs();
      await look(read, view);
      tookMs = uptimeMs() - begunMs;
    }
  } finally {
    waits.end();
    view.end();
  }
}

async function look<T>(read: () => Promise<T>, view: LookView<T>): Promise<void> {
  let answer: T;
  try {
    answer = await read();
  } catch (error) {
    if (!(error instanceof NaviError)) throw error;
    view.fail(error);
    return;
  }
  view.show(answer);
}
