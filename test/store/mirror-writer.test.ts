import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import { afterEach, describe, expect, test } from 'vitest';
import { NaviError } from '../../src/errors/navi-error.ts';
import { MirrorWriter } from '../../src/store/mirror-writer.ts';
import { openReader } from '../../src/store/open-reader.ts';
import {
  sampleSource,
  temporaryDirectory,
  temporaryMirror,
  type TemporaryMirror,
} from '../support/temporary-mirror.ts';

const cleanUps: (() => void)[] = [];

afterEach(() => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) cleanUp();
});

async function mirrored(directory?: string): Promise<TemporaryMirror> {
  const mirror = await temporaryMirror(true, directory);
  cleanUps.push(() => mirror.close());
  return mirror;
}

function folder(): string {
  const directory = temporaryDirectory();
  cleanUps.push(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

const about = { server: 'http://127.0.0.1:1', context: 'test' };
const open = (file: string): Promise<MirrorWriter> => MirrorWriter.open({ file, ...about, onProblem: () => undefined });

/** The code of the NaviError that `work` throws. */
async function codeOf(work: () => unknown): Promise<string> {
  try {
    await work();
  } catch (error) {
    if (error instanceof NaviError) return error.code;
    throw error;
  }
  return 'nothing was thrown';
}

const mode = (path: string): string => (statSync(path).mode & 0o777).toString(8);

describe('commit', () => {
  test('leaves rows, tombstones, change log and resume point as they were when it throws in the middle', async () => {
    const mirror = await mirrored();
    const { writer, scopeId, typeId } = mirror;
    writer.commit(() => writer.objects.put(mirror.target(), sampleSource('x', { resourceVersion: '101' }), 1));
    const everything = (): unknown =>
      ['object', 'body', 'term', 'tombstone', 'change', 'scope'].map((table) => mirror.rows(`select * from ${table}`));
    const before = everything();
    expect(() =>
      writer.commit(() => {
        const row = writer.objects.find(typeId, 'x');
        if (row === undefined) throw new Error('not stored');
        writer.objects.delete(mirror.target(), row, { cause: 'event', nowMs: 2, resourceVersion: '102' });
        const terms = [{ kind: 'label', text: 'app=new' }];
        writer.objects.put(mirror.target(), sampleSource('y', { resourceVersion: '103', terms }), 2);
        writer.scopes.saveResumePoint(scopeId, '103', 'event');
        throw new Error('power cut');
      }),
    ).toThrow('power cut');
    expect(everything()).toEqual(before);
  });

  test('can be made again after one that failed, with the same new terms', async () => {
    const mirror = await mirrored();
    const { writer } = mirror;
    const work = (): void => {
      const terms = [{ kind: 'label', text: 'app=new' }];
      writer.objects.put(mirror.target(), sampleSource('y', { terms }), 2);
    };
    expect(() =>
      writer.commit(() => {
        work();
        throw new Error('no');
      }),
    ).toThrow('no');
    writer.commit(work);
    const found = 'select text from object_term join term on term.id = term_id join object on object.id = object_id';
    expect(mirror.rows(found)).toEqual([{ text: 'app=new' }]);
  });

  test('passes on what it returns and lets other handles see it at once', async () => {
    const mirror = await mirrored();
    const { writer, scopeId } = mirror;
    expect(
      writer.commit(() => {
        writer.scopes.saveResumePoint(scopeId, '777', 'bookmark');
        return 'done';
      }),
    ).toBe('done');
    expect(mirror.rows('select resource_version, resource_version_kind from scope')).toEqual([
      { resource_version: '777', resource_version_kind: 'bookmark' },
    ]);
  });

  test('fails once a newer writer has opened the file, and changes nothing', async () => {
    const mirror = await mirrored();
    const second = await open(mirror.file);
    cleanUps.push(() => second.close());
    const { writer, scopeId } = mirror;
    expect(() => writer.commit(() => writer.scopes.saveResumePoint(scopeId, '555', 'event'))).toThrow(
      /another navi has taken over/,
    );
    expect(await codeOf(() => writer.commit(() => undefined))).toBe('NAVI_DAEMON_RUNNING');
    expect(mirror.rows('select resource_version from scope')).toEqual([{ resource_version: '100' }]);
    second.commit(() => second.scopes.saveResumePoint(scopeId, '556', 'event'));
    expect(mirror.rows('select resource_version from scope')).toEqual([{ resource_version: '556' }]);
  });

  test('by a third writer fences the second off too', async () => {
    const mirror = await mirrored();
    const second = await open(mirror.file);
    const third = await open(mirror.file);
    cleanUps.push(
      () => second.close(),
      () => third.close(),
    );
    expect(await codeOf(() => second.commit(() => undefined))).toBe('NAVI_DAEMON_RUNNING');
    expect(await codeOf(() => third.commit(() => undefined))).toBe('nothing was thrown');
  });
});

describe('a file that cannot be used', () => {
  test('of a newer navi is refused by writer and reader, and not touched', async () => {
    const mirror = await mirrored();
    mirror.writer.close();
    const database = new SqliteDatabase(mirror.file);
    database.pragma('user_version = 99');
    database.close();
    const before = readFileSync(mirror.file);
    expect(await codeOf(() => open(mirror.file))).toBe('NAVI_STORE_NEWER');
    expect(await codeOf(() => openReader(mirror.file))).toBe('NAVI_STORE_NEWER');
    expect(readFileSync(mirror.file).equals(before)).toBe(true);
  });

  test('of garbage is called damaged by writer and reader, and not touched', async () => {
    const directory = folder();
    const file = join(directory, 'mirror.db');
    writeFileSync(file, 'this is no database, '.repeat(1_000), { mode: 0o600 });
    const before = readFileSync(file);
    expect(await codeOf(() => open(file))).toBe('NAVI_STORE_CORRUPT');
    expect(await codeOf(() => openReader(file))).toBe('NAVI_STORE_CORRUPT');
    expect(readFileSync(file).equals(before)).toBe(true);
    expect(existsSync(`${file}-wal`)).toBe(false);
  });

  test('is a folder', async () => {
    const directory = folder();
    mkdirSync(join(directory, 'mirror.db'), { mode: 0o700 });
    expect(await codeOf(() => open(join(directory, 'mirror.db')))).toBe('NAVI_STORE_UNUSABLE');
  });

  test('lies under a file', async () => {
    const directory = folder();
    writeFileSync(join(directory, 'plain'), '', { mode: 0o600 });
    expect(await codeOf(() => open(join(directory, 'plain', 'mirror.db')))).toBe('NAVI_STORE_UNUSABLE');
  });

  test('has a table page overwritten', async () => {
    const mirror = await mirrored();
    const { writer } = mirror;
    for (let index = 0; index < 200; index += 1) {
      writer.commit(() => writer.objects.put(mirror.target(), sampleSource(`n/${index}`), 1));
    }
    writer.close();
    const bytes = readFileSync(mirror.file);
    bytes.fill(0xa5, 4_096);
    writeFileSync(mirror.file, bytes);
    expect(await codeOf(() => open(mirror.file))).toBe('NAVI_STORE_CORRUPT');
  });

  test('without tables is no mirror yet', () => {
    const file = join(folder(), 'mirror.db');
    expect(openReader(file)).toBeUndefined();
    writeFileSync(file, '', { mode: 0o600 });
    expect(openReader(file)).toBeUndefined();
  });
});

describe('access', () => {
  test('is the own user only: folders 0700, database, WAL and index 0600, whatever the umask', async () => {
    const umask = process.umask(0);
    cleanUps.push(() => process.umask(umask));
    const mirror = await mirrored();
    for (const path of [dirname(mirror.file), dirname(dirname(mirror.file))]) expect(mode(path)).toBe('700');
    for (const suffix of ['', '-wal', '-shm']) expect(mode(mirror.file + suffix), suffix).toBe('600');
  });

  test.each(['0640', '0604', '0660', '0644'])(
    'is refused for a file of mode %s, with the command that mends it',
    async (bits) => {
      const mirror = await mirrored();
      mirror.writer.close();
      chmodSync(mirror.file, Number.parseInt(bits, 8));
      expect(await codeOf(() => open(mirror.file))).toBe('NAVI_STORE_EXPOSED');
      expect(await codeOf(() => openReader(mirror.file))).toBe('NAVI_STORE_EXPOSED');
      await expect(open(mirror.file)).rejects.toMatchObject({ hints: [`chmod 600 ${mirror.file}`] });
    },
  );

  test('is refused for a folder that others can enter', async () => {
    const mirror = await mirrored();
    mirror.writer.close();
    chmodSync(dirname(mirror.file), 0o750);
    expect(await codeOf(() => open(mirror.file))).toBe('NAVI_STORE_EXPOSED');
    expect(await codeOf(() => openReader(mirror.file))).toBe('NAVI_STORE_EXPOSED');
  });

  test('is refused through a symbolic link, be it the file or its folder', async () => {
    const mirror = await mirrored();
    mirror.writer.close();
    const directory = folder();
    symlinkSync(mirror.file, join(directory, 'mirror.db'));
    symlinkSync(dirname(mirror.file), join(directory, 'linked'));
    expect(await codeOf(() => open(join(directory, 'mirror.db')))).toBe('NAVI_STORE_EXPOSED');
    expect(await codeOf(() => openReader(join(directory, 'mirror.db')))).toBe('NAVI_STORE_EXPOSED');
    expect(await codeOf(() => open(join(directory, 'linked', 'mirror.db')))).toBe('NAVI_STORE_EXPOSED');
  });

  test.runIf(process.getuid?.() === 0)('is refused for a file of another user', async () => {
    const mirror = await mirrored();
    mirror.writer.close();
    execFileSync('chown', ['12345', mirror.file]);
    expect(await codeOf(() => open(mirror.file))).toBe('NAVI_STORE_EXPOSED');
    expect(await codeOf(() => openReader(mirror.file))).toBe('NAVI_STORE_EXPOSED');
  });
});

/** A file system of 1.5 MiB, or undefined where this user may not mount one. */
function tinyDisk(): string | undefined {
  const directory = temporaryDirectory();
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1536k,mode=0700', 'tmpfs', directory], { stdio: 'ignore' });
    return directory;
  } catch {
    rmSync(directory, { recursive: true });
    return undefined;
  }
}

describe('a full disk', () => {
  test('fails the commit as a whole, and the next one works once there is room', async ({ skip }) => {
    const directory = tinyDisk();
    if (directory === undefined) return skip('no file system can be mounted here');
    cleanUps.push(() => {
      execFileSync('umount', [directory]);
      rmSync(directory, { recursive: true });
    });
    const mirror = await temporaryMirror(true, join(directory, 'data'));
    const { writer, scopeId } = mirror;
    cleanUps.push(() => writer.close());
    writer.commit(() => writer.objects.put(mirror.target(), sampleSource('kept'), 1));
    writeFileSync(join(directory, 'ballast'), Buffer.alloc(600_000));
    const fill = (): void => {
      const terms = [{ kind: 'label', text: 'app=big' }];
      for (let index = 0; index < 40; index += 1) {
        const body = JSON.stringify(`${index}`.repeat(20_000));
        writer.objects.put(mirror.target(), sampleSource(`big/${index}`, { body, terms }), 2);
      }
      writer.scopes.saveResumePoint(scopeId, '999', 'event');
    };
    expect(await codeOf(() => writer.commit(fill))).toBe('NAVI_DISK_FULL');
    expect(await codeOf(() => writer.commit(fill))).toBe('NAVI_DISK_FULL');
    const state = (): unknown => [
      mirror.rows('select key from object'),
      mirror.rows('select resource_version from scope'),
      mirror.rows('select seq from change'),
    ];
    expect(state()).toEqual([[{ key: 'kept' }], [{ resource_version: '100' }], [{ seq: 1 }]]);
    rmSync(join(directory, 'ballast'));
    const small = [{ kind: 'label', text: 'app=big' }];
    writer.commit(() => writer.objects.put(mirror.target(), sampleSource('small', { terms: small }), 3));
    expect(
      mirror.rows(
        'select key, text from object_term join object on object.id = object_id join term on term.id = term_id',
      ),
    ).toEqual([{ key: 'small', text: 'app=big' }]);
  });
});

describe('tidy', () => {
  const day = 24 * 3_600_000;

  test('drops tombstones and changes after seven days, and keeps younger ones', async () => {
    const mirror = await mirrored();
    const { writer } = mirror;
    for (const [key, atMs] of [
      ['old', day],
      ['young', 6 * day],
    ] as const) {
      writer.commit(() => writer.objects.put(mirror.target(), sampleSource(key), atMs));
      writer.commit(() => {
        const row = writer.objects.find(mirror.typeId, key);
        if (row === undefined) throw new Error('not stored');
        writer.objects.delete(mirror.target(), row, { cause: 'event', nowMs: atMs, resourceVersion: '9' });
      });
    }
    writer.tidy(8 * day + 1);
    expect(mirror.rows('select key from tombstone')).toEqual([{ key: 'young' }]);
    expect(mirror.rows('select distinct key from change')).toEqual([{ key: 'young' }]);
    expect(mirror.rows('select forgotten_seq from mirror')).toEqual([{ forgotten_seq: 2 }]);
    writer.tidy(8 * day + 2);
    expect(mirror.rows('select forgotten_seq from mirror')).toEqual([{ forgotten_seq: 2 }]);
  });

  test('takes 5,000 changes a step, the oldest first, and says when there are more', async () => {
    const mirror = await mirrored();
    const { writer } = mirror;
    writer.commit(() => {
      for (let index = 0; index < 5_001; index += 1) {
        writer.objects.put(mirror.target(), sampleSource('x', { resourceVersion: `${index + 1}` }), 1);
      }
    });
    expect(writer.tidy(30 * day)).toBe(true);
    expect(mirror.rows('select seq from change')).toEqual([{ seq: 5_001 }]);
    expect(mirror.rows('select forgotten_seq from mirror')).toEqual([{ forgotten_seq: 5_000 }]);
    expect(writer.tidy(30 * day)).toBe(false);
    expect(mirror.rows('select seq from change')).toEqual([]);
  });

  test('never gives a sequence number of the change log again', async () => {
    const mirror = await mirrored();
    const { writer } = mirror;
    writer.commit(() => writer.objects.put(mirror.target(), sampleSource('x', { resourceVersion: '1' }), 1));
    writer.tidy(30 * day);
    expect(mirror.rows('select seq from change')).toEqual([]);
    writer.commit(() => writer.objects.put(mirror.target(), sampleSource('x', { resourceVersion: '2' }), 30 * day));
    expect(mirror.rows('select seq from change')).toEqual([{ seq: 2 }]);
  });

  test('forgets terms that no object has, and lets them come back', async () => {
    const mirror = await mirrored();
    const { writer } = mirror;
    const terms = [{ kind: 'label', text: 'app=passing' }];
    writer.commit(() => writer.objects.put(mirror.target(), sampleSource('x', { resourceVersion: '1', terms }), 1));
    writer.commit(() => writer.objects.put(mirror.target(), sampleSource('x', { resourceVersion: '2' }), 1));
    writer.tidy(2);
    expect(mirror.rows('select text from term')).toEqual([]);
    expect(mirror.rows(`select rowid from term_text where term_text match '"pas"'`)).toEqual([]);
    writer.commit(() => writer.objects.put(mirror.target(), sampleSource('x', { resourceVersion: '3', terms }), 1));
    expect(
      mirror.rows(`select key from term_text join object_term on term_id = term_text.rowid join object on object.id = object_id
        where term_text match '"pas"'`),
    ).toEqual([{ key: 'x' }]);
  });
});
