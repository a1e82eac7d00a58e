import { afterAll, beforeAll, describe } from 'vitest';
import { accessCases } from './conformance-access.ts';
import { customTypeCases } from './conformance-custom-types.ts';
import { discoveryCases } from './conformance-discovery.ts';
import { listCases } from './conformance-lists.ts';
import { clusterOf } from './conformance-tools.ts';
import { watchCases } from './conformance-watches.ts';
import { writeCases } from './conformance-writes.ts';
import type { ServerUnderTest } from './server-under-test.ts';

/**
 * Registers everything that the simulator and a real kube-apiserver 1.36 must answer alike. The server starts before
 * the first case and stops after the last one.
 */
export function conformance(name: string, start: () => Promise<ServerUnderTest>): void {
  describe(name, () => {
    let running: ServerUnderTest | undefined;
    const cluster = clusterOf(() => {
      if (running === undefined) throw new Error('the server has not started');
      return running;
    });

    beforeAll(async () => {
      running = await start();
    });
    afterAll(() => running?.stop());

    discoveryCases(cluster);
    accessCases(cluster);
    writeCases(cluster);
    listCases(cluster);
    watchCases(cluster);
    customTypeCases(cluster);
  });
}
