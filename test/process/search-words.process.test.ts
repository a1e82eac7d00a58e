import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectError, syncedNavi, type SyncedNavi } from '../support/synced-navi.ts';

describe('navi search for several words', () => {
  let navi: SyncedNavi;

  beforeAll(async () => {
    navi = await syncedNavi(3);
    const { state } = navi.simulator;
    const pod = (name: string, namespace: string, more: { image: string; ip: string; app: string }) =>
      state.create('pods', {
        metadata: { name, namespace, labels: { app: more.app } },
        spec: { containers: [{ name: 'main', image: more.image }] },
        status: { phase: 'Running', podIP: more.ip },
      });
    for (const namespace of ['shop', 'bank']) {
      if (namespace === 'bank') state.create('namespaces', { metadata: { name: namespace } });
      pod('checkout-1', namespace, { image: 'registry.test/checkout:1.2', ip: '10.0.3.17', app: 'checkout' });
      pod('checkout-canary', namespace, { image: 'registry.test/checkout:1.3', ip: '10.0.4.18', app: 'checkout' });
      pod('ledger-1', namespace, { image: 'registry.test/ledger:7', ip: '10.0.3.99', app: 'ledger' });
      state.create('services', { metadata: { name: 'checkout', namespace }, spec: { clusterIP: '10.1.0.1' } });
    }
    state.create('events', {
      metadata: { name: 'checkout-1.17', namespace: 'shop' },
      type: 'Warning',
      reason: 'BackOff',
      message: 'Back-off restarting failed container',
      involvedObject: { kind: 'Pod', name: 'checkout-1', namespace: 'shop' },
    });
    expect((await navi.navi(['sync', '--once'])).code).toBe(0);
  });

  afterAll(async () => {
    await navi.remove();
  });

  interface Hit {
    readonly type: string;
    readonly namespace: string;
    readonly name: string;
    readonly rank: string;
  }

  async function search(...words: readonly string[]): Promise<readonly string[]> {
    const { stdout, code } = await navi.navi(['search', ...words, '-o', 'json']);
    expect(code).toBe(0);
    const { hits } = JSON.parse(stdout) as { hits: readonly Hit[] };
    return hits.map(({ type, namespace, name }) => `${type}/${name} ${namespace}`.trim());
  }

  test('finds what has all of them, in whatever place', async () => {
    expect((await search('checkout', 'shop', 'kind:pod')).slice(0, 2)).toEqual([
      'pods/checkout-1 shop',
      'pods/checkout-canary shop',
    ]);
    expect(await search('ledger:7', 'ns:bank')).toEqual(['pods/ledger-1 bank']);
    expect(await search('kind:po', 'label:app=ledger')).toEqual(['pods/ledger-1 bank', 'pods/ledger-1 shop']);
    expect(await search('checkout', 'ledger')).toEqual([]);
  });

  test('leaves out what has a word with a dash, and takes quotes for one word', async () => {
    expect(await search('checkout', 'kind:pod', 'ns:shop', '-canary')).toEqual(['pods/checkout-1 shop']);
    expect(await search('kind:pod', 'ns:shop', '-image:checkout')).toEqual(['pods/ledger-1 shop']);
    expect(await search('msg:"restarting failed"')).toEqual(['events/checkout-1.17 shop']);
    expect(await search('"failed restarting"')).toEqual([]);
  });

  test('puts the best name first', async () => {
    expect((await search('checkout', 'ns:bank'))[0]).toBe('services/checkout bank');
    expect((await search('name:checkout', 'registry.test'))[0]).toBe('pods/checkout-1 bank');
  });

  test('finds addresses by their range', async () => {
    expect(await search('10.0.3.0/24', 'ns:shop')).toEqual(['pods/checkout-1 shop', 'pods/ledger-1 shop']);
    expect(await search('ip:10.0.4.0/24')).toEqual(['pods/checkout-canary bank', 'pods/checkout-canary shop']);
    expect(await search('ip:10.0.9.0/24')).toEqual([]);
  });

  test('forgives one slip where nothing else is found, and says so', async () => {
    const { stdout, stderr, code } = await navi.navi(['search', 'chekcout', 'ns:shop', 'kind:pod', '-o', 'name']);
    expect({ stdout, code }).toEqual({ stdout: 'pods/checkout-1\npods/checkout-canary\n', code: 0 });
    expect(stderr).toBe('nothing found for "chekcout ns:shop kind:pod"; this is for "checkout ns:shop kind:pod"\n');
    const json = JSON.parse((await navi.navi(['search', 'ledgr', '-o', 'json'])).stdout) as { corrected: string };
    expect(json.corrected).toBe('ledger');
    expect(await search('zzzzzz')).toEqual([]);
  });

  test('takes a word beside others for a kind where it names one', async () => {
    expect((await search('checkout', 'service', 'shop'))[0]).toBe('services/checkout shop');
    expect((await search('checkout', 'svc', 'bank'))[0]).toBe('services/checkout bank');
  });

  test('asks clusters by their names', async () => {
    expect(await search('cluster:simul', 'kind:pod', 'ledger', 'ns:bank')).toEqual(['pods/ledger-1 bank']);
    expect(await search('-cluster:simul', 'ledger')).toEqual([]);
  });

  test('finds what was deleted, says when, and whether it is back', async () => {
    const { state } = navi.simulator;
    expect((await navi.navi(['search', '--deleted', 'short-lived'])).stderr).toBe(
      'nothing found for "short-lived" among what was deleted in the last seven days\n',
    );
    for (const name of ['short-lived', 'short-lived-too']) {
      state.create('pods', { metadata: { name, namespace: 'bank' }, spec: { containers: [] } });
    }
    expect((await navi.navi(['sync', '--once'])).code).toBe(0);
    for (const name of ['short-lived', 'short-lived-too']) state.delete('pods', { namespace: 'bank', name });
    expect((await navi.navi(['sync', '--once'])).code).toBe(0);
    state.create('pods', { metadata: { name: 'short-lived', namespace: 'bank' }, spec: { containers: [] } });
    expect((await navi.navi(['sync', '--once'])).code).toBe(0);
    const table = await navi.navi(['search', '--deleted', 'ns:bank', 'short']);
    expect(table).toMatchObject({ stderr: '', code: 0 });
    expect(table.stdout).toMatch(
      /^NAMESPACE +TYPE +NAME +DELETED +MATCH *\nbank +pods +short-lived +\d+s \(exists again\) +name prefix *\nbank +pods +short-lived-too +\d+s +name prefix *\n$/,
    );
    const { stdout } = await navi.navi(['search', '--deleted', 'short-lived-too', '-o', 'json']);
    const { hits } = JSON.parse(stdout) as { hits: readonly { deletion: unknown }[] };
    expect(hits.map(({ deletion }) => deletion)).toEqual([
      {
        at: expect.stringMatching(/^\d{4}-.*Z$/) as string,
        seenBy: 'watch',
        existsAgain: false,
        uid: expect.any(String) as string,
      },
    ]);
    expect((await navi.navi(['search', '--deleted', 'short-lived-too', '-o', 'name'])).stdout).toBe(
      'pods/short-lived-too\n',
    );
    expectError(await navi.navi(['search', '--deleted', 'image:nginx']), 2, /image: does not go with --deleted/);
  });

  test.each([
    [['-canary'], /every word only leaves something out/],
    [['cluster:a'], /every word only leaves something out/],
    [
      ['cluster:other', 'ledger'],
      /no context that is asked is like cluster:other\n {2}asked: simulator; --all-contexts/,
    ],
    [['""'], /there is nothing to look for/],
    [['kind:pdo', 'web'], /no type called "pdo"\n {2}did you mean po/],
  ])('%j is refused with a way out', async (words, says) => {
    expectError(await navi.navi(['search', ...words]), 2, says);
  });

  test.each(['name:', ':', '-', 'a"b', '%_', "';", '10.0.0.0/99', 'x'.repeat(3_000), 'ü ö'])(
    '%s is looked for and no error',
    async (words) => {
      const { code, stderr } = await navi.navi(['search', '--', words]);
      expect(code).toBe(0);
      expect(stderr).not.toContain('bug');
    },
  );
});
