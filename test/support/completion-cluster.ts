import { join } from 'node:path';
import { expect } from 'vitest';
import { summaryOf } from '../../src/cli/chosen-contexts.ts';
import { IncidentTable } from '../../src/store/incident-table.ts';
import { openUserWriter } from '../../src/store/user-store.ts';
import type { Simulator } from '../../src/simulator/simulator.ts';
import { samplePod } from './sample-pod.ts';
import type { SyncedNavi } from './synced-navi.ts';

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

/**
 * What of this user's own is completed: two queued actions, the first on the pod `web-0`, and alerts `aaaa1111` of a pod, which
 * fires, `bbbb2222`, which somebody takes care of, and `cccc3333`, which is over; the rule `image-pull` is silent.
 */
export async function fillUserStore(synced: SyncedNavi): Promise<void> {
  const { kubeconfig, dataDir } = synced;
  for (const pod of ['web-0', 'web-1'])
    expect((await synced.navi(['label', 'pods', pod, 'a=b', '--queue'])).code).toBe(0);
  const [context] = (await summaryOf(kubeconfig)).summary.contexts;
  const writer = await openUserWriter(join(dataDir, 'user.db'));
  const atMs = Date.now();
  const incident = (id: string, key: string, state: 'firing' | 'resolved') => ({
    id,
    mirrorId: context?.mirrorId ?? '',
    context: 'simulator',
    rule: 'crash-loop',
    severity: 'critical' as const,
    summary: 'crashes',
    type: 'pods',
    key: `default/${key}`,
    uid: key,
    state,
    sinceMs: atMs,
    firedAtMs: atMs,
    resolvedAtMs: state === 'resolved' ? atMs : null,
    lastSeenMs: atMs,
    clearedAtMs: null,
  });
  writer.change((tables) => {
    const incidents = tables.of(IncidentTable);
    incidents.save(incident('aaaa1111', 'web-0', 'firing'));
    incidents.save(incident('bbbb2222', 'web-1', 'firing'));
    incidents.save(incident('cccc3333', 'web-2', 'resolved'));
    incidents.acknowledge('bbbb2222', 'somebody', atMs);
    const until = { untilMs: atMs + 3_600_000, createdAtMs: atMs, createdBy: 'somebody' };
    incidents.silence({ kind: 'rule', target: 'image-pull', ...until });
  });
  writer.close();
}
