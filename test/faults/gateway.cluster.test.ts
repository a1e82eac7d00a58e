import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { createApiClient } from '../support/api-client.ts';
import { clusterProgramsMissing } from '../support/cluster-programs.ts';
import { startGateway, type Gateway, type GatewayRequest } from '../support/gateway.ts';
import { MirroredCluster, user } from '../support/mirrored-cluster.ts';
import type { RecordedStatus } from '../support/status-recorder.ts';
import { withStore } from '../support/stored-mirror.ts';

const configMaps = '/api/v1/configmaps';
const isList = ({ path, query }: GatewayRequest): boolean => path === configMaps && !query.has('watch');

describe.skipIf(clusterProgramsMissing() !== undefined)('a gateway before a real API server', () => {
  let mirrored: MirroredCluster;
  let gateway: Gateway;

  beforeAll(async () => {
    mirrored = await MirroredCluster.start();
    const { cluster, front } = mirrored;
    gateway = await startGateway(cluster);
    const path = '/api/v1/namespaces/default/secrets';
    for (const name of ['kept-one', 'kept-two']) {
      await cluster.request(path, { method: 'POST', body: { metadata: { name } } });
    }
    front.target = gateway.url;
    front.cut();
    await mirrored.expectEqual();
  }, 180_000);

  afterEach(() => {
    gateway.interfere = () => undefined;
  });

  afterAll(async () => {
    await mirrored.stop();
    await gateway.stop();
  });

  /** Keys that left the store without an event that said so. */
  const vanished = (): readonly unknown[] =>
    withStore(mirrored.file, (database) =>
      database.prepare(`select key from tombstone where cause <> 'event'`).pluck().all(),
    );

  const countsOf = (type: string, said: readonly RecordedStatus[]): readonly unknown[] => [
    ...new Set(said.map(({ types }) => types.find((one) => one.type === type)?.objectCount)),
  ];

  /** Begins a fresh mirror. */
  async function mirrorAnew(): Promise<void> {
    expect((await mirrored.daemon.kill('SIGTERM')).code).toBe(0);
    mirrored.navi.forget();
    mirrored.launchDaemon();
  }

  test(
    '80: is never asked for a watch in a form that makes a real server end it without a word',
    { timeout: 90_000 },
    async () => {
      await mirrored.untilHealthy();
      const { cluster, writes } = mirrored;
      const path = `${configMaps}?watch=1&timeoutSeconds=20&resourceVersion=`;
      const { text } = await cluster.request(`${configMaps}?limit=1`);
      const { metadata } = JSON.parse(text) as { metadata: { resourceVersion: string } };
      const accept = 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1';
      const startedAt = performance.now();
      const watched = cluster.request(path + metadata.resourceVersion, { accept });
      await writes.some('silent');
      expect(await watched).toMatchObject({ status: 200, text: '' });
      expect(performance.now() - startedAt).toBeLessThan(15_000);
      const watches = gateway.answered.filter(({ query }) => query.has('watch'));
      expect(watches.length).toBeGreaterThan(30);
      expect(watches.filter((request) => request.accept.includes('List'))).toEqual([]);
      await mirrored.expectEqual();
    },
  );

  test(
    '76: that loses the credential on the way has everything refused to nobody, and costs no row',
    { timeout: 120_000 },
    async () => {
      const { front, status, writes } = mirrored;
      await mirrored.untilHealthy();
      const fromAt = performance.now();
      gateway.interfere = () => ({ kind: 'anonymous' });
      front.cut();
      const sinceMs = Date.now();
      await status.until('the login is missed', ({ reason }) => reason === 'auth-needed', 60_000);
      const noticedAt = performance.now();
      expect(gateway.answered.filter(({ status: code }) => code === 403).length).toBeGreaterThan(0);
      await writes.some('unseen');
      await status.until('it is said again', () => true);
      status.expectOutage('configmaps', noticedAt, performance.now(), sinceMs);
      const said = status.between(fromAt, performance.now());
      expect(said.filter(({ types }) => types.some(({ reason }) => reason === 'forbidden'))).toEqual([]);
      expect(countsOf('secrets', said)).toHaveLength(1);
      gateway.interfere = () => undefined;
      // Not asked for: the credential is the one it was, and is tried again at longer and longer intervals.
      await mirrored.confirm();
      await mirrored.untilHealthy(120_000);
      await mirrored.expectEqual();
      expect(vanished()).toEqual([]);
    },
  );

  test(
    '68: that answers everything with its login page has nothing of it stored, and is called no API',
    { timeout: 120_000 },
    async () => {
      const { front, status, writes } = mirrored;
      await mirrored.untilHealthy();
      const page = { kind: 'answer', status: 200, headers: { 'content-type': 'text/html' }, body: '<html>hi' } as const;
      const elsewhere = { kind: 'answer', status: 302, headers: { location: '/login' }, body: '' } as const;
      gateway.interfere = ({ query }) => (query.has('watch') ? elsewhere : page);
      front.cut();
      const sinceMs = Date.now();
      await status.until('it is noticed', ({ health, reason }) => health === 'unhealthy' && reason === 'not-api');
      const noticedAt = performance.now();
      await writes.some('behind-the-page');
      await status.until('it is said again', () => true);
      status.expectOutage('configmaps', noticedAt, performance.now(), sinceMs);
      gateway.interfere = () => undefined;
      await mirrored.expectEqual(60_000);
      await mirrored.untilHealthy();
      expect(gateway.answered.filter(({ path }) => path === '/login')).toEqual([]);
      expect(vanished()).toEqual([]);
    },
  );

  test(
    '75: of a server that starts, and refuses everything to everybody until it knows its roles, costs no row',
    { timeout: 180_000 },
    async () => {
      const { cluster, status } = mirrored;
      await mirrored.untilHealthy();
      const before = gateway.answered.length;
      const fromAt = performance.now();
      const refusals = (): number =>
        gateway.answered.slice(before).filter(({ status: code, query }) => code === 403 && query.has('watch')).length;
      await cluster.stopApiServer('SIGKILL');
      let pass = (): void => undefined;
      const until = new Promise<void>((resolve) => (pass = resolve));
      gateway.interfere = () => ({ kind: 'hold', until });
      const starting = cluster.startApiServer();
      await untilItAnswers();
      // It learns its roles from there.
      cluster.signalEtcd('SIGSTOP');
      pass();
      await status.until('most watches are refused', () => refusals() > 30, 60_000);
      cluster.signalEtcd('SIGCONT');
      await starting;
      await mirrored.expectEqual(90_000);
      await mirrored.untilHealthy(90_000);
      const said = status.between(fromAt, performance.now());
      expect(said.filter(({ types }) => types.some(({ reason }) => reason === 'forbidden'))).toEqual([]);
      expect(countsOf('secrets', said)).toHaveLength(1);
      expect(vanished()).toEqual([]);
    },
  );

  /** Resolves as soon as the server, which starts, answers anything. */
  async function untilItAnswers(): Promise<void> {
    const { cluster } = mirrored;
    const client = createApiClient({ url: cluster.url, caFile: cluster.caFile, token: `token-of-${user}` });
    while ((await client.request(configMaps).catch(() => undefined)) === undefined);
    client.close();
  }

  test(
    '9, 10: that cuts a list short, ends it early or answers it with a Status has nothing of that page stored',
    { timeout: 180_000 },
    async () => {
      const failures = { kind: 'Status', apiVersion: 'v1', status: 'Failure', code: 500 };
      const faults = [
        { kind: 'shorten', bytes: 200, by: 'cut' },
        { kind: 'shorten', bytes: 200, by: 'end' },
        {
          kind: 'answer',
          status: 200,
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(failures),
        },
      ] as const;
      const storedBefore: number[] = [];
      gateway.interfere = (request) => {
        if (!isList(request)) return undefined;
        storedBefore.push(storedCount());
        return faults[storedBefore.length - 1];
      };
      expect(storedCount()).toBeGreaterThan(0);
      await mirrorAnew();
      await mirrored.status.until('the list is asked for again', () => storedBefore.length > faults.length, 90_000);
      expect(storedBefore).toEqual([0, 0, 0, 0]);
      await mirrored.expectEqual(60_000);
      await mirrored.untilHealthy();
    },
  );

  const storedCount = (): number =>
    withStore(mirrored.file, (database) =>
      Number(
        database
          .prepare(
            `select count(*) from object join resource_type on resource_type.id = type_id
             where resource = 'configmaps' and api_group = ''`,
          )
          .pluck()
          .get(),
      ),
    );
});
