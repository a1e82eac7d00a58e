import { setTimeout as pause } from 'node:timers/promises';
import type { NaviInstallation } from './navi-process.ts';

/** Resolves once so many logs are kept. @throws after some ten seconds */
export async function untilKept(navi: NaviInstallation, count: number): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    const { stdout } = await navi.run(['status', '-o', 'json']);
    const { clusters } = JSON.parse(stdout) as { clusters: readonly { keptLogs: { keptCount: number } | null }[] };
    if (clusters[0]?.keptLogs?.keptCount === count) return;
    await pause(50);
  }
  throw new Error('the logs are not kept');
}
