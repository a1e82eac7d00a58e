import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { statSync } from 'node:fs';
import { createRequire } from 'node:module';
import SqliteDatabase from 'better-sqlite3';
import { afterEach, describe, expect, test } from 'vitest';
import { MirrorWriter } from '../../src/store/mirror-writer.ts';
import { walLimits, type WalLimits } from '../../src/store/wal-bound.ts';
import { walReaders } from '../../src/store/wal-readers.ts';
import { sampleSource, temporaryMirror, type TemporaryMirror } from '../support/temporary-mirror.ts';

const cleanUps: (() => void)[] = [];

afterEach(() => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) cleanUp();
});

const kib = 1024;
const small: WalLimits = { foldBytes: 256 * kib, rowsBytes: 1024 * kib, notesBytes: 1280 * kib };

interface Opened {
  readonly mirror: TemporaryMirror;
  readonly writer: MirrorWriter;
  readonly problems: (string | undefined)[];
}

async function opened(limits: WalLimits = small): Promise<Opened> {
  const mirror = await temporaryMirror();
  const problems: (string | undefined)[] = [];
  const writer = await MirrorWriter.open({
    file: mirror.file,
    server: 'http://127.0.0.1:1',
    context: 'test',
    walLimits: limits,
    onProblem: (problem) => problems.push(problem?.message),
  });
  cleanUps.push(() => {
    writer.close();
    mirror.close();
  });
  return { mirror, writer, problems };
}

const walBytes = ({ file }: TemporaryMirror): number => statSync(`${file}-wal`).size;

let version = 1_000;

/** One commit of some 100 KiB. */
function change({ mirror, writer }: Opened): void {
  version += 1;
  const source = sampleSource('x', { resourceVersion: String(version), body: JSON.stringify('x'.repeat(100 * kib)) });
  writer.commit(() => writer.objects.put(mirror.target(), source, version));
}

/** Commits until one is refused; the message. */
function fill(store: Opened, most = 1_000): string {
  for (let count = 0; count < most; count += 1) {
    try {
      change(store);
    } catch (error) {
      return (error as Error).message;
    }
  }
  return 'none was refused';
}

/** Another process that holds a snapshot until it is ended. */
async function foreignReader(file: string): Promise<ChildProcess> {
  const driver = createRequire(import.meta.url).resolve('better-sqlite3');
  const code = `const d = new (require(${JSON.stringify(driver)}))(${JSON.stringify(file)}, { readonly: true });
    d.exec('begin'); d.prepare('select count(*) from object').get(); console.log('reads'); setInterval(() => {}, 1e6);`;
  const child = spawn(process.execPath, ['-e', code], { stdio: ['ignore', 'pipe', 'inherit'] });
  cleanUps.push(() => child.kill('SIGKILL'));
  await once(child.stdout, 'data');
  return child;
}

describe('the write-ahead log', () => {
  test('stays short where nobody reads for long', async () => {
    const store = await opened();
    expect(fill(store, 60)).toBe('none was refused');
    expect(walBytes(store.mirror)).toBeLessThan(small.foldBytes + 512 * kib);
  });

  test('of a store that somebody reads for long stops growing, names the reader, and is folded when it ends', async () => {
    const store = await opened();
    const reader = await foreignReader(store.mirror.file);
    expect(walReaders(store.mirror.file)).toEqual([{ pid: reader.pid, program: 'node' }]);
    const refused = fill(store);
    expect(refused).toMatch(
      new RegExp(`^process ${reader.pid} \\(node\\) has been reading one snapshot of .*mirror\\.db while 1 MiB were`),
    );
    const before = walBytes(store.mirror);
    for (let count = 0; count < 20; count += 1) expect(fill(store, 1)).toBe(refused);
    expect(walBytes(store.mirror)).toBe(before);
    expect(before).toBeLessThan(small.notesBytes);
    expect(store.problems).toEqual([refused]);
    reader.kill('SIGKILL');
    await once(reader, 'exit');
    change(store);
    expect(walBytes(store.mirror)).toBeLessThan(512 * kib);
    expect(store.problems).toEqual([refused, undefined]);
    expect(walReaders(store.mirror.file)).toEqual([]);
  });

  test('takes what tells of health a while longer, and nothing in the end', async () => {
    const store = await opened();
    const { writer, problems } = store;
    await foreignReader(store.mirror.file);
    const refused = fill(store);
    const note = (text: string): void =>
      writer.commit(() => writer.saveHealth('unhealthy', 'storage', text, version), 'notes');
    note(refused);
    expect(store.mirror.rows('select reason, last_error from mirror')).toEqual([
      { reason: 'storage', last_error: refused },
    ]);
    expect(writer.problem?.message).toBe(refused);
    expect(() => {
      for (let count = 0; count < 1_000; count += 1) note(`${count}`);
    }).toThrow(/nothing more is written/);
    expect(walBytes(store.mirror)).toBeLessThan(small.notesBytes + 64 * kib);
    expect(problems).toEqual([refused]);
  });

  test('is not held up by many short reads', async () => {
    // What is written while four of them overlap has to fit twice.
    const limits = { ...small, rowsBytes: 2 * small.rowsBytes, notesBytes: 2 * small.notesBytes };
    const store = await opened(limits);
    const readers = Array.from({ length: 4 }, () => new SqliteDatabase(store.mirror.file, { readonly: true }));
    cleanUps.push(() => {
      for (const reader of readers) reader.close();
    });
    // At any time some of them hold a snapshot.
    for (let round = 0; round < 100; round += 1) {
      const reader = readers[round % readers.length];
      if (reader?.inTransaction === true) reader.exec('commit');
      reader?.exec('begin');
      reader?.prepare('select count(*) from object').get();
      change(store);
    }
    expect(store.problems).toEqual([]);
    expect(walBytes(store.mirror)).toBeLessThan(limits.rowsBytes);
  });

  test('is at most 256 MiB by the bounds that hold outside of tests', () => {
    expect(walLimits.notesBytes + 16 * 1024 * kib).toBeLessThanOrEqual(256 * 1024 * kib);
    expect(walLimits.foldBytes).toBeLessThan(walLimits.rowsBytes);
  });
});
