import { readFileSync } from 'node:fs';
import { askDaemon } from '../../src/control/control-client.ts';
import { setTimeout as pause } from 'node:timers/promises';
import type { ControlRequest, DaemonInfo } from '../../src/control/protocol.ts';
import { controlSocketPath } from '../../src/control/socket-path.ts';
import type { NaviDaemon } from './navi-process.ts';

/** Memory of a process (bytes): now, and the most it ever had. */
export function memoryOf(pid: number): { readonly residentBytes: number; readonly peakBytes: number } {
  const text = readFileSync(`/proc/${pid}/status`, 'utf8');
  const bytes = (name: string): number => Number(new RegExp(`${name}:\\s+(\\d+) kB`).exec(text)?.[1]) * 1_024;
  return { residentBytes: bytes('VmRSS'), peakBytes: bytes('VmHWM') };
}

/** Asks the daemon that keeps `dataDir`, over its control socket, however long that takes up to a minute. */
export async function ask<T>(dataDir: string, request: ControlRequest): Promise<T> {
  const env = { NAVI_DATA_DIR: dataDir };
  return (await askDaemon(controlSocketPath(dataDir, env), request, 60_000)) as T;
}

/** The value below which so many hundredths of the values lie. */
export function percentile(values: readonly number[], hundredths: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * hundredths) / 100))] ?? Number.NaN;
}

/** Resolves once every scope of these contexts has a complete list or a refusal. */
export async function untilSettled(dataDir: string, daemon: NaviDaemon, contexts: readonly string[]): Promise<void> {
  await daemon.waitFor('it begins', ({ msg }) => msg === 'mirror starts');
  for (;;) {
    const info = await ask<DaemonInfo | undefined>(dataDir, { method: 'info' });
    const settled = (info?.mirrors ?? []).filter(
      ({ scopeCount, settledCount }) => scopeCount > 0 && settledCount === scopeCount,
    );
    if (contexts.every((name) => settled.some(({ context }) => context === name))) return;
    await pause(100);
  }
}
