import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { clusterProgramsMissing } from '../support/cluster-programs.ts';
import { startGateway, type Gateway, type GatewayRequest } from '../support/gateway.ts';
import { MirroredCluster } from '../support/mirrored-cluster.ts';
import { withStore } from '../support/stored-mirror.ts';

const configMaps = '/api/v1/configmaps';
const created = '/api/v1/namespaces/default/configmaps';

/** Three pages of 500. */
const objectCount = 1_100;

const continueToken = ({ path, query }: GatewayRequest): string =>
  path === configMaps && !query.has('watch') ? (query.get('continue') ?? '') : '';

/** What a continue token of kube-apiserver says. */
function decoded(token: string): { readonly rv: number; readonly start: string } {
  return JSON.parse(Buffer.from(token, 'base64url').toString()) as { rv: number; start: string };
}

describe.skipIf(clusterProgramsMissing() !== undefined)('a long list of a real API server', () => {
  let mirrored: MirroredCluster;
  let gateway: Gateway;

  beforeAll(async () => {
    // A continue token lives for up to two of these.
    mirrored = await MirroredCluster.start({ apiServerFlags: ['--etcd-compaction-interval=10s'] });
    const { cluster, front } = mirrored;
    gateway = await startGateway(cluster);
    const names = Array.from({ length: objectCount }, (_, index) => `one-of-many-${index}`);
    await Promise.all(names.map((name) => cluster.request(created, { method: 'POST', body: { metadata: { name } } })));
    front.target = gateway.url;
    front.cut();
    await mirrored.expectEqual();
  }, 240_000);

  afterEach(() => {
    gateway.interfere = () => undefined;
  });

  afterAll(async () => {
    await mirrored.stop();
    await gateway.stop();
  });

  /** Begins a fresh mirror; resolves with the request for the third page of ConfigMaps, which is held until `pass`. */
  async function holdThirdPage(): Promise<{ readonly token: string; readonly pass: () => void }> {
    let pass = (): void => undefined;
    const until = new Promise<void>((resolve) => (pass = resolve));
    const held = new Promise<string>((resolve) => {
      const tokens: string[] = [];
      gateway.interfere = (request) => {
        const token = continueToken(request);
        if (token !== '') tokens.push(token);
        if (token === '' || tokens.length !== 2) return undefined;
        resolve(token);
        return { kind: 'hold', until };
      };
    });
    expect((await mirrored.daemon.kill('SIGTERM')).code).toBe(0);
    mirrored.navi.forget();
    mirrored.launchDaemon();
    return { token: await held, pass };
  }

  const scope = (): unknown =>
    withStore(mirrored.file, (database) =>
      database
        .prepare(
          `select resource_version, phase, generation from scope join resource_type on resource_type.id = type_id
           where resource = 'configmaps' and api_group = ''`,
        )
        .get(),
    );

  const storedCount = (): number =>
    withStore(mirrored.file, (database) =>
      Number(database.prepare(`select count(*) from object where key like 'default/one-of-many-%'`).pluck().get()),
    );

  const configMapLists = (): readonly unknown[] =>
    mirrored.daemon
      .log()
      .filter(({ msg, type }) => msg === 'list' && type === 'configmaps')
      .map(({ reason }) => reason);

  test(
    '3: whose continue token expires before its last page is begun anew, with no word of the newer revision it is offered',
    { timeout: 240_000 },
    async () => {
      const { cluster, writes } = mirrored;
      const before = gateway.answered.length;
      const { token, pass } = await holdThirdPage();
      await writes.some('during-the-list');
      const path = `${configMaps}?limit=500&continue=${encodeURIComponent(token)}`;
      let refusal = await cluster.request(path);
      while (refusal.status === 200) {
        await mirrored.status.until('some time has gone by', () => true);
        refusal = await cluster.request(path);
      }
      expect(refusal.status).toBe(410);
      const offered = (JSON.parse(refusal.text) as { metadata: { continue: string } }).metadata.continue;
      expect(decoded(offered).rv).toBe(-1);
      expect(scope()).toMatchObject({ resource_version: null, phase: 'listing' });
      pass();
      await mirrored.expectEqual(90_000);
      await mirrored.untilHealthy();
      const asked = gateway.answered.slice(before).filter((request) => continueToken(request) !== '');
      expect(asked.filter(({ status }) => status === 410)).toHaveLength(1);
      expect(asked.filter((request) => decoded(continueToken(request)).rv < 1)).toEqual([]);
    },
  );

  test(
    '6: in the middle of which navi is killed is begun anew, and what it had brought stays until then',
    { timeout: 240_000 },
    async () => {
      const { pass } = await holdThirdPage();
      await mirrored.status.until('two pages are stored', () => storedCount() >= 900, 90_000);
      await mirrored.daemon.kill('SIGKILL');
      pass();
      const stored = storedCount();
      expect(stored).toBeLessThan(objectCount);
      expect(scope()).toMatchObject({ resource_version: null, phase: 'listing', generation: 1 });
      gateway.interfere = () => undefined;
      await mirrored.startDaemon();
      await mirrored.expectEqual(90_000);
      expect(configMapLists()).toEqual(['first-list']);
      expect(scope()).toMatchObject({ phase: 'synced', generation: 2 });
    },
  );
});
