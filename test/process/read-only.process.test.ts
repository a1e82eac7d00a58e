import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { naviProgram, syncedNavi, type ProgramResult, type SyncedNavi } from '../support/synced-navi.ts';

/** Writes down, when the process ends, every module that it loaded and every connection that it opened. */
const witness = `
import { writeFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { Socket } from 'node:net';
const files = [];
const connections = [];
registerHooks({ load(url, context, next) { files.push(url); return next(url, context); } });
const connect = Socket.prototype.connect;
Socket.prototype.connect = function (...args) { connections.push(JSON.stringify(args)); return connect.apply(this, args); };
process.on('exit', () => writeFileSync(process.env.WITNESS, JSON.stringify({ files, connections, builtIn: process.moduleLoadList })));
`;

/** Texts that only the modules have which talk to a cluster: navi's own, client-node's and undici's. */
const marks = ['allowWatchBookmarks', 'loadFromClusterAndUser', 'UND_ERR_CONNECT_TIMEOUT'];

/** Texts that only the modules have which read saved filters, and files of them. */
const filterMarks = ['pragma_user_version', 'Invalid TOML document'];

/** Node's own modules that a network client is made of. */
const networkModules = ['http', 'https', 'http2', 'tls', 'dns'];

const readers = [
  ['get', 'pods', '-A'],
  ['get', 'pods', '-o', 'json'],
  ['get', 'configmap/evil', '-o', 'yaml'],
  ['get', 'pods', '-o', 'jsonpath={.items[*].metadata.name}'],
  ['get', 'nosuch'],
  ['search', 'pod'],
  ['search', 'pod', '-o', 'json'],
  ['status'],
  ['status', '--all', '-o', 'json'],
  ['--help'],
  ['--version'],
];

interface Seen {
  readonly marks: readonly string[];
  readonly filterMarks: readonly string[];
  readonly networkModules: readonly string[];
  readonly connections: readonly string[];
}

let synced: SyncedNavi;

beforeAll(async () => {
  synced = await syncedNavi();
});
afterAll(() => synced.remove());

/** Runs navi and says what of the network it touched. */
async function watched(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Seen & ProgramResult> {
  const report = synced.file('witness.json', '');
  const hook = `data:text/javascript,${encodeURIComponent(witness)}`;
  const run = ['--import', hook, naviProgram, ...args];
  const result = await synced.execute(process.execPath, run, { WITNESS: report, ...env });
  const { files, connections, builtIn } = JSON.parse(readFileSync(report, 'utf8')) as Record<string, string[]>;
  const sources = (files ?? [])
    .filter((url) => url.startsWith('file:'))
    .map((url) => readFileSync(fileURLToPath(url), 'utf8'));
  const isLoaded = (mark: string): boolean => sources.some((source) => source.includes(mark));
  return {
    ...result,
    marks: marks.filter(isLoaded),
    filterMarks: filterMarks.filter(isLoaded),
    networkModules: networkModules.filter((name) => builtIn?.includes(`NativeModule ${name}`) === true),
    connections: connections ?? [],
  };
}

describe('a command that only reads', () => {
  test('is told apart from sync, which loads all that and opens connections', async () => {
    const seen = await watched(['sync', '--once']);
    expect(seen.code).toBe(0);
    expect(seen.marks).toEqual(marks);
    expect(seen.networkModules).toEqual(expect.arrayContaining(['http', 'https', 'tls']));
    expect(seen.connections.length).toBeGreaterThan(0);
  });

  test.each(readers.map((args) => [args.join(' '), args] as const))(
    '%s loads no client and asks the cluster nothing',
    async (_command, args) => {
      const before = synced.simulator.requests.length;
      const seen = await watched(args);
      expect(seen.marks).toEqual([]);
      expect(seen.networkModules).toEqual([]);
      expect(seen.connections).toEqual([]);
      expect(synced.simulator.requests.length).toBe(before);
    },
  );

  test('loads what holds filters only for a filter, and TOML only for a file of them', async () => {
    const file = synced.file('team.toml', '[filters.a]\narguments = "pods"\n');
    expect((await watched(['get', 'pods'])).filterMarks).toEqual([]);
    expect(await watched(['get', '@a'])).toMatchObject({ code: 2, filterMarks: filterMarks.slice(0, 1), marks: [] });
    const shared = await watched(['get', '@a', '--filters', file]);
    expect(shared).toMatchObject({ code: 0, filterMarks, marks: [], networkModules: [], connections: [] });
  });

  test('speaks to the daemon’s socket at most, also for --max-age', async () => {
    const before = synced.simulator.requests.length;
    const seen = await watched(['get', 'pods', '--max-age', '1ms']);
    expect(seen).toMatchObject({ code: 6, marks: [], networkModules: [] });
    expect(seen.connections.every((target) => target.includes('control.sock'))).toBe(true);
    expect(synced.simulator.requests.length).toBe(before);
  });

  test('answers the same while the cluster is gone', async () => {
    const env = { NAVI_NOTICE_AFTER: '9h' };
    const stable = readers.filter(([command]) => command !== 'status');
    const ages = /\b\d+[smh]\d*[smh]?\b/g;
    const answers = async (): Promise<readonly unknown[]> => {
      const results: ProgramResult[] = [];
      for (const args of stable) results.push(await synced.navi(args, env));
      return results.map(({ stdout, stderr, code }) => ({ stdout: stdout.replaceAll(ages, ''), stderr, code }));
    };
    const before = await answers();
    await synced.simulator.stop();
    expect(await answers()).toEqual(before);
    const status = await synced.navi(['status'], env);
    expect(status).toMatchObject({ code: 0, stderr: '', stdout: expect.stringMatching(/^pods +3 /m) as string });
  });
});
