/**
 * How long this process runs (ms, with fractions): a clock that is never set. `performance.now` tells the same and has a dozen
 * modules of Node loaded first.
 */
export const uptimeMs = (): number => process.uptime() * 1_000;
