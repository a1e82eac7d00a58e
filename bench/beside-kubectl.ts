import { createHash } from 'node:crypto';
import { createReadStream, readdirSync, rmSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { clusterProgram, clusterProgramsMissing } from '../test/support/cluster-programs.ts';
import type { RealCluster } from '../test/support/real-cluster.ts';
import type { BenchRow } from './bench-rows.ts';
import { naviProgram } from './daemon-process.ts';
import type { Figure } from './figures.ts';
import { smallNamespace, startLoadedCluster } from './load-cluster.ts';
import { type Command, type Measurement, measureInTurns, type Run, runOnce, summarize } from './measure.ts';
import { measureServerRestart } from './server-restart.ts';

const mebibyte = 1024 ** 2;

/** The size of the cluster, and how often commands run that are quick or take long. */
export interface RealOptions {
  readonly podCount: number;
  readonly otherCount: number;
  readonly shortRunCount: number;
  readonly longRunCount: number;
  /** Takes stores. */
  readonly folder: string;
  readonly report: (line: string) => void;
}

interface Bench extends RealOptions {
  readonly cluster: RealCluster;
  readonly env: Readonly<Record<string, string>>;
}

function kubectl(bench: Bench, args: readonly string[]): Command {
  return { program: clusterProgram('kubectl'), args, env: bench.env };
}

function navi(bench: Bench, args: readonly string[]): Command {
  return { program: process.execPath, args: [naviProgram, ...args], env: bench.env };
}

/** Whether both commands print the same bytes. */
async function printSame(bench: Bench, a: Command, b: Command): Promise<boolean> {
  const outputFile = join(bench.folder, 'output');
  const hashes: string[] = [];
  for (const command of [a, b]) {
    await runOnce({ ...command, outputFile });
    const hash = createHash('sha256');
    await pipeline(createReadStream(outputFile), hash);
    hashes.push(hash.digest('hex'));
  }
  rmSync(outputFile);
  return hashes[0] === hashes[1];
}

interface GetLine {
  readonly args: readonly string[];
  readonly bar: BenchRow['bar'];
  /** Tables hold ages, which differ from one second to the next. */
  readonly comparable: boolean;
  readonly runCount: number;
}

function getLines(bench: Bench): readonly GetLine[] {
  const { shortRunCount, longRunCount } = bench;
  const faster = (times: number, maxPeakMebibytes?: number): BenchRow['bar'] => ({
    maxTimeRatio: 1 / times,
    words: times === 1 ? 'never slower' : `${times} x faster`,
    maxPeakBytes: maxPeakMebibytes === undefined ? undefined : maxPeakMebibytes * mebibyte,
  });
  const all = ['get', 'pods', '-A'];
  return [
    { args: ['get', 'pods', '-n', smallNamespace], bar: faster(1), comparable: false, runCount: shortRunCount },
    { args: all, bar: faster(20, 120), comparable: false, runCount: longRunCount },
    { args: [...all, '-o', 'json'], bar: faster(10, 200), comparable: true, runCount: longRunCount },
    { args: [...all, '-o', 'name'], bar: faster(50), comparable: true, runCount: longRunCount },
  ];
}

async function measureGet(bench: Bench, line: GetLine): Promise<BenchRow> {
  const what = line.args.join(' ');
  bench.report(`measuring ${what}`);
  const commands = [kubectl(bench, line.args), navi(bench, line.args)] as const;
  const measured = await measureInTurns(commands, line.runCount);
  const [reference, own] = measured as readonly [Measurement, Measurement];
  const comparable = line.comparable && own.failure === undefined;
  const sameOutput = comparable ? await printSame(bench, ...commands) : undefined;
  return { what, reference: { name: 'kubectl', measured: reference }, navi: own, bar: line.bar, sameOutput };
}

/** navi's start against the bare runtime's, for what is bound by it. */
async function measureAgainstNode(bench: Bench, args: readonly string[], maxTimeRatio: number): Promise<BenchRow> {
  bench.report(`measuring ${args.join(' ')} beside node -e 0`);
  const bare: Command = { program: process.execPath, args: ['-e', '0'], env: bench.env };
  const measured = await measureInTurns([bare, navi(bench, args)], bench.shortRunCount);
  const [reference, own] = measured as readonly [Measurement, Measurement];
  const bar = { maxTimeRatio, words: `<= ${maxTimeRatio} x` };
  return { what: args.join(' '), reference: { name: 'node -e 0', measured: reference }, navi: own, bar };
}

/** A type of the discovery of kube-apiserver, in its preferred version. */
interface ServedType {
  readonly name: string;
  readonly path: string;
}

/** One group of an APIGroupDiscoveryList (apidiscovery.k8s.io/v2), as far as it is read. */
interface ServedGroup {
  readonly metadata?: { readonly name?: string };
  readonly versions: readonly {
    readonly version: string;
    readonly resources?: readonly { readonly resource: string; readonly verbs: readonly string[] }[];
  }[];
}

function listableTypesOf(root: string, group: ServedGroup): readonly ServedType[] {
  const groupName = group.metadata?.name ?? '';
  const preferred = group.versions[0];
  // The events of events.k8s.io are those of the core group once more.
  if (preferred === undefined || groupName === 'events.k8s.io') return [];
  const listable = (preferred.resources ?? []).filter(({ verbs }) => verbs.includes('list'));
  return listable.map(({ resource }) => ({
    name: groupName === '' ? resource : `${resource}.${groupName}`,
    path: [root, groupName, preferred.version, resource].filter((part) => part !== '').join('/'),
  }));
}

async function listableTypes(cluster: RealCluster): Promise<readonly ServedType[]> {
  const accept = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';
  const types: ServedType[] = [];
  for (const root of ['/api', '/apis']) {
    const { text } = await cluster.request(root, { accept });
    const { items } = JSON.parse(text) as { readonly items: readonly ServedGroup[] };
    types.push(...items.flatMap((group) => listableTypesOf(root, group)));
  }
  return types;
}

/** The bytes of every list as the server sends it in pages, without compression. */
async function compactJsonBytes(cluster: RealCluster, types: readonly ServedType[]): Promise<number> {
  let bytes = 0;
  for (const { path } of types) {
    let token = '';
    do {
      const { text } = await cluster.request(`${path}?limit=500&continue=${encodeURIComponent(token)}`);
      bytes += Buffer.byteLength(text);
      // Lists of custom types end with an empty token, others with none.
      token = (JSON.parse(text) as { readonly metadata: { readonly continue?: string } }).metadata.continue ?? '';
    } while (token !== '');
  }
  return bytes;
}

async function measureSearch(bench: Bench, types: readonly ServedType[]): Promise<readonly BenchRow[]> {
  const term = 'pod-00007';
  bench.report('measuring a search beside kubectl over all types');
  const names = types.map(({ name }) => name).join(',');
  const everything = kubectl(bench, ['get', names, '-A', '--ignore-not-found', '--no-headers']);
  const [reference] = await measureInTurns([everything], 1);
  const against = await measureAgainstNode(bench, ['search', term], 2.5);
  const bar = { maxTimeRatio: 0.1, words: '10 x faster' };
  if (reference === undefined) return [against];
  const name = 'kubectl get, all types';
  return [against, { what: `search ${term}`, reference: { name, measured: reference }, navi: against.navi, bar }];
}

/** A first sync of everything into an empty folder beside the bare fetch of the pods alone. */
async function measureFirstSync(bench: Bench): Promise<BenchRow> {
  bench.report('measuring a first sync beside kubectl get --raw');
  const dataFolder = bench.env['NAVI_DATA_DIR'] ?? '';
  const raw: Command = kubectl(bench, ['get', '--raw', '/api/v1/pods']);
  const runs: { readonly reference: Run[]; readonly own: Run[] } = { reference: [], own: [] };
  for (let turn = 0; turn < bench.longRunCount; turn += 1) {
    rmSync(dataFolder, { recursive: true, force: true });
    runs.reference.push(await runOnce(raw));
    runs.own.push(await runOnce(navi(bench, ['sync', '--once'])));
  }
  return {
    what: 'sync --once (all types)',
    reference: { name: 'kubectl get --raw pods', measured: summarize(runs.reference) },
    navi: summarize(runs.own),
    bar: { maxTimeRatio: 4.7, words: '<= 4.7 x' },
  };
}

/** The size of every mirror with what its write-ahead log holds. */
function mirrorBytes(dataFolder: string): number {
  try {
    const files = readdirSync(dataFolder, { recursive: true, withFileTypes: true });
    return files
      .filter((file) => file.isFile() && /^mirror\.db(-wal)?$/.test(basename(file.name)))
      .reduce((sum, file) => sum + statSync(join(file.parentPath, file.name)).size, 0);
  } catch {
    return 0;
  }
}

/** Bytes of the mirror after a first sync, and of all lists as the server sends them. */
export interface StoreSize {
  readonly mirrorBytes: number;
  readonly compactJsonBytes: number;
}

/** The sizes as cells. */
export function storeLine({ mirrorBytes: own, compactJsonBytes: json }: StoreSize): readonly string[] {
  const size = (bytes: number): string => `${(bytes / mebibyte).toFixed(1)} MiB`;
  const verdict = own === 0 ? 'no numbers' : own <= json ? 'reached' : 'MISSED';
  const ratio = own === 0 ? '-' : `${(own / json).toFixed(2)} x`;
  return [
    'store after a first sync',
    'compact JSON',
    size(json),
    own === 0 ? '-' : size(own),
    ratio,
    '<= 1 x',
    verdict,
  ];
}

/** What a real cluster tells. */
export interface RealResults {
  readonly rows: readonly BenchRow[];
  readonly store: StoreSize;
  /** Of a daemon whose API server is restarted. */
  readonly restart: readonly Figure[];
}

async function measureAll(bench: Bench): Promise<RealResults> {
  const types = await listableTypes(bench.cluster);
  const rows = [await measureFirstSync(bench)];
  const store = {
    mirrorBytes: mirrorBytes(bench.env['NAVI_DATA_DIR'] ?? ''),
    compactJsonBytes: await compactJsonBytes(bench.cluster, types),
  };
  for (const line of getLines(bench)) rows.push(await measureGet(bench, line));
  rows.push(await measureAgainstNode(bench, ['get', 'pods', '-n', smallNamespace], 1.5));
  rows.push(await measureAgainstNode(bench, ['sql', 'select name, status from pods limit 3'], 3));
  rows.push(...(await measureSearch(bench, types)));
  const restart = await measureServerRestart({ ...bench, runCount: bench.longRunCount });
  return { rows, store, restart };
}

/** Beside kubectl, on a real cluster. @throws where its programs are not built */
export async function measureReal(options: RealOptions): Promise<RealResults> {
  const missing = clusterProgramsMissing();
  if (missing !== undefined) throw new Error(missing);
  const cluster = await startLoadedCluster(options);
  const env = {
    PATH: process.env['PATH'] ?? '',
    HOME: options.folder,
    KUBECONFIG: cluster.kubeconfig,
    NAVI_DATA_DIR: join(options.folder, 'data'),
  };
  try {
    return await measureAll({ ...options, cluster, env });
  } finally {
    await cluster.stop();
  }
}
