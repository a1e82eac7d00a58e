import { execFileSync } from 'node:child_process';
import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { clusterProgram } from './cluster-programs.ts';
import type { RealCluster } from './real-cluster.ts';

/** What is done to the etcd of a real cluster behind the back of its API server, over etcd's JSON gateway (`/v3`). */
export type EtcdAddress = Pick<RealCluster, 'etcdUrl'>;

const encode = (text: string): string => Buffer.from(text).toString('base64');

/**
 * One call of etcd's JSON gateway, such as `kv/put`; keys and values are base64.
 * @throws with etcd's own text when it refuses
 */
export async function callEtcd(cluster: EtcdAddress, method: string, body: object): Promise<unknown> {
  const answer = await fetch(`${cluster.etcdUrl}/v3/${method}`, { method: 'POST', body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`etcd ${method}: ${await answer.text()}`);
  return await answer.json();
}

/** Writes one key. */
export async function putEtcdKey(cluster: EtcdAddress, key: string, value: string): Promise<void> {
  await callEtcd(cluster, 'kv/put', { key: encode(key), value: encode(value) });
}

/** Removes one key. */
export async function deleteEtcdKey(cluster: EtcdAddress, key: string): Promise<void> {
  await callEtcd(cluster, 'kv/deleterange', { key: encode(key) });
}

/** How far the store is: its revision, which is the resourceVersion of its newest change. */
export async function etcdRevision(cluster: EtcdAddress): Promise<number> {
  const answer = await callEtcd(cluster, 'kv/range', { key: encode('/registry/health') });
  return Number((answer as { readonly header: { readonly revision: string } }).header.revision);
}

/** Writes to a key that no API server reads until the store is at this revision. */
export async function advanceEtcd(cluster: EtcdAddress, revision: number): Promise<void> {
  while ((await etcdRevision(cluster)) < revision) await putEtcdKey(cluster, '/test/advance', 'x');
}

/** Forgets every revision before the present one, as the API server does every five minutes. */
export async function compactEtcd(cluster: EtcdAddress): Promise<void> {
  await callEtcd(cluster, 'kv/compaction', { revision: await etcdRevision(cluster) });
}

/**
 * Where a range of keys stands: its newest revision and how many keys it has. Two equal readings mean that nothing was
 * written or deleted between them, unless as much came as went.
 */
export async function rangeState(cluster: EtcdAddress, fromKey: string, toKey: string): Promise<string> {
  const body = { key: encode(fromKey), range_end: encode(toKey) };
  const newest = { sort_order: 'DESCEND', sort_target: 'MOD', limit: 1, keys_only: true };
  const answer = (await callEtcd(cluster, 'kv/range', { ...body, ...newest })) as {
    readonly kvs?: readonly { readonly mod_revision: string }[];
    readonly count?: string;
  };
  return `${answer.kvs?.[0]?.mod_revision ?? ''} ${answer.count ?? 0}`;
}

/** A copy of etcd's data folder. */
export interface EtcdCopy {
  readonly folder: string;
}

/** Copies the state of etcd, which is away for a moment meanwhile; a running API server waits for it. */
export async function copyEtcd(cluster: RealCluster, name = 'etcd-copy'): Promise<EtcdCopy> {
  const folder = join(cluster.folder, name);
  await cluster.stopEtcd();
  cpSync(cluster.etcdDataFolder, folder, { recursive: true });
  await cluster.startEtcd();
  return { folder };
}

/** Brings a copy back as it was, with the revision that it had: a restore without `--bump-revision`. */
export async function restoreEtcd(cluster: RealCluster, copy: EtcdCopy): Promise<void> {
  await cluster.stopEtcd('SIGKILL');
  rmSync(cluster.etcdDataFolder, { recursive: true });
  cpSync(copy.folder, cluster.etcdDataFolder, { recursive: true });
  await cluster.startEtcd();
}

/**
 * Brings a copy back as a restore does that keeps clients from taking it for what they knew: its revision is raised, and
 * everything up to that is marked as compacted.
 */
export async function restoreEtcdRaised(cluster: RealCluster, copy: EtcdCopy, raisedBy: number): Promise<void> {
  await cluster.stopEtcd('SIGKILL');
  rmSync(cluster.etcdDataFolder, { recursive: true });
  const how = [`--bump-revision=${raisedBy}`, '--mark-compacted', `--data-dir=${cluster.etcdDataFolder}`];
  // The file of a copied folder has no hash at its end, as the one of a snapshot over the network has.
  const file = [join(copy.folder, 'member/snap/db'), '--skip-hash-check'];
  execFileSync(clusterProgram('etcdutl'), ['snapshot', 'restore', ...file, ...how], { stdio: 'pipe' });
  await cluster.startEtcd();
}
