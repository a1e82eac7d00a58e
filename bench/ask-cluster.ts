/**
 * Two simulated clusters in a process of their own, the second a tenth of the first, whose count of objects is its
 * argument. It tells their kubeconfig files over IPC; sent `delete` it deletes some pods, and sent a churn it changes pods of
 * the first cluster. It ends with the process that started it.
 */
import { startSimulator, type Simulator } from '../src/simulator/simulator.ts';
import { makeAuthority } from '../test/support/certificates.ts';
import { churnPods, type Churn } from './ask-churn.ts';
import { deletedNames, fillAskCluster } from './ask-objects.ts';
import { contextOf, type ClusterFiles } from './simulated-clusters.ts';

/** What the process tells when a churn is over. */
export interface Churned {
  readonly perSecond: number;
}

async function filled(objectCount: number, authority: string): Promise<Simulator> {
  const simulator = await startSimulator();
  const create = simulator.state.create.bind(simulator.state);
  fillAskCluster(create, { objectCount, authority, nowMs: Date.now() });
  return simulator;
}

const objectCount = Number(process.argv[2]);
const authority = makeAuthority();
const first = await filled(objectCount, authority.certificate);
const second = await filled(Math.ceil(objectCount / 10), authority.certificate);
authority.remove();

process.on('disconnect', () => process.exit());
process.on('message', (message: 'delete' | Churn) => {
  if (message !== 'delete') {
    void churnPods(first, message).then((perSecond) => process.send?.({ perSecond } satisfies Churned));
    return;
  }
  const { state } = first;
  for (const { metadata } of state.list('pods')) {
    if (deletedNames.test(`${metadata.namespace}/${metadata.name}`)) state.delete('pods', metadata);
  }
});
const kubeconfigs = [contextOf(first, 'first'), contextOf(second, 'second')];
process.send?.({ kubeconfigs } satisfies ClusterFiles);
