import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { startClusterCrowd } from '../support/cluster-crowd.ts';
import { memoryOf, untilSettled } from '../support/daemon-probes.ts';
import { installNavi } from '../support/navi-process.ts';

const mebibyte = 1_024 ** 2;

/** What a daemon with 20,000 small objects comes to: measured were 145 and 149 MiB, and 233 to 275 before it is calm. */
const calmMebibytes = 195;

/** V8 alone gives nothing back before 100 s have passed. */
const calmMs = 90_000;

test('a daemon gives back what a first list took, soon after it', { timeout: 240_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'navi-test-'));
  const kubeconfig = join(folder, 'kubeconfig');
  const crowd = startClusterCrowd();
  const navi = installNavi(kubeconfig);
  try {
    const cluster = await crowd.start({ events: 2_000, pods: 16_000, configmaps: 2_000 });
    writeFileSync(kubeconfig, cluster.kubeconfig);
    const daemon = navi.daemon();
    await untilSettled(navi.dataDir, daemon, ['simulator']);
    const endMs = performance.now() + calmMs;
    const mebibytes = (): number => memoryOf(daemon.pid).residentBytes / mebibyte;
    while (mebibytes() >= calmMebibytes && performance.now() < endMs) await pause(500);
    expect(mebibytes()).toBeLessThan(calmMebibytes);
  } finally {
    await navi.remove();
    await crowd.stop();
    rmSync(folder, { recursive: true, force: true });
  }
});
