import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { loadPods, loadVariety } from '../test/support/load.ts';
import { type RealCluster, startRealCluster } from '../test/support/real-cluster.ts';

/** The cluster that the benchmarks measure on: realistic pods, and objects of some 55 other types. */
export interface BenchLoad {
  readonly podCount: number;
  readonly otherCount: number;
  readonly report: (line: string) => void;
}

/** A namespace of few pods, part of the pod count. */
export const smallNamespace = 'small';
const smallPodCount = 20;
const podsPerNamespace = 500;

/** Starts a real cluster and fills it. The caller stops it. */
export async function startLoadedCluster(load: BenchLoad): Promise<RealCluster> {
  const cluster = await startRealCluster();
  try {
    const restCount = Math.max(0, load.podCount - smallPodCount);
    const namespaceCount = Math.ceil(restCount / podsPerNamespace);
    const namespaces = Array.from({ length: namespaceCount }, (_, index) => `pods-${String(index).padStart(3, '0')}`);
    const { report } = load;
    await loadPods(cluster, { count: Math.min(smallPodCount, load.podCount), namespaces: [smallNamespace] });
    if (restCount > 0) await loadPods(cluster, { count: restCount, namespaces, report });
    await loadVariety(cluster, { count: load.otherCount, report });
    return cluster;
  } catch (error) {
    await cluster.stop();
    throw error;
  }
}

/** Run by itself it keeps a filled cluster until it is interrupted: `node bench/load-cluster.ts --pods 1000`. */
async function keepLoadedCluster(): Promise<void> {
  const { values } = parseArgs({
    options: { pods: { type: 'string', default: '10000' }, others: { type: 'string', default: '3000' } },
  });
  const report = (line: string): void => {
    process.stderr.write(`${line}\n`);
  };
  const cluster = await startLoadedCluster({
    podCount: Number(values.pods),
    otherCount: Number(values.others),
    report,
  });
  process.stdout.write(`export KUBECONFIG=${cluster.kubeconfig}\n`);
  await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
  await cluster.stop();
}

if (import.meta.main) await keepLoadedCluster();
