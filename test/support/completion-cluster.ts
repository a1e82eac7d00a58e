import type { Simulator } from '../../src/simulator/simulator.ts';
import { samplePod } from './sample-pod.ts';

/**
 * What completions are asked of: pods `web-0` to `web-2` and `api-0` in `default`, `web-shop` in `shop`, two deployments, and a role
 * with a colon in its name.
 */
export function fillForCompletion({ state }: Simulator): void {
  const pod = (name: string, namespace: string, labels: Readonly<Record<string, string>>): void => {
    const sample = samplePod(name, 1);
    state.create('pods', { ...sample, metadata: { ...(sample['metadata'] as object), namespace, labels } });
  };
  state.create('namespaces', { metadata: { name: 'shop' } });
  for (const name of ['web-0', 'web-1', 'web-2']) pod(name, 'default', { app: 'web', tier: 'front' });
  pod('api-0', 'default', { app: 'api', 'example.com/part': 'x' });
  pod('web-shop', 'shop', { app: 'shop' });
  for (const name of ['web', 'worker'])
    state.create('deployments.apps', { metadata: { name, namespace: 'default', labels: { deployed: 'yes' } } });
  state.create('clusterroles.rbac.authorization.k8s.io', { metadata: { name: 'system:node' }, rules: [] });
}
