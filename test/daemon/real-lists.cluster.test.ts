import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { lineLogger } from '../../src/daemon/logger.ts';
import { streamList, type StreamedStep } from '../../src/daemon/streamed-list.ts';
import { SyncProcess } from '../../src/daemon/sync-process.ts';
import { fetchListPage, type ListTarget } from '../../src/kube/list-page.ts';
import type { Representation } from '../../src/kube/representation.ts';
import { Transport } from '../../src/kube/transport.ts';
import { defaultConfig } from '../../src/config/config.ts';
import { readKubeconfigFiles } from '../../src/kubeconfig/read-kubeconfig.ts';
import { mirrorId, resolveContext, type ResolvedContext } from '../../src/kubeconfig/resolve-context.ts';
import { mirrorFile } from '../../src/store/data-directory.ts';
import { systemClock } from '../../src/util/clock.ts';
import { clusterProgramsMissing } from '../support/cluster-programs.ts';
import { loadPods } from '../support/load.ts';
import { startRealCluster, type RealCluster } from '../support/real-cluster.ts';
import { untilEqual } from '../support/stored-mirror.ts';
import { coreType } from '../support/type-entries.ts';

const podCount = 520;

const kinds: Readonly<Record<string, string>> = { pods: 'Pod', secrets: 'Secret', events: 'Event' };

interface Line {
  readonly msg: string;
  readonly type?: string;
  readonly keys?: readonly string[];
  readonly objects?: number;
}

describe.skipIf(clusterProgramsMissing() !== undefined)('lists of a real API server', () => {
  let cluster: RealCluster;
  let context: ResolvedContext;
  let transport: Transport;

  beforeAll(async () => {
    cluster = await startRealCluster({});
    context = resolveContext(readKubeconfigFiles([cluster.kubeconfig]), undefined);
    transport = new Transport(context);
    await loadPods(cluster, { count: podCount, namespaces: ['default', 'shop'] });
    await cluster.kubectl(['create', 'secret', 'generic', 'planted', '--from-literal=key=planted-value']);
  }, 200_000);

  afterAll(async () => {
    await transport.close();
    await cluster.stop();
  });

  async function streamed(resource: string, representation: Representation): Promise<readonly StreamedStep[]> {
    const target: ListTarget = { type: coreType(resource, kinds[resource] ?? ''), namespace: '', representation };
    const steps: StreamedStep[] = [];
    const signal = new AbortController().signal;
    for await (const step of streamList({
      transport,
      target,
      clock: systemClock(),
      signal,
      onReceived: () => undefined,
    }))
      steps.push(step);
    return steps;
  }

  test.for([
    ['pods', 'full'],
    ['pods', 'metadata'],
    ['secrets', 'secret'],
    ['events', 'full'],
  ] as const)('16: %s as %s come as a stream with the objects of a list at its marker', async ([resource, form]) => {
    const steps = await streamed(resource, form);
    const end = steps.at(-1);
    expect(end?.kind).toBe('end');
    const objects = steps.flatMap((step) => (step.kind === 'objects' ? step.objects : []));
    const page = await fetchListPage(
      transport,
      { type: coreType(resource, kinds[resource] ?? ''), namespace: '', representation: form },
      { limit: 0, continueToken: '', exactlyAt: end?.kind === 'end' ? end.resourceVersion : '' },
    );
    expect(objects).toEqual(page.objects);
    if (resource === 'pods') expect(objects).toHaveLength(podCount);
    expect(JSON.stringify(steps)).not.toContain(Buffer.from('planted-value').toString('base64'));
  });

  test('pages whose limits differ are parts of one list', async () => {
    const target: ListTarget = { type: coreType('pods', 'Pod'), namespace: '', representation: 'full' };
    const names: string[] = [];
    const versions = new Set<string>();
    let continueToken = '';
    for (const limit of [7, 200, 1, 3, 500]) {
      const page = await fetchListPage(transport, target, { limit, continueToken });
      if (limit < 500) expect(page.objects).toHaveLength(limit);
      names.push(...page.objects.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`));
      versions.add(page.resourceVersion);
      ({ continueToken } = page);
    }
    expect(continueToken).toBe('');
    expect(versions.size).toBe(1);
    const whole = await fetchListPage(transport, target, { limit: 0, continueToken: '' });
    expect(names).toEqual(whole.objects.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`));
  });

  test(
    'an audit finds every type equal, and what is changed in the store behind its back',
    { timeout: 120_000 },
    async () => {
      const dataDir = mkdtempSync(join(tmpdir(), 'navi-audit-'));
      const lines: Line[] = [];
      const sync = new SyncProcess({
        dataDir,
        clock: systemClock(),
        log: lineLogger((line) => lines.push(JSON.parse(line) as Line), 'debug', Date.now),
        onProgress: () => undefined,
        config: { ...defaultConfig, auditIntervalMs: 10_000 },
      });
      const file = mirrorFile(dataDir, mirrorId(context));
      const until = async (what: string, holds: () => boolean): Promise<void> => {
        for (
          const giveUpAt = performance.now() + 60_000;
          !holds();
          await new Promise((resolve) => setTimeout(resolve, 50))
        ) {
          if (performance.now() > giveUpAt) throw new Error(`${what}: ${JSON.stringify(lines.slice(-20))}`);
        }
      };
      const auditsOf = (type: string): readonly Line[] =>
        lines.filter((line) => line.msg === 'audited' && line.type === type);
      try {
        await sync.add(context);
        const types = (): readonly string[] =>
          sync.mirrors[0]?.reflectors.filter(({ state }) => state.kind === 'watching').map(({ scope }) => scope.name) ??
          [];
        await until('the mirror is settled', () => sync.mirrors[0]?.isSettled === true);
        await until('every type is audited', () => types().every((type) => auditsOf(type).length > 0));
        expect(types().length).toBeGreaterThan(40);
        expect(auditsOf('pods').at(-1)).toMatchObject({ objects: podCount, differences: 0 });
        expect(lines.filter(({ msg }) => msg === 'drift')).toEqual([]);
        const database = new SqliteDatabase(file, { timeout: 10_000 });
        const id = database.prepare("select id from object where key = 'shop/pod-00001'").pluck().get();
        for (const table of ['object', 'body', 'object_name'])
          database
            .prepare(
              `delete from ${table} where ${table === 'object' ? 'id' : table === 'body' ? 'object_id' : 'rowid'} = ?`,
            )
            .run(id);
        database.close();
        await until('the loss is found', () => lines.some(({ msg }) => msg === 'drift'));
        expect(lines.filter(({ msg }) => msg === 'drift')).toMatchObject([{ type: 'pods', keys: ['shop/pod-00001'] }]);
        await untilEqual(cluster, file);
        const seen = auditsOf('pods').length;
        await until('the repair is proven', () => auditsOf('pods').length > seen);
        expect(auditsOf('pods').at(-1)).toMatchObject({ differences: 0 });
      } finally {
        await sync.stop();
        rmSync(dataDir, { recursive: true, force: true });
      }
    },
  );
});
