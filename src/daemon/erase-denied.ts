import type { MirrorWriter } from '../store/mirror-writer.ts';
import type { Clock } from '../util/clock.ts';

/** Until the write-ahead log is tried again that a reader still needs (ms). */
const tryAgainMs = 1_000;

/**
 * After rows were erased: takes their bytes out of the write-ahead log too, as soon as no reader needs it any more. Pages
 * of the database itself are overwritten where they are freed (`secure_delete`).
 */
export function emptyLogSoon(writer: MirrorWriter, clock: Clock): void {
  if (!writer.emptyLog()) clock.after(tryAgainMs, () => emptyLogSoon(writer, clock));
}
