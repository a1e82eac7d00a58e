/**
 * Simulated clusters that are large in one way: the kind and the count are its arguments (`ScaleShape`). It tells their
 * kubeconfig files over IPC and ends with the process that started it.
 */
import { startSimulator } from '../src/simulator/simulator.ts';
import { fillAskCluster } from './ask-objects.ts';
import { fillScale, type ScaleKind, type ScaleShape } from './scale-shapes.ts';
import { contextOf, type ClusterFiles } from './simulated-clusters.ts';

/** Ordinary objects of each cluster: two namespaces with applications. */
const objectCount = 2_000;

const shape: ScaleShape = { kind: process.argv[2] as ScaleKind, count: Number(process.argv[3]) };
const kubeconfigs: string[] = [];
for (let index = 0; index < (shape.kind === 'contexts' ? shape.count : 1); index += 1) {
  const simulator = await startSimulator();
  const create = simulator.state.create.bind(simulator.state);
  fillAskCluster(create, { objectCount, authority: 'no certificate', nowMs: Date.now() });
  fillScale(create, shape);
  kubeconfigs.push(contextOf(simulator, `cluster-${index}`));
}

process.on('disconnect', () => process.exit());
process.send?.({ kubeconfigs } satisfies ClusterFiles);
