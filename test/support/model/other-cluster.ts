import { startSimulator, type Simulator } from '../../../src/simulator/simulator.ts';
import { crdBody } from '../sample-crd.ts';
import { createSeededRandom } from '../seeded-random.ts';
import { ServerHistory } from '../server-history.ts';
import type { SimulatedMirror } from '../simulated-mirror.ts';
import { modelTypes, widgets } from './model-action.ts';

/** Another cluster with objects of the same names, which may come to stand behind the address. */
export class OtherCluster {
  readonly simulator: Simulator;
  readonly history: ServerHistory;

  private constructor(simulator: Simulator) {
    this.simulator = simulator;
    this.history = new ServerHistory(simulator.state);
  }

  static async start(mirror: SimulatedMirror, user: string, seed: number): Promise<OtherCluster> {
    const random = createSeededRandom(seed);
    const simulator = await startSimulator({ clock: mirror.clock, random: () => random.next() });
    const { state } = simulator;
    state.allow(user, { verbs: ['get', 'list', 'watch'] });
    state.create('customresourcedefinitions.apiextensions.k8s.io', crdBody(widgets));
    for (const type of modelTypes) state.create(type, { metadata: { namespace: 'default', name: 'n0' } });
    for (let write = 0; write < 9; write += 1) {
      state.patch('configmaps', { namespace: 'default', name: 'n0' }, { data: { write: String(write) } });
    }
    mirror.adopt(simulator, { isFaulty: true });
    return new OtherCluster(simulator);
  }

  /** `uid` of its kube-system. */
  get uid(): string {
    return this.simulator.state.get('namespaces', { name: 'kube-system' }).metadata.uid ?? '';
  }
}
