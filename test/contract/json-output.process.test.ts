import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { healthReasons } from '../../src/core/scope-status.ts';
import { matchRanks } from '../../src/query/search/match-rank.ts';
import { schemaFaults, type JsonSchema } from '../support/json-schema.ts';
import { installExample } from '../support/oclif-example.ts';
import { steeringCharacters, steeringText, syncedNavi, type SyncedNavi } from '../support/synced-navi.ts';

const root = join(import.meta.dirname, '../..');

/** The file about a command, by its words. */
const schemaFile = (command: string): string => `${command.replaceAll(/[ :]/g, '-')}.json`;

function schema(name: string): JsonSchema {
  return JSON.parse(readFileSync(join(root, 'schemas', schemaFile(name)), 'utf8')) as JsonSchema;
}

let synced: SyncedNavi;

beforeAll(async () => {
  synced = await syncedNavi();
});
afterAll(() => synced.remove());

/** What of a command's output does not fit the schema. */
async function faultsOf(name: string, args: readonly string[], env?: NodeJS.ProcessEnv): Promise<readonly string[]> {
  const words = [...name.split(' '), '-o', 'json', ...args];
  const { stdout } = await (env === undefined ? synced.ask(words) : synced.navi(words, env));
  return schemaFaults(JSON.parse(stdout), schema(name));
}

describe('the JSON of navi search', () => {
  test.each([
    ['pod'],
    ['findme'],
    ['10.'],
    ['nothing-like-that'],
    ['kubernetes', '--limit', '1'],
    [steeringText],
    ['evil pod'],
  ])('fits its schema for %j', async (...args) => {
    expect(await faultsOf('search', args)).toEqual([]);
  });

  test('has every rank that there is in its schema', () => {
    expect(schema('search').$defs?.['rank']?.enum).toEqual(matchRanks);
  });
});

describe('the JSON of navi status', () => {
  test('fits its schema for a mirror, for what was never synced, and for what never worked', async () => {
    expect(await faultsOf('status', [])).toEqual([]);
    expect(await faultsOf('status', [], { NAVI_DATA_DIR: join(synced.folder, 'never') })).toEqual([]);
    const bad = synced.file('bad', synced.simulator.kubeconfig().replace('token-of-admin', 'wrong'));
    const env = { KUBECONFIG: bad, NAVI_DATA_DIR: join(synced.folder, 'bad-data') };
    await synced.navi(['sync', '--once'], env);
    expect(await faultsOf('status', ['--all'], env)).toEqual([]);
  });

  test('fits its schema while a daemon runs', async () => {
    const env = { NAVI_DATA_DIR: join(synced.folder, 'daemon-data') };
    expect((await synced.navi(['sync', '--detach'], env)).code).toBe(0);
    try {
      expect((await synced.navi(['sync', '--once'], env)).code).toBe(0);
      const { stdout } = await synced.navi(['status', '-o', 'json'], env);
      expect(JSON.parse(stdout)).toMatchObject({ daemon: { pid: expect.any(Number) as number } });
      expect(schemaFaults(JSON.parse(stdout), schema('status'))).toEqual([]);
    } finally {
      expect((await synced.navi(['stop'], env)).code).toBe(0);
    }
  });

  test('has every reason that there is in its schema', () => {
    const { mirrored, type, namespace } = schema('status').$defs ?? {};
    expect(mirrored?.properties?.['reason']?.enum).toEqual(healthReasons);
    expect(type?.properties?.['reason']?.enum).toEqual([...healthReasons, null]);
    expect(namespace?.properties?.['reason']?.enum).toEqual([...healthReasons, null]);
  });
});

describe('the JSON of navi types', () => {
  test.each([[[]], [['--namespaced']], [['--api-group', '']], [['--all-contexts']]])(
    'fits its schema for %j',
    async (args) => {
      expect(await faultsOf('types', args)).toEqual([]);
    },
  );
});

test.each(['certs', 'containers', 'images', 'releases', 'report'])(
  'the JSON of navi %s fits its schema',
  async (name) => {
    expect(await faultsOf(name, [])).toEqual([]);
  },
);

