import { afterEach, describe, expect, test } from 'vitest';
import { fetchHeartbeat, fetchIdentity, fetchLeaseVersion, isReady } from '../../src/kube/cluster-probes.ts';
import type { Transport } from '../../src/kube/transport.ts';
import { answerJson, startStubServer, type StubServer } from '../support/stub-server.ts';

const stubs: StubServer[] = [];

afterEach(async () => {
  for (const stub of stubs.splice(0)) await stub.stop();
});

/** Answers each path with a body, or with a status of that number. */
async function serving(
  answers: Readonly<Record<string, unknown>>,
): Promise<{ transport: Transport; server: StubServer }> {
  const server = await startStubServer((request, response) => {
    const answer = answers[request.url ?? ''] ?? 404;
    if (typeof answer === 'number') answerJson(response, { kind: 'Status', code: answer, message: 'no' }, answer);
    else answerJson(response, answer);
  });
  stubs.push(server);
  return { server, transport: await server.transport() };
}

const system = '/api/v1/namespaces/kube-system';
const own = '/api/v1/namespaces/shop';

describe('the identity of a cluster', () => {
  test('is the uid of kube-system', async () => {
    const { transport } = await serving({ [system]: { metadata: { uid: 'u1' } }, [own]: { metadata: { uid: 'u2' } } });
    expect(await fetchIdentity(transport, 'shop')).toEqual({ uid: 'u1', source: 'namespace/kube-system' });
  });

  test.each([403, 404])('is that of the own namespace where kube-system answers %i', async (code) => {
    const { transport } = await serving({ [system]: code, [own]: { metadata: { uid: 'u2' } } });
    expect(await fetchIdentity(transport, 'shop')).toEqual({ uid: 'u2', source: 'namespace/shop' });
  });

  test('is none where nothing may be read', async () => {
    const { transport, server } = await serving({ [system]: 403, [own]: 403 });
    expect(await fetchIdentity(transport, 'shop')).toEqual({ uid: '', source: 'none' });
    expect(await fetchIdentity(transport, '')).toEqual({ uid: '', source: 'none' });
    expect(server.requests).toHaveLength(3);
  });

  test.each([401, 429, 500, 503])('is not told by a weaker source because of a %i', async (code) => {
    const { transport } = await serving({ [system]: code, [own]: { metadata: { uid: 'u2' } } });
    await expect(fetchIdentity(transport, 'shop')).rejects.toMatchObject({ failure: { status: code } });
  });

  test('is never empty because an answer has none', async () => {
    const { transport } = await serving({ [system]: { metadata: {} } });
    await expect(fetchIdentity(transport, '')).rejects.toMatchObject({ failure: { class: 'not-api' } });
  });
});

describe('the heartbeat', () => {
  test('is the resourceVersion of a list of one event, which comes from etcd', async () => {
    const { transport, server } = await serving({ '/api/v1/events?limit=1': { metadata: { resourceVersion: '77' } } });
    expect(await fetchHeartbeat(transport, '')).toBe('77');
    expect(server.requests).toEqual(['GET /api/v1/events?limit=1']);
  });

  test('without a resourceVersion is no heartbeat', async () => {
    const { transport } = await serving({ '/api/v1/namespaces/shop/events?limit=1': { metadata: {} } });
    await expect(fetchHeartbeat(transport, 'shop')).rejects.toMatchObject({ failure: { class: 'malformed' } });
  });

  test('can be the lease of the controller manager', async () => {
    const lease = '/apis/coordination.k8s.io/v1/namespaces/kube-system/leases/kube-controller-manager';
    const { transport } = await serving({ [lease]: { metadata: { resourceVersion: '78' } } });
    expect(await fetchLeaseVersion(transport)).toBe('78');
  });
});

test('a server is ready when it says so, and not while it answers anything else', async () => {
  expect(await isReady((await serving({ '/readyz': 'ok' })).transport)).toBe(true);
  expect(await isReady((await serving({ '/readyz': '<html>Sign in' })).transport)).toBe(false);
  for (const code of [403, 404, 500]) {
    expect(await isReady((await serving({ '/readyz': code })).transport), String(code)).toBe(false);
  }
});
