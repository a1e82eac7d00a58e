import {
  closeSync,
  existsSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import { afterEach, describe, expect, test } from 'vitest';
import { readKubeconfigFiles } from '../../../src/kubeconfig/read-kubeconfig.ts';
import { resolveContext } from '../../../src/kubeconfig/resolve-context.ts';
import { historyFile } from '../../../src/store/data-directory.ts';
import { MirrorWriter } from '../../../src/store/mirror-writer.ts';
import { SimulatedMirror, type SimulatedMirrorOptions } from '../../support/simulated-mirror.ts';
import { withStore } from '../../support/stored-mirror.ts';

let mirror: SimulatedMirror;

const at = (name: string) => ({ namespace: 'default', name });
const make = (name: string) =>
  mirror.state.create('configmaps', { metadata: at(name), data: { key: 'x'.repeat(4_000) } });

/** What `checkStore` does, within the turn. */
const checkStore = (file: string): Promise<string | undefined> =>
  Promise.resolve().then(() => {
    try {
      const found = withStore(file, (database) => String(database.pragma('quick_check(1)', { simple: true })));
      return found === 'ok' ? undefined : found;
    } catch (error) {
      return (error as Error).message;
    }
  });

async function startLive(options: SimulatedMirrorOptions = {}): Promise<void> {
  mirror = await SimulatedMirror.start({
    ...options,
    prepare: (made) => {
      mirror = made;
      for (let index = 0; index < 40; index += 1) make(`c-${index}`);
    },
  });
  await mirror.untilEqual();
}

/** All that is committed goes into the database file. */
function fold(file: string): void {
  const database = new SqliteDatabase(file);
  database.pragma('wal_checkpoint(TRUNCATE)');
  database.close();
}

/** Bytes of a page of a database file, which its header says. */
const pageBytes = (file: string): number => readFileSync(file).readUInt16BE(16);

/** Overwrites pages of a database file, counted from one. */
function overwrite(file: string, pages: readonly number[]): void {
  const size = pageBytes(file);
  const handle = openSync(file, 'r+');
  for (const page of pages) writeSync(handle, Buffer.alloc(size, 0xa5), 0, size, (page - 1) * size);
  closeSync(handle);
}

/** Overwrites every page from the tenth on. */
function spoil(file: string): void {
  const pageCount = statSync(file).size / pageBytes(file);
  overwrite(
    file,
    Array.from({ length: pageCount - 9 }, (_, index) => index + 10),
  );
}

/** Overwrites the pages that hold the bodies of objects. */
function spoilBodies(file: string): void {
  const pages = withStore(file, (database) =>
    database.prepare("select pageno from dbstat where name = 'body' and pagetype = 'leaf'").pluck().all(),
  );
  overwrite(file, pages as number[]);
}

const damagedFiles = (): readonly string[] =>
  readdirSync(dirname(mirror.file)).filter((name) => /corrupt-\d+$/.test(name));

/** What the history has taken over. */
function pastChanges(): readonly unknown[] {
  const database = new SqliteDatabase(historyFile(mirror.file), { readonly: true });
  try {
    return database.prepare('select id, log_id, seq, key, operation from change order by id').all();
  } finally {
    database.close();
  }
}

/** What must outlive every rebuild: the history, and what is the user's own. */
async function plant(): Promise<() => void> {
  const userFile = join(mirror.dataDir, 'user.db');
  writeFileSync(userFile, 'what the user wrote', { mode: 0o600 });
  make('remembered');
  await mirror.untilEqual();
  await mirror.until('it is taken over', () => JSON.stringify(pastChanges()).includes('default/remembered'), 30_000);
  const before = pastChanges();
  return () => {
    expect(readFileSync(userFile, 'utf8')).toBe('what the user wrote');
    expect(pastChanges().slice(0, before.length)).toEqual(before);
  };
}

afterEach(() => mirror.checkAndStop());

describe('a damaged store', () => {
  test('that a start meets is set aside alone, and the mirror is built from the cluster again', async () => {
    await startLive();
    const expectPlanted = await plant();
    await mirror.stopProcess();
    spoil(mirror.file);
    const spoilt = readFileSync(mirror.file);
    await mirror.open();
    await mirror.until('it is set aside', () => damagedFiles().length === 1);
    const [aside = ''] = damagedFiles();
    expect(readFileSync(join(dirname(mirror.file), aside)).length).toBeGreaterThanOrEqual(spoilt.length);
    await mirror.untilEqual();
    expectPlanted();
  });

  test('that is no database at all is set aside by a start', async () => {
    await startLive();
    const expectPlanted = await plant();
    await mirror.stopProcess();
    const garbage = Buffer.alloc(20_000, 'garbage');
    writeFileSync(mirror.file, garbage);
    await mirror.open();
    const [aside = ''] = damagedFiles();
    expect(readFileSync(join(dirname(mirror.file), aside)).equals(garbage)).toBe(true);
    await mirror.untilEqual();
    expectPlanted();
  });

  test('is found by the look through it after a kill, in a page that nothing had read', async () => {
    await startLive({ checkStore });
    const expectPlanted = await plant();
    fold(mirror.file);
    spoilBodies(mirror.file);
    await mirror.advance(61_000);
    expect(damagedFiles()).toEqual([]);
    expectPlanted();
    await mirror.kill();
    await mirror.until('it is set aside', () => damagedFiles().length > 0, 1_000);
    await mirror.untilEqual();
    expect(damagedFiles()).toHaveLength(1);
  });

  test('of a process that was killed is looked through at once, one that was closed is not', async () => {
    const looked: string[] = [];
    await startLive({
      checkStore: (file) => {
        looked.push(file);
        return Promise.resolve(undefined);
      },
    });
    await mirror.restart();
    await mirror.untilEqual();
    expect(looked).toEqual([]);
    await mirror.kill();
    expect(looked).toEqual([mirror.file]);
  });

  test('that is damaged again and again is rebuilt each time, and the last two are kept', async () => {
    await startLive({ checkStore });
    for (let round = 0; round < 4; round += 1) {
      fold(mirror.file);
      spoil(mirror.file);
      const before = damagedFiles();
      await mirror.stopProcess();
      await mirror.open();
      await mirror.until('it is set aside', () => damagedFiles().some((name) => !before.includes(name)));
      await mirror.untilEqual();
    }
    expect(damagedFiles()).toHaveLength(2);
    expect(readdirSync(dirname(mirror.file)).filter((name) => name.includes('corrupt')).length).toBeLessThanOrEqual(6);
  });

  test('that is cut short is noticed with the next check; one that is cut again so soon waits a minute', async () => {
    await startLive();
    const expectPlanted = await plant();
    const starts = (): number => mirror.log.filter(({ msg }) => msg === 'mirror starts').length;
    const check = async (): Promise<void> => {
      void mirror.mirror.confirm();
      await mirror.advance(250);
    };
    const cut = async (): Promise<void> => {
      fold(mirror.file);
      await check();
      truncateSync(mirror.file, 10 * pageBytes(mirror.file));
      await check();
    };
    await cut();
    expect(damagedFiles()).toHaveLength(1);
    await mirror.untilEqual();
    await cut();
    await mirror.advance(59_000);
    expect(starts()).toBe(2);
    await mirror.advance(2_000);
    expect(starts()).toBe(3);
    await mirror.untilEqual();
    expectPlanted();
  });
});

describe('a damaged history', () => {
  test('leaves the mirror alone, and the next start sets it aside', async () => {
    await startLive();
    await plant();
    fold(historyFile(mirror.file));
    overwrite(historyFile(mirror.file), [2, 3, 4, 5, 6, 7, 8]);
    make('unheard');
    await mirror.untilEqual();
    await mirror.advance(30_000);
    expect(mirror.log.filter(({ msg }) => msg === 'history cannot be kept')).not.toEqual([]);
    expect(damagedFiles()).toEqual([]);
    expect(mirror.mirror.storeProblem).toBeUndefined();
    expect(mirror.mirror.own.reason).toBe('none');
    make('heard');
    await mirror.untilEqual();
    await mirror.stopProcess();
    writeFileSync(historyFile(mirror.file), Buffer.alloc(20_000, 'garbage'));
    await mirror.open();
    expect(damagedFiles()).toEqual([expect.stringMatching(/^history\.db\.corrupt-/)]);
    await mirror.untilEqual();
  });
});

describe('a damaged store that waits to be begun anew', () => {
  test('is left alone where nobody means its mirror any more', async () => {
    await startLive();
    const folder = mkdtempSync(join(tmpdir(), 'navi-test-'));
    const file = join(folder, 'kubeconfig');
    writeFileSync(file, mirror.simulator.kubeconfig());
    const context = resolveContext(readKubeconfigFiles([file]), undefined);
    await mirror.process.add(context, { kubeconfig: [file], name: context.name });
    expect(mirror.process.mirrors).toHaveLength(1);
    for (const _round of ['at once', 'after a minute']) {
      fold(mirror.file);
      void mirror.mirror.confirm();
      await mirror.advance(250);
      truncateSync(mirror.file, 10 * pageBytes(mirror.file));
      void mirror.mirror.confirm();
      await mirror.advance(500);
    }
    expect(mirror.process.mirrors).toEqual([]);
    writeFileSync(file, 'kind: Config\n');
    await mirror.advance(120_000);
    expect(mirror.process.mirrors).toEqual([]);
    rmSync(folder, { recursive: true });
    await mirror.stopProcess();
    await mirror.open();
  });
});

describe('a store that was taken away', () => {
  const folder = (): string => dirname(mirror.file);

  test.each([
    ['deleted with its folder', () => rmSync(folder(), { recursive: true })],
    ['renamed with its folder', () => renameSync(folder(), `${folder()}-moved`)],
    ['deleted without its log', () => rmSync(mirror.file)],
    ['robbed of its log', () => rmSync(`${mirror.file}-wal`)],
    ['robbed of the index of its log', () => rmSync(`${mirror.file}-shm`)],
    [
      'replaced by an empty file',
      () => {
        rmSync(mirror.file);
        writeFileSync(mirror.file, '', { mode: 0o600 });
      },
    ],
    [
      'replaced by something else',
      () => {
        rmSync(mirror.file);
        writeFileSync(mirror.file, 'this is no database, '.repeat(1_000), { mode: 0o600 });
      },
    ],
  ])('%s is begun anew within a heartbeat', async (_what, take) => {
    await startLive();
    await mirror.advance(10_000);
    take();
    const takenAt = mirror.clock.now();
    await mirror.until('it is noticed', () => mirror.log.some(({ msg }) => msg.startsWith('the store was deleted')));
    expect(mirror.clock.now() - takenAt).toBeLessThan(64_000);
    await mirror.until('it is there', () => existsSync(mirror.file));
    mirror.state.create('configmaps', { metadata: at('after') });
    await mirror.untilEqual();
  });

  test('is opened by one writer, though commands ask for the mirror while it begins anew', async () => {
    await startLive();
    const before = mirror.log.length;
    rmSync(folder(), { recursive: true });
    void mirror.mirror.confirm();
    await mirror.until('it is noticed', () => mirror.log.some(({ msg }) => msg.startsWith('the store was deleted')));
    await Promise.all([mirror.add(), mirror.add(), mirror.add()]);
    await mirror.untilEqual();
    const starts = mirror.log.slice(before).filter(({ msg }) => msg === 'mirror starts');
    expect(starts).toHaveLength(1);
    expect(mirror.rows('select writer_epoch from mirror')).toEqual([{ writer_epoch: 1 }]);
    expect(mirror.process.mirrors).toHaveLength(1);
  });

  test('and cannot be made yet is made as soon as that is possible', async () => {
    await startLive();
    rmSync(folder(), { recursive: true });
    writeFileSync(folder(), 'in the way');
    await mirror.until('it is noticed', () => mirror.log.some(({ msg }) => msg === 'mirror cannot begin anew'));
    await mirror.advance(60_000);
    rmSync(folder());
    await mirror.until('it is there', () => existsSync(mirror.file), 11_000);
    await mirror.untilEqual();
  });
});

describe('a reader that holds one snapshot', () => {
  const kib = 1_024;
  const walLimits = { foldBytes: 512 * kib, rowsBytes: 2_048 * kib, notesBytes: 4_096 * kib };
  const walBytes = (): number => statSync(`${mirror.file}-wal`).size;

  test('has the log stop growing and the mirror say who reads; nothing is lost once it ends', async () => {
    await startLive({ walLimits });
    const reader = new SqliteDatabase(mirror.file, { readonly: true });
    reader.exec('begin');
    const seen = reader.prepare('select count(*) from change').pluck().get();
    const blocked = (): boolean => mirror.saidOfCluster() === 'unhealthy storage';
    for (let round = 0; !blocked(); round += 1) {
      const data = { padding: `${round}`.repeat(40_000) };
      for (let index = 0; index < 10; index += 1) mirror.state.patch('configmaps', at(`c-${index}`), { data });
      await mirror.advance(100);
      expect(round).toBeLessThan(100);
    }
    expect(mirror.rows('select last_error from mirror')).toEqual([
      {
        last_error: expect.stringMatching(/^navi itself has been reading one snapshot of .* while 2 MiB were written/),
      },
    ]);
    mirror.state.delete('configmaps', at('c-11'));
    const [since] = mirror.rows('select health_since from mirror');
    await mirror.advance(180_000);
    expect(mirror.rows('select health_since from mirror'), 'it has been so all the time').toEqual([since]);
    expect(mirror.saidOfCluster()).toBe('unhealthy storage');
    expect(mirror.status('configmaps')).toMatchObject({ mode: 'watching', health: 'unhealthy', reason: 'storage' });
    expect(mirror.said('pods')).toBe('watching healthy none');
    expect(mirror.keys('configmaps')).toContain('default/c-11');
    expect(walBytes()).toBeLessThan(walLimits.notesBytes + 64 * kib);
    expect(reader.prepare('select count(*) from change').pluck().get()).toBe(seen);
    reader.close();
    const mark = mirror.mark();
    await mirror.untilEqual();
    expect(mirror.lists(mark)).toEqual([]);
    await mirror.until('it is well', () => mirror.saidOfCluster() === 'healthy none', 64_000);
    expect(walBytes()).toBeLessThan(walLimits.foldBytes + 512 * kib);
  });
});

describe('66: two writers of one store', () => {
  test('a second daemon is refused and named the first', async () => {
    await startLive();
    await expect(mirror.open()).rejects.toMatchObject({ code: 'NAVI_DAEMON_RUNNING' });
    await mirror.untilEqual();
  });

  test('the older one commits nothing any more, and is told to end', async () => {
    await startLive();
    const newer = await MirrorWriter.open({
      file: mirror.file,
      server: 'http://127.0.0.1:1',
      context: 'newer',
      onProblem: () => undefined,
    });
    const rows = (): unknown => mirror.rows('select * from object order by id');
    const before = rows();
    make('unseen');
    await mirror.until('it is told', () => mirror.takenOver !== undefined, 1_000);
    expect(mirror.takenOver).toMatch(/^another navi has taken over .*mirror\.db$/);
    await mirror.advance(120_000);
    expect(rows()).toEqual(before);
    newer.close();
    // The one that took over has ended as well: whoever comes next goes on.
    await mirror.restart();
  });
});
