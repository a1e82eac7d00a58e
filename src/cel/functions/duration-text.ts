import type { Duration } from '@marcbachmann/cel-js/evaluator';

const nanosPerSecond = 1_000_000_000n;

/** A duration in seconds, as CEL and protobuf's JSON write it: `5400s`, `-0.001s`. */
export function durationText({ seconds, nanos }: Pick<Duration, 'seconds' | 'nanos'>): string {
  const total = seconds * nanosPerSecond + BigInt(nanos);
  const amount = total < 0n ? -total : total;
  const fraction = String(amount % nanosPerSecond)
    .padStart(9, '0')
    .replace(/0+$/, '');
  return `${total < 0n ? '-' : ''}${amount / nanosPerSecond}${fraction === '' ? '' : `.${fraction}`}s`;
}
