import type { SyncProcess } from '../../../src/daemon/sync-process.ts';
import { parseKubeconfig } from '../../../src/kubeconfig/parse-kubeconfig.ts';
import { mirrorId, resolveContext } from '../../../src/kubeconfig/resolve-context.ts';
import { startSimulator, type Simulator } from '../../../src/simulator/simulator.ts';
import { mirrorFile } from '../../../src/store/data-directory.ts';
import { MemoryNetwork } from '../memory-network.ts';
import { createSeededRandom } from '../seeded-random.ts';
import type { SimulatedMirror } from '../simulated-mirror.ts';
import { StoreView } from '../store-view.ts';

const place = { namespace: 'default', name: 'besides' };

/** Until what is written is seen, whatever happens to the other cluster (ms). */
const visibleMs = 250;

/** A second cluster of the same process, to which nothing happens: changes there must be seen as fast as ever. */
export class BesidesCluster {
  readonly #simulator: Simulator;
  readonly #id: string;
  readonly #view: StoreView;
  readonly #context: ReturnType<typeof resolveContext>;
  #count = 0;

  private constructor(simulator: Simulator, mirrorOf: () => SimulatedMirror) {
    this.#simulator = simulator;
    this.#context = resolveContext(parseKubeconfig(simulator.kubeconfig(), 'kubeconfig'), undefined);
    this.#id = mirrorId(this.#context);
    this.#view = new StoreView(() => mirrorFile(mirrorOf().dataDir, this.#id));
    simulator.state.create('configmaps', { metadata: place });
  }

  static async start(mirror: SimulatedMirror, seed: number): Promise<BesidesCluster> {
    const random = createSeededRandom(seed);
    const simulator = await startSimulator({ clock: mirror.clock, random: () => random.next() });
    mirror.network.others.set(new URL(simulator.url).port, new MemoryNetwork(simulator));
    mirror.adopt(simulator, { isFaulty: false });
    return new BesidesCluster(simulator, () => mirror);
  }

  /** Has a process mirror it as well. */
  async add(process: SyncProcess): Promise<void> {
    await process.add(this.#context);
  }

  /** Writes there, and looks whether it is seen. @throws when it is not, though it was followed before */
  async check(mirror: SimulatedMirror): Promise<void> {
    const [, mine] = mirror.isRunning ? mirror.process.mirrors : [];
    const isLive =
      mine?.isPlanned === true &&
      mine.reflectors.every((reflector) => reflector.isFreshSince(mirror.clock.monotonic()));
    if (!isLive) return;
    this.#count += 1;
    const { metadata } = this.#simulator.state.patch('configmaps', place, { data: { count: String(this.#count) } });
    await mirror.advance(visibleMs);
    const rows = this.#view.all('select resource_version as version from object where name = ?', place.name);
    this.#view.close();
    if (rows[0]?.['version'] === metadata.resourceVersion) return;
    throw new Error(`I7 the other cluster's ${metadata.resourceVersion} is not seen: ${JSON.stringify(rows)}`);
  }

  async stop(): Promise<void> {
    this.#view.close();
    await this.#simulator.stop();
  }
}
