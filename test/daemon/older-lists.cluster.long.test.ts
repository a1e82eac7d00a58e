import { expect, test } from 'vitest';
import { ListStreamEnded, streamList } from '../../src/daemon/streamed-list.ts';
import { Transport } from '../../src/kube/transport.ts';
import { readKubeconfigFiles } from '../../src/kubeconfig/read-kubeconfig.ts';
import { resolveContext } from '../../src/kubeconfig/resolve-context.ts';
import { systemClock } from '../../src/util/clock.ts';
import { clusterProgramsMissing } from '../support/cluster-programs.ts';
import { startRealCluster } from '../support/real-cluster.ts';
import { coreType } from '../support/type-entries.ts';

test.skipIf(clusterProgramsMissing('api', '1.33') !== undefined)(
  '17: kube-apiserver 1.33 refuses a streaming list in a way that is taken as such',
  { timeout: 200_000 },
  async () => {
    const cluster = await startRealCluster({ serverVersion: '1.33' });
    const transport = new Transport(resolveContext(readKubeconfigFiles([cluster.kubeconfig]), undefined));
    try {
      const target = { type: coreType('pods', 'Pod'), namespace: '', representation: 'full' } as const;
      const { signal } = new AbortController();
      const list = streamList({ transport, target, clock: systemClock(), signal, onReceived: () => undefined });
      const refused = await list.next().catch((error: unknown) => error);
      expect(refused).toBeInstanceOf(ListStreamEnded);
      expect(refused).toMatchObject({ fault: 'refused' });
    } finally {
      await transport.close();
      await cluster.stop();
    }
  },
);
