import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { DaemonInfo } from '../src/control/protocol.ts';
import { allocatorSettings } from '../src/core/allocator-settings.ts';
import { ask } from '../test/support/daemon-probes.ts';

/** A whole environment, with NAVI_DATA_DIR. */
export type DaemonEnv = Readonly<Record<string, string>>;

export const naviProgram = join(import.meta.dirname, '..', 'bin', 'run.js');

/** After which a daemon that has listed everything has nothing left to do (ms): its threads end, garbage is collected. */
export const calmMs = 15_000;

/** Starts `navi sync --daemon` with further arguments, with malloc set as `--detach` and services set it. The caller stops it. */
export function startDaemon(env: DaemonEnv, args: readonly string[]): ChildProcess {
  return spawn(process.execPath, [naviProgram, 'sync', '--daemon', ...args], {
    env: { ...allocatorSettings, ...env },
    stdio: 'ignore',
  });
}

/** Resolves when it has ended; it may have before. */
export async function endProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
}

/** Undefined while no daemon answers. */
export async function infoOf(env: DaemonEnv): Promise<DaemonInfo | undefined> {
  return await ask<DaemonInfo>(env['NAVI_DATA_DIR'] ?? '', { method: 'info' }).catch(() => undefined);
}

/** Resolves once every scope of so many mirrors was listed or is watched. */
export async function untilSettled(env: DaemonEnv, mirrorCount = 1): Promise<DaemonInfo> {
  const endMs = performance.now() + 600_000;
  while (performance.now() < endMs) {
    const info = await infoOf(env);
    const mirrors = info?.mirrors ?? [];
    const settled = mirrors.filter(({ scopeCount, settledCount }) => scopeCount > 0 && settledCount === scopeCount);
    if (settled.length === mirrors.length && settled.length >= mirrorCount) return info as DaemonInfo;
    await pause(100);
  }
  throw new Error('the daemon does not settle');
}

/** Requests that the mirrors of the daemon have made so far. */
export async function requestCountOf(env: DaemonEnv): Promise<number> {
  return ((await infoOf(env))?.mirrors ?? []).reduce((sum, mirror) => sum + mirror.requestCount, 0);
}

/** CPU time of a process so far (s), that of its threads included. */
export function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) / 100;
}
