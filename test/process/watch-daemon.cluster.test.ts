import { rmSync } from 'node:fs';
import { join } from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { clusterProgramsMissing } from '../support/cluster-programs.ts';
import type { NaviDaemon } from '../support/navi-process.ts';
import { crdBody } from '../support/sample-crd.ts';
import { createSeededRandom } from '../support/seeded-random.ts';
import { mirrorFiles } from '../support/stored-mirror.ts';
import { churnedTypes, churnType, mustSend, type ChurnedType } from './watch-churn.ts';
import { definitions, units, WatchCluster, widget } from './watch-cluster.ts';

const { configmaps, widgets } = churnedTypes;
const patchedWidget = `${definitions}/widgets.watch.example.test`;

describe.skipIf(clusterProgramsMissing() !== undefined)(
  'a watch and what befalls the daemon',
  { timeout: 300_000 },
  () => {
    let watches: WatchCluster;
    let daemon: NaviDaemon;

    beforeAll(async () => {
      watches = await WatchCluster.start();
      daemon = await watches.startDaemon();
    }, 300_000);

    afterAll(() => watches.stop());

    beforeEach(async () => {
      await mustSend(watches.cluster, 'DELETE', `${configmaps.path('default')}?fieldSelector=metadata.name!=present`);
      await mustSend(watches.cluster, 'DELETE', configmaps.path('other'));
    });

    const churn = (type: ChurnedType, seed: number, stepCount: number): Promise<void> =>
      churnType(watches.cluster, type, { random: createSeededRandom(seed), stepCount, prefix: `of-${seed}` });

    test.each(['SIGTERM', 'SIGKILL'] as const)(
      'goes on without loss or repetition after %s of the daemon',
      async (signal) => {
        const all = ['-A', '-w', '--output-watch-events'];
        const pairs = await watches.startPairs([
          ['configmaps', ...all, '-o', 'json'],
          ['configmaps', ...all, '-l', 'app=a'],
          ['configmaps', '-A', '-w', '-o', 'yaml'],
        ]);
        for (const seed of [10, 20, 30]) {
          const meanwhile = churn(configmaps, seed, 12);
          await daemon.kill(signal);
          await meanwhile;
          await churn(configmaps, seed + 1, 10);
          daemon = watches.navi.daemon();
          await churn(configmaps, seed + 2, 10);
        }
        await watches.make(configmaps, 'zzz-after');
        await watches.untilEnd(pairs);
        for (const { args, kubectl, navi } of pairs) {
          const line = `get ${args.join(' ')}`;
          expect([line, ...units(navi.stdout(), args)]).toEqual([line, ...units(kubectl.stdout(), args)]);
          expect(navi.stderr()).toMatch(/^(navi: no daemon is running; changes come once navi sync runs\n){1,3}$/);
        }
        await Promise.all(pairs.flatMap((pair) => [pair.kubectl.kill('SIGINT'), pair.navi.kill('SIGINT')]));
      },
    );

    test('begins with what is there where no daemon runs, says so once, and goes on when one does', async () => {
      await daemon.kill('SIGTERM');
      const watch = await watches.watch(['configmaps', '-w']);
      const notice = 'navi: no daemon is running; changes come once navi sync runs\n';
      await watch.until('the notice', () => watch.stderr() !== '');
      await watches.make(configmaps, 'made-meanwhile');
      daemon = watches.navi.daemon();
      await watch.until('the change', () => watch.stdout().includes('made-meanwhile'));
      expect(watch.stderr()).toBe(notice);
      expect(await watch.kill('SIGTERM')).toEqual({ code: 1, signal: null });
    });

    test('ends on a signal while nobody reads what it prints', async () => {
      const watch = await watches.watch(['configmaps', '-w', '-o', 'yaml']);
      const other = await watches.watch(['configmaps', '-w', '-o', 'name']);
      watch.read(false);
      await mustSend(watches.cluster, 'POST', configmaps.path('default'), {
        metadata: { name: 'large' },
        data: { text: 'x'.repeat(900_000) },
      });
      await watches.make(configmaps, 'after-large');
      await other.until('the change', () => other.stdout().includes('after-large'));
      const ended = watch.kill('SIGTERM');
      watch.read(true);
      expect(await ended).toEqual({ code: 1, signal: null });
      await other.kill('SIGINT');
    });

    test('prints everything to a reader that comes back', async () => {
      const args = ['configmaps', '-A', '-w', '--output-watch-events', '-o', 'json'];
      const pairs = await watches.startPairs([args]);
      for (const { navi } of pairs) navi.read(false);
      await churn(configmaps, 77, 60);
      await watches.make(configmaps, 'zzz-after');
      for (const { navi } of pairs) navi.read(true);
      await watches.untilEnd(pairs);
      for (const { kubectl, navi } of pairs) expect(units(navi.stdout(), args)).toEqual(units(kubectl.stdout(), args));
      await Promise.all(pairs.flatMap((pair) => [pair.kubectl.kill('SIGINT'), pair.navi.kill('SIGINT')]));
    });

    test('prints a new header where a definition gets other columns, and ends with 0 where it is deleted', async () => {
      const watch = await watches.watch(['widgets', '-w']);
      await mustSend(watches.cluster, 'PATCH', patchedWidget, crdBody({ ...widget, extraFieldCount: 1 }));
      const object = `${widgets.path('default')}/present`;
      for (let size = 1; !watch.stdout().includes('EXTRA-EXTRA0'); size += 1) {
        await mustSend(watches.cluster, 'PATCH', object, { spec: { size } });
      }
      expect(watch.stdout()).toMatch(/^NAME +SIZE +EXTRA-EXTRA0 +AGE\npresent /m);
      await mustSend(watches.cluster, 'DELETE', patchedWidget);
      expect(await watch.ended).toEqual({ code: 0, signal: null });
      expect(watch.stderr()).toContain('navi: the cluster no longer has widgets.watch.example.test; the watch ends\n');
    });

    test('ends with 6 where the change log no longer reaches back', async () => {
      const watch = await watches.watch(['configmaps', '-w']);
      process.kill(watch.pid, 'SIGSTOP');
      const other = await watches.watch(['configmaps', '-w', '-o', 'name']);
      await watches.make(configmaps, 'missed');
      await watches.make(configmaps, 'also-missed');
      await other.until('the changes', () => other.stdout().includes('also-missed'));
      const store = new SqliteDatabase(mirrorFiles(watches.navi.dataDir)[0]);
      store.exec('update mirror set forgotten_seq = (select max(seq) from change); delete from change');
      store.close();
      process.kill(watch.pid, 'SIGCONT');
      expect(await watch.ended).toEqual({ code: 6, signal: null });
      expect(watch.stderr()).toMatch(/^error: changes were missed: .*\n {2}begin again/);
      expect(watch.stdout()).not.toContain('missed');
      await other.kill('SIGINT');
    });

    test('ends quietly where the reader of its output has gone', async () => {
      const watch = watches.shell('navi get configmaps -w | { head -1; echo gone; }');
      await watch.until('the reader to go', () => watch.stdout().endsWith('gone\n'));
      await watches.make(configmaps, 'unread');
      await watch.ended;
      expect([watch.stdout(), watch.stderr()]).toEqual([expect.stringMatching(/^NAME .*\ngone\n$/), '']);
    });

    test('ends with the words of the cluster where the permission to read is gone', async () => {
      const watch = await watches.watch(['pods', '-w']);
      await daemon.kill('SIGTERM');
      const store = new SqliteDatabase(mirrorFiles(watches.navi.dataDir)[0]);
      const deny = store.prepare(
        `update scope set phase = ?, refusal = ? where type_id = (select id from resource_type where resource = 'pods' and api_group = '')`,
      );
      deny.run('denied', 'pods is forbidden: User "x" cannot list resource "pods"');
      expect(await watch.ended).toEqual({ code: 1, signal: null });
      const forbidden = 'Error from server (Forbidden): pods is forbidden: User "x" cannot list resource "pods"\n';
      expect(watch.stderr().endsWith(forbidden)).toBe(true);
      deny.run('synced', null);
      store.close();
      daemon = await watches.startDaemon();
    });

    test('ends with 6 where the store is deleted under it', async () => {
      const watch = await watches.watch(['configmaps', '-w']);
      rmSync(join(watches.navi.dataDir, 'mirrors'), { recursive: true });
      await watches.make(configmaps, 'unseen');
      expect(await watch.ended).toEqual({ code: 6, signal: null });
      expect(watch.stderr()).toMatch(/^error: changes were missed/);
    });
  },
);
