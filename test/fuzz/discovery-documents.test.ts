import { afterEach, expect, test } from 'vitest';
import { discover } from '../../src/kube/discovery.ts';
import { amountOf } from '../support/long-run.ts';
import { mutateBytes } from '../support/mutate-bytes.ts';
import { createSeededRandom } from '../support/seeded-random.ts';
import { answerJson, startStubServer, type StubServer } from '../support/stub-server.ts';
import { RequestFailed } from '../../src/kube/failure.ts';

const caseCount = amountOf(200, 5_000);

let server: StubServer;

afterEach(() => server.stop());

const names = [
  'good',
  'in_one.word:9',
  '../../../api/v1/secrets',
  'a/b',
  'secrets?x=',
  'secrets#',
  'a b',
  'a\r\nb: c',
  '\u001B[31m',
  'é',
  '.',
  '..',
  '',
  '%2e%2e',
  'a\\b',
  null,
  5,
  {},
];

const aggregated = (core: unknown, named: unknown) => (path: string) =>
  path === '/api' ? { kind: 'APIGroupDiscoveryList', items: core } : { kind: 'APIGroupDiscoveryList', items: named };

const resource = (name: unknown) => ({
  resource: name,
  responseKind: { kind: 'Thing' },
  scope: 'Namespaced',
  verbs: ['list', 'watch'],
});

test('a type whose name would lead to another path is none', async () => {
  const versions = (resources: readonly unknown[]) => [{ version: 'v1', resources }];
  const groups = names.map((name) => ({ metadata: { name }, versions: versions([resource('things')]) }));
  const document = aggregated([{ metadata: {}, versions: versions(names.map(resource)) }], groups);
  server = await startStubServer((request, response) => answerJson(response, document(request.url ?? '')));
  const { types } = await discover(await server.transport());
  const told = types.map(({ group, resource: name }) => `${group}/${name}`);
  // A group without a name is that of the core.
  expect(told.filter((name) => name !== '/things')).toEqual([
    '/good',
    '/in_one.word:9',
    'good/things',
    'in_one.word:9/things',
  ]);
});

test('neither is one of a server without aggregated discovery', async () => {
  server = await startStubServer((request, response) => {
    if (request.url === '/api') return answerJson(response, { kind: 'APIVersions', versions: ['v1'] });
    if (request.url === '/apis') return answerJson(response, { kind: 'APIGroupList', groups: [] });
    answerJson(response, { kind: 'APIResourceList', resources: names.map((name) => ({ name, verbs: ['list'] })) });
  });
  const { types } = await discover(await server.transport());
  expect(types.map(({ resource: name }) => name)).toEqual(['good', 'in_one.word:9']);
});

test('ten thousand types are as many', async () => {
  const resources = Array.from({ length: 10_000 }, (_, index) => resource(`r${index}`));
  const document = aggregated([], [{ metadata: { name: 'many' }, versions: [{ version: 'v1', resources }] }]);
  server = await startStubServer((request, response) => answerJson(response, document(request.url ?? '')));
  expect((await discover(await server.transport())).types).toHaveLength(10_000);
});

test(`documents that were changed anywhere are told or refused, ${caseCount} times`, { timeout: 120_000 }, async () => {
  const random = createSeededRandom(5);
  const item = {
    metadata: { name: 'g' },
    versions: [{ version: 'v1', freshness: 'Current', resources: [resource('x')] }],
  };
  const plain = {
    groups: [{ name: 'g', versions: [{ version: 'v1' }], preferredVersion: { version: 'v1' } }],
    versions: ['v1'],
    resources: [{ name: 'x', verbs: ['list'], kind: 'X', namespaced: true, shortNames: ['y'] }],
  };
  const documents = [{ kind: 'APIGroupDiscoveryList', items: [item] }, plain].map((body) =>
    Buffer.from(JSON.stringify(body)),
  );
  server = await startStubServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(mutateBytes(random.pick(documents), random));
  });
  const transport = await server.transport();
  let toldCount = 0;
  for (let index = 0; index < caseCount; index += 1) {
    try {
      const { types } = await discover(transport);
      toldCount += types.length;
      for (const { resource: name, group, version } of types) expect(`${group}${version}${name}`).toMatch(/^[\w.:-]+$/);
    } catch (error) {
      expect(error).toBeInstanceOf(RequestFailed);
    }
  }
  expect(toldCount).toBeGreaterThan(0);
});
