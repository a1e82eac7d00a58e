import { afterAll, beforeAll, expect, test } from 'vitest';
import { askLines, savedFilter } from '../../bench/ask-lines.ts';
import { deletedNames, fillAskCluster, homeNamespace } from '../../bench/ask-objects.ts';
import type { Simulator } from '../../src/simulator/simulator.ts';
import { hostNavi, type HostedNavi } from '../support/hosted-navi.ts';
import { syncedNavi, type SyncedNavi } from '../support/synced-navi.ts';

let synced: SyncedNavi;
let host: HostedNavi;

beforeAll(async () => {
  synced = await syncedNavi(({ state }: Simulator) => {
    const nowMs = Date.now();
    fillAskCluster(state.create.bind(state), { objectCount: 1_500, authority: 'no certificate', nowMs });
  });
  const { state } = synced.simulator;
  const gone = state.list('pods').filter(({ metadata }) => deletedNames.test(`${metadata.namespace}/${metadata.name}`));
  for (const { metadata } of gone) state.delete('pods', metadata);
  expect(await synced.navi(['sync', '--once'])).toMatchObject({ code: 0 });
  const text = synced.simulator.kubeconfig().replace(/^ {4}user: /m, `    namespace: ${homeNamespace}\n$&`);
  host = hostNavi(synced.folder, synced.environment({ KUBECONFIG: synced.file('in-namespace', text) }));
  expect(await host.run(savedFilter, 20_000)).toMatchObject({ code: 0 });
});

afterAll(async () => {
  await host.stop();
  await synced.remove();
});

/** `navi wait` needs a daemon. */
const storedLines = askLines.filter(({ args }) => args[0] !== 'wait');

test.each(storedLines.map(({ args }) => [args.join(' '), args] as const))('%s has an answer', async (_, args) => {
  const { code, stdout } = await host.run(args, 20_000);
  expect(code).toBe(0);
  const headerCount = args.includes('--count') || args.includes('--why') ? 0 : 1;
  expect(stdout.trimEnd().split('\n').length).toBeGreaterThan(headerCount);
  expect(stdout).not.toBe('');
});
