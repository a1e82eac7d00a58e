import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { clusterProgramsMissing } from '../support/cluster-programs.ts';
import { advanceEtcd, etcdRevision } from '../support/etcd-store.ts';
import { installNavi, type NaviDaemon, type NaviInstallation } from '../support/navi-process.ts';
import { startRealCluster, type RealCluster } from '../support/real-cluster.ts';
import { compareMirror, mirrorFiles, untilEqual, withStore } from '../support/stored-mirror.ts';
import { TcpFront } from '../support/tcp-front.ts';

const configMaps = '/api/v1/namespaces/default/configmaps';

describe.skipIf(clusterProgramsMissing() !== undefined)(
  '55: an address behind which two real clusters take turns',
  () => {
    let first: RealCluster;
    let second: RealCluster;
    let front: TcpFront;
    let navi: NaviInstallation;
    let daemon: NaviDaemon;

    const file = (): string => mirrorFiles(navi.dataDir)[0] ?? '';

    async function make(cluster: RealCluster, name: string): Promise<void> {
      const body = { metadata: { name }, data: { of: cluster === first ? 'first' : 'second' } };
      const { status, text } = await cluster.request(configMaps, { method: 'POST', body });
      if (status !== 201) throw new Error(text);
    }

    /** Keys of every ConfigMap that a store has or had. */
    const keysEver = (store: string): readonly unknown[] =>
      withStore(store, (database) =>
        ['object', 'change', 'tombstone'].flatMap((table) =>
          database
            .prepare(
              `select key from ${table} join resource_type on resource_type.id = type_id
             where resource = 'configmaps' and key like 'default/%' order by key`,
            )
            .pluck()
            .all(),
        ),
      );

    /** A kubeconfig whose context trusts the certificates of both. */
    function kubeconfigOfBoth(): string {
      const path = (name: string): string => join(first.folder, name);
      writeFileSync(path('both.crt'), readFileSync(first.caFile, 'utf8') + readFileSync(second.caFile, 'utf8'));
      const text = readFileSync(first.kubeconfig, 'utf8').replace(first.url, front.url);
      writeFileSync(path('both.kubeconfig'), text.replace(first.caFile, path('both.crt')));
      return path('both.kubeconfig');
    }

    beforeAll(async () => {
      [first, second] = await Promise.all([startRealCluster(), startRealCluster()]);
      front = await TcpFront.start(first.url);
      navi = installNavi(kubeconfigOfBoth());
      for (const cluster of [first, second]) await make(cluster, 'in-both');
      await make(first, 'only-in-first');
      await make(second, 'only-in-second');
      daemon = navi.daemon();
      await daemon.waitFor('it has found the types', ({ msg }) => msg === 'discovered', 90_000);
      expect((await navi.run(['sync', '--once'])).stderr).toContain('is complete');
      await untilEqual(first, file());
    }, 180_000);

    afterAll(async () => {
      await navi.remove();
      await front.stop();
      await Promise.all([first.stop(), second.stop()]);
    });

    test(
      'are told apart before a row is touched, where streams are opened again at the other one',
      { timeout: 180_000 },
      async () => {
        // The other one goes on from where the resume points are, so that nothing but its identity gives it away.
        await advanceEtcd(second, (await etcdRevision(first)) + 100);
        front.target = second.url;
        await make(second, 'after-the-switch');
        front.cut();
        await daemon.waitFor('it is noticed', ({ reason }) => reason === 'quarantined', 90_000);
        await daemon.waitFor('the fresh mirror is found', () => mirrorFiles(navi.dataDir).length === 1, 90_000);
        expect((await navi.run(['sync', '--once'])).stderr).toContain('is complete');
        await untilEqual(second, file(), 60_000);
        const aside = mirrorFiles(navi.dataDir, true);
        expect(aside).toHaveLength(1);
        expect((await compareMirror(first, aside[0] ?? '')).differences).toEqual([]);
        expect(keysEver(aside[0] ?? '')).toEqual(['default/in-both', 'default/only-in-first']);
        expect(keysEver(file())).toEqual(['default/after-the-switch', 'default/in-both', 'default/only-in-second']);
      },
    );

    test(
      'are told apart by a daemon that starts, before it goes on from what it has',
      { timeout: 180_000 },
      async () => {
        expect((await daemon.kill('SIGTERM')).code).toBe(0);
        front.target = first.url;
        await make(first, 'later-in-first');
        daemon = navi.daemon();
        await daemon.waitFor('it is noticed', ({ reason }) => reason === 'quarantined', 90_000);
        expect((await navi.run(['sync', '--once'])).stderr).toContain('is complete');
        await untilEqual(first, file(), 60_000);
        const aside = mirrorFiles(navi.dataDir, true);
        expect(aside).toHaveLength(2);
        const ofSecond = aside.find((store) => keysEver(store).includes('default/only-in-second')) ?? '';
        expect((await compareMirror(second, ofSecond)).differences).toEqual([]);
        expect(keysEver(file())).toEqual(['default/in-both', 'default/later-in-first', 'default/only-in-first']);
      },
    );
  },
);
