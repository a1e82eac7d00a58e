import {
  chmodSync,
  closeSync,
  cpSync,
  ftruncateSync,
  globSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { amountOf, isLongRun } from '../support/long-run.ts';
import { createSeededRandom, type SeededRandom } from '../support/seeded-random.ts';
import { steeringCharacters, syncedNavi, type SyncedNavi } from '../support/synced-navi.ts';

/** The last one had a row of a scope lie in another table. */
const seeds = [...Array.from({ length: amountOf(6, 400) }, (_, index) => index + 1), ...(isLongRun ? [] : [235])];

let synced: SyncedNavi;
let original: string;

beforeAll(async () => {
  synced = await syncedNavi(20);
  [original = ''] = globSync(join(synced.dataDir, 'mirrors', '*', 'mirror.db'));
});
afterAll(() => synced.remove());

const pageBytes = 4_096;

type Damage = (file: string, random: SeededRandom) => void;

/** Writes over a file at random places. */
function overwrite(file: string, places: readonly { readonly at: number; readonly bytes: Buffer }[]): void {
  const handle = openSync(file, 'r+');
  for (const { at, bytes } of places) writeSync(handle, bytes, 0, bytes.length, at);
  closeSync(handle);
}

const noise = (random: SeededRandom, length: number): Buffer =>
  Buffer.from(Array.from({ length }, () => random.below(256)));
const times = <T>(count: number, make: () => T): readonly T[] => Array.from({ length: count }, make);

/** Ways to damage a store, by name. */
const damages: Readonly<Record<string, Damage>> = {
  'a byte': (file, random) => {
    const size = readFileSync(file).length;
    overwrite(file, [{ at: random.below(size), bytes: noise(random, 1) }]);
  },
  'many bytes': (file, random) => {
    const size = readFileSync(file).length;
    overwrite(
      file,
      times(200, () => ({ at: random.below(size), bytes: noise(random, 1 + random.below(8)) })),
    );
  },
  'a bit of the header': (file, random) => {
    const bytes = readFileSync(file);
    const at = random.below(100);
    overwrite(file, [{ at, bytes: Buffer.from([(bytes[at] ?? 0) ^ (1 << random.below(8))]) }]);
  },
  'a page of noise': (file, random) => {
    const pages = readFileSync(file).length / pageBytes;
    overwrite(file, [{ at: random.below(pages) * pageBytes, bytes: noise(random, pageBytes) }]);
  },
  'pages of zeros': (file, random) => {
    const pages = readFileSync(file).length / pageBytes;
    overwrite(
      file,
      times(5, () => ({ at: (1 + random.below(pages - 1)) * pageBytes, bytes: Buffer.alloc(pageBytes) })),
    );
  },
  'pages in each other’s place': (file, random) => {
    const bytes = readFileSync(file);
    const pages = bytes.length / pageBytes;
    const page = (number: number): Buffer => bytes.subarray(number * pageBytes, (number + 1) * pageBytes);
    const [a, b] = [1 + random.below(pages - 1), 1 + random.below(pages - 1)];
    overwrite(file, [
      { at: a * pageBytes, bytes: page(b) },
      { at: b * pageBytes, bytes: page(a) },
    ]);
  },
  'the first bytes of each page': (file, random) => {
    const pages = readFileSync(file).length / pageBytes;
    overwrite(
      file,
      times(8, () => ({ at: random.below(pages) * pageBytes + random.below(16), bytes: noise(random, 2) })),
    );
  },
  'its end': (file, random) => {
    const handle = openSync(file, 'r+');
    ftruncateSync(handle, random.below(readFileSync(file).length));
    closeSync(handle);
  },
  'a log of noise': (file, random) => writeFileSync(`${file}-wal`, noise(random, 40_000), { mode: 0o600 }),
  'an index of noise': (file, random) => {
    writeFileSync(`${file}-wal`, noise(random, 4_152), { mode: 0o600 });
    writeFileSync(`${file}-shm`, noise(random, 32_768), { mode: 0o600 });
  },
};

/** A data directory whose store is damaged. */
function damaged(seed: number): { readonly dataDir: string; readonly what: string } {
  const random = createSeededRandom(seed);
  const names = Object.keys(damages);
  const what = names[seed % names.length] ?? '';
  const dataDir = join(synced.folder, `damaged-${seed}`);
  const file = original.replace(synced.dataDir, dataDir);
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  cpSync(original, file);
  chmodSync(file, 0o600);
  damages[what]?.(file, random);
  return { dataDir, what };
}

const commands = [
  ['get', 'pods', '-A'],
  ['get', 'pods', '-o', 'json'],
  ['search', 'pod-1'],
  ['status', '--all'],
  ['get', 'events', '-o', 'wide'],
  ['get', 'all', '-A', '-l', 'app=web'],
  ['get', 'configmap/evil', '-o', 'yaml'],
  ['search', 'findme', '-o', 'json'],
] as const;

describe('a store of which is changed', () => {
  test.each(seeds.map((seed) => [Object.keys(damages)[seed % Object.keys(damages).length], seed] as const))(
    '%s (seed %i) makes no command crash or hang, and a sync goes on from it',
    async (_what, seed) => {
      const { dataDir, what } = damaged(seed);
      const env = { NAVI_DATA_DIR: dataDir };
      const random = createSeededRandom(seed + 1_000);
      const asked = times(3, () => random.pick(commands));
      for (const args of [...asked, ['sync', '--once'], random.pick(commands)]) {
        const { code, stderr } = await synced.navi([...args], env);
        const told = `${what}, seed ${seed}, ${args.join(' ')}: exit ${code}\n${stderr.slice(0, 600)}`;
        expect([0, 1, 6, 7], told).toContain(code);
        expect(/navi has a bug|\n\s+at |[a-z]Error:/.test(stderr), told).toBe(false);
        expect(steeringCharacters(stderr), told).toEqual([]);
        // A bit of the header is the version of the schema.
        if (args[0] === 'sync' && !stderr.includes('written by a newer navi')) expect(code, told).toBe(0);
      }
      rmSync(dataDir, { recursive: true });
    },
    120_000,
  );
});