test('the JSON of navi events fits its schema, also without any', async () => {
  expect(await faultsOf('events', [])).toEqual([]);
  expect(await faultsOf('events', ['-A', '--all', '--all-contexts'])).toEqual([]);
  expect(await faultsOf('events', ['--for', 'pod/nobody'])).toEqual([]);
});

test.each([
  [['select * from pods']],
  [['select * from objects where false']],
  [['select name from pods', '--limit', '1']],
  [['--explain', 'select 1']],
  [['--views']],
])('the JSON of navi sql fits its schema for %j', async (args) => {
  expect(await faultsOf('sql', args)).toEqual([]);
});

test('the JSON of navi tree fits its schema', async () => {
  expect(await faultsOf('tree', ['pod/pod-0'])).toEqual([]);
  expect(await faultsOf('tree', ['pod/pod-1', '--why'])).toEqual([]);
});

test('the JSON of navi describe fits its schema', async () => {
  expect(await faultsOf('describe', ['pods'])).toEqual([]);
  expect(await faultsOf('describe', ['configmap/evil', 'namespace/shop'])).toEqual([]);
});

test.each(['refresh', 'verify'])('the JSON of navi %s fits its schema', async (name) => {
  try {
    expect((await synced.navi(['sync', '--detach'])).code).toBe(0);
    expect((await synced.navi(['sync', '--once'])).code).toBe(0);
    expect(await faultsOf(name, ['pods'])).toEqual([]);
  } finally {
    expect((await synced.navi(['stop'])).code).toBe(0);
  }
});

describe('the JSON of navi filter list', () => {
  test('fits its schema where nothing is saved, and for filters with anything in them', async () => {
    const env = { NAVI_DATA_DIR: join(synced.folder, 'filters') };
    expect(await faultsOf('filter list', [], env)).toEqual([]);
    const words = ['pods', '-l', 'app=web', '-o', `jsonpath={"${steeringText}"}`];
    const saved = await synced.navi(['filter', 'save', '--description', steeringText, 'größe', ...words], env);
    expect(saved.code).toBe(0);
    expect(await faultsOf('filter list', [], env)).toEqual([]);
    const { stdout } = await synced.navi(['filter', 'list', '-o', 'json'], env);
    expect(steeringCharacters(stdout)).toEqual([]);
    const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/) as string;
    expect(JSON.parse(stdout)).toEqual({
      filters: [{ name: 'größe', arguments: words, description: steeringText, createdAt: time, changedAt: time }],
    });
  });
});

test('the JSON of navi plugins fits its schema', async () => {
  expect(await faultsOf('plugins', [])).toEqual([]);
  expect(await faultsOf('plugins', [], { PATH: join(root, 'examples') })).toEqual([]);
  const config = synced.file('plugins.toml', `plugins = ["${installExample(synced.folder)}", "/nowhere"]\n`);
  expect(await faultsOf('plugins', [], { NAVI_CONFIG: config })).toEqual([]);
});

test('the JSON of navi doctor fits its schema, where all is well and where nothing is', async () => {
  expect(await faultsOf('doctor', [])).toEqual([]);
  expect(await faultsOf('doctor', [], { KUBECONFIG: '/nowhere', NAVI_DATA_DIR: '/nowhere' })).toEqual([]);
});

test('the JSON of navi config show fits its schema', async () => {
  expect(await faultsOf('config show', [])).toEqual([]);
});

test('the JSON of navi alerts and of its rules fits its schema', async () => {
  expect(await faultsOf('alerts', [])).toEqual([]);
  const silent = { NAVI_DATA_DIR: join(synced.folder, 'silent') };
  expect((await synced.navi(['alerts', 'silence', 'crash-loop', '--for', '1h'], silent)).code).toBe(0);
  expect(await faultsOf('alerts rules', [], silent)).toEqual([]);
});

test('the JSON of navi version fits its schema', async () => {
  expect(await faultsOf('version', [])).toEqual([]);
});

