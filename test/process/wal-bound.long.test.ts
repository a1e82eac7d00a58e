import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import { expect, test } from 'vitest';
import { parseKubeconfig } from '../../src/kubeconfig/parse-kubeconfig.ts';
import { mirrorId, resolveContext } from '../../src/kubeconfig/resolve-context.ts';
import { startSimulator } from '../../src/simulator/simulator.ts';
import { mirrorFile } from '../../src/store/data-directory.ts';
import { mirrorDifferences } from '../support/mirror-oracle.ts';
import { installNavi } from '../support/navi-process.ts';
import { StoreView } from '../support/store-view.ts';

const mib = 1024 ** 2;
const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 10));

test('a daemon’s log stays within 256 MiB under a reader that never ends, which status names', async () => {
  const root = mkdtempSync(join(tmpdir(), 'navi-test-'));
  const simulator = await startSimulator();
  const at = (index: number) => ({ namespace: 'default', name: `c-${index}` });
  for (let index = 0; index < 20; index += 1) simulator.state.create('configmaps', { metadata: at(index) });
  const kubeconfig = join(root, 'kubeconfig');
  writeFileSync(kubeconfig, simulator.kubeconfig());
  const navi = installNavi(kubeconfig);
  const id = mirrorId(resolveContext(parseKubeconfig(simulator.kubeconfig(), kubeconfig), undefined));
  const file = mirrorFile(navi.dataDir, id);
  const view = new StoreView(() => file);
  let largest = 0;
  const until = async (what: string, holds: () => boolean, timeoutMs = 300_000): Promise<void> => {
    const giveUpAt = performance.now() + timeoutMs;
    while (!holds()) {
      if (existsSync(`${file}-wal`)) largest = Math.max(largest, statSync(`${file}-wal`).size);
      if (performance.now() > giveUpAt) throw new Error(`not within ${timeoutMs} ms: ${what}; ${largest} bytes of log`);
      await pause();
    }
  };
  try {
    const daemon = navi.daemon();
    await daemon.waitFor('configmaps are listed', ({ msg, type }) => msg === 'listed' && type === 'configmaps');
    const reader = new SqliteDatabase(file, { readonly: true });
    reader.exec('begin');
    reader.prepare('select count(*) from object').get();
    let round = 0;
    let waits = 0;
    await until('rows are refused', () => {
      // A server drops a stream that is megabytes behind.
      if (mirrorDifferences({ view, state: simulator.state }).length > 0)
        return daemon.log().some(({ msg }) => msg === 'store cannot be written');
      round += 1;
      const data = { padding: `${round}`.padEnd(40_000, 'x') };
      for (let index = 0; index < 20; index += 1) simulator.state.patch('configmaps', at(index), { data });
      return false;
    });
    expect(largest).toBeGreaterThan(180 * mib);
    const { stdout } = await navi.run(['status']);
    expect(stdout).toContain(`process ${process.pid} (node) has been reading one snapshot of`);
    await until('time goes on', () => (waits += 1) > 500);
    expect(largest).toBeLessThan(256 * mib);
    reader.close();
    await until('it goes on', () => mirrorDifferences({ view, state: simulator.state }).length === 0);
    expect(statSync(`${file}-wal`).size).toBeLessThan(64 * mib);
  } finally {
    view.close();
    await navi.remove();
    await simulator.stop();
    rmSync(root, { recursive: true, force: true });
  }
}, 600_000);
