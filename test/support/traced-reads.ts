import { readFileSync } from 'node:fs';

/** What a program opened and read. */
export interface TracedReads {
  /** How often a file was opened. */
  readonly openCount: number;
  readonly byteCount: number;
}

/** The command that runs another one under strace, with all that it opens and reads written to `trace`. */
export function tracingReads(trace: string): readonly [string, ...string[]] {
  return ['strace', '-f', '-qqq', '-e', 'trace=openat,read,pread64', '-o', trace];
}

/** What such a trace tells. A file that was not there was not opened. */
export function tracedReads(trace: string): TracedReads {
  const calls = Array.from(readFileSync(trace, 'utf8').matchAll(/\b(openat|read|pread64)\(.* = (\d+)(?:<|$)/gm));
  const reads = calls.filter(([, name]) => name !== 'openat');
  return {
    openCount: calls.length - reads.length,
    byteCount: reads.reduce((sum, [, , count]) => sum + Number(count), 0),
  };
}