test('the JSON of navi mirrors list fits its schema: without a mirror, with one, and with one that cannot be read', async () => {
  const env = { NAVI_DATA_DIR: join(synced.folder, 'mirrors') };
  expect(await faultsOf('mirrors list', [], env)).toEqual([]);
  expect(await faultsOf('mirrors list', [])).toEqual([]);
  mkdirSync(join(synced.folder, 'mirrors', 'mirrors', 'odd'), { recursive: true, mode: 0o700 });
  writeFileSync(join(synced.folder, 'mirrors', 'mirrors', 'odd', 'mirror.db'), 'no database at all', { mode: 0o600 });
  const { stdout } = await synced.navi(['mirrors', 'list', '-o', 'json'], env);
  expect(JSON.parse(stdout)).toMatchObject({ mirrors: [{ id: 'odd', error: expect.any(String) as string }] });
  expect(await faultsOf('mirrors list', [], env)).toEqual([]);
});

describe('the JSON of navi queue', () => {
  test('fits its schemas where nothing is queued, and for what is', async () => {
    const env = { NAVI_DATA_DIR: join(synced.folder, 'queue-data') };
    expect(await faultsOf('queue list', [], env)).toEqual([]);
    expect((await synced.navi(['sync', '--once'], env)).code).toBe(0);
    const queued = await synced.navi(
      ['annotate', 'configmap', 'in-shop', '-n', 'shop', `a=${steeringText}`, '--queue'],
      env,
    );
    expect({ ...queued, stderr: '' }).toMatchObject({ code: 0 });
    expect(steeringCharacters(queued.stdout.replaceAll('\n', ''))).toEqual([]);
    expect(await faultsOf('queue list', [], env)).toEqual([]);
    expect(await faultsOf('queue show', ['1'], env)).toEqual([]);
    for (const line of [
      ['queue', 'show', '1', '-o', 'json'],
      ['queue', 'show', '1'],
      ['queue', 'list'],
      ['queue', 'diff'],
    ]) {
      const { stdout, code } = await synced.navi(line, env);
      expect({ line, code, steering: steeringCharacters(stdout.replaceAll('\n', '')) }).toEqual({
        line,
        code: 0,
        steering: [],
      });
    }
  });
});

describe('a schema', () => {
  test('belongs to each command with -o json of navi’s own, and to no other', () => {
    const { commands } = JSON.parse(readFileSync(join(root, 'oclif.manifest.json'), 'utf8')) as {
      commands: Record<string, { flags: Record<string, { options?: string[] }> }>;
    };
    const withJson = Object.keys(commands).filter(
      (id) => commands[id]?.flags['output']?.options?.includes('json') === true,
    );
    expect(withJson.length).toBeGreaterThan(0);
    expect(readdirSync(join(root, 'schemas')).sort()).toEqual(withJson.map(schemaFile).sort());
  });

  test('finds what does not fit', () => {
    const search = schema('search');
    const match = { rank: 'name', matched: 'b' };
    const found = { ...match, matches: [{ word: 'b', ...match }], deletion: null };
    const hit = { context: 'a', type: 'pods', kind: 'Pod', namespace: '', name: 'b', ...found };
    expect(schemaFaults({ term: 'b', corrected: null, hits: [hit] }, search)).toEqual([]);
    expect(schemaFaults({ term: 1, corrected: null, hits: [{ ...hit, rank: 'best', more: 1 }] }, search)).toHaveLength(
      3,
    );
    expect(schemaFaults({ hits: {} }, search)).toHaveLength(3);
  });

  test('says of each of its numbers what it counts: a name ends in its unit or is a count', () => {
    const numbers: string[] = [];
    const walk = (each: JsonSchema, name: string): void => {
      if ([each.type].flat().includes('integer')) numbers.push(name);
      for (const [field, inner] of Object.entries({ ...each.properties, ...each.$defs })) walk(inner, field);
      if (each.items !== undefined) walk(each.items, name);
    };
    for (const file of readdirSync(join(root, 'schemas'))) walk(schema(file.replace('.json', '')), file);
    const counters = ['lists', 'watches', 'reconnects', 'events', 'bookmarks', 'relists', 'count'];
    const others = ['id', 'id', 'pid', 'revision', 'timeline'];
    const codes = Array.from({ length: 5 }, () => 'exitCode');
    expect(numbers.filter((name) => !/(Days|Ms|Bytes|Millicores|Count|Version)$/.test(name)).sort()).toEqual(
      [...others, ...codes, ...counters].sort(),
    );
  });
});
