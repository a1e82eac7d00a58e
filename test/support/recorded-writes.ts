import { createReadStream, rmSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { createSeededRandom, type SeededRandom } from './seeded-random.ts';

/** Which file of a store an operation is on. */
export type StorePart = 'database' | 'log';

/** One system call that changed a store, or made it durable. */
export type StoreOperation =
  | { readonly kind: 'write'; readonly part: StorePart; readonly offset: number; readonly bytes: Buffer }
  | { readonly kind: 'truncate'; readonly part: StorePart; readonly size: number }
  | { readonly kind: 'create' | 'remove' | 'sync'; readonly part: StorePart };

/**
 * The command that runs another one under strace, with everything that it does to a store written to `trace`. The tracer is no
 * parent of the program, so that signals reach that.
 */
export function recording(file: string, trace: string): readonly string[] {
  const calls = 'openat,pwrite64,ftruncate,fsync,fdatasync,unlink';
  const paths = ['-P', file, '-P', `${file}-wal`];
  return [
    'strace',
    '-D',
    '-f',
    '-qq',
    '--seccomp-bpf',
    '-y',
    '-xx',
    '-s',
    '10000',
    ...paths,
    '-e',
    `trace=${calls}`,
    '-o',
    trace,
  ];
}

/**
 * The command that runs another one with some of its calls on a store failing: `how` is what strace's `inject` takes, such as
 * `error=ENOSPC:when=10..20`, and counts the calls on each of the two files together.
 */
export function failing(
  file: string,
  { calls, how }: { readonly calls: string; readonly how: string },
): readonly string[] {
  const paths = ['-P', file, '-P', `${file}-wal`];
  const inject = ['-e', `trace=${calls}`, '-e', `inject=${calls}:${how}`];
  return ['strace', '-D', '-f', '-qqq', '--seccomp-bpf', ...paths, ...inject, '-o', '/dev/null'];
}

const hexText = (text: string): Buffer => Buffer.from(text.replaceAll(String.raw`\x`, ''), 'hex');

const call = /^\d+ +(\w+)\((.*)\) += (-?\d+)/;
const handle = /^\d+<([^>]*)>/;
const literal = /"((?:\\x[0-9a-f]{2})*)"(\.{3})?/;

/** Reads what `recording` wrote. @throws where a line tells less than the whole call */
export async function readRecording(file: string, trace: string): Promise<readonly StoreOperation[]> {
  const operations: StoreOperation[] = [];
  for await (const line of createInterface({ input: createReadStream(trace, 'latin1') })) {
    if (/unfinished|resumed/.test(line)) throw new Error(`two threads wrote at once: ${line.slice(0, 100)}`);
    const [, name = '', rest = '', result = ''] = call.exec(line) ?? [];
    if (name === '' || Number(result) < 0) continue;
    const operation = operationOf(file, { name, rest });
    if (operation !== undefined) operations.push(operation);
  }
  return operations;
}

function operationOf(file: string, { name, rest }: { name: string; rest: string }): StoreOperation | undefined {
  const [, quoted = '', isCut] = literal.exec(rest) ?? [];
  const path = name === 'openat' || name === 'unlink' ? hexText(quoted) : hexText(handle.exec(rest)?.[1] ?? '');
  const part = path.toString() === file ? 'database' : path.toString() === `${file}-wal` ? 'log' : undefined;
  if (part === undefined) return undefined;
  const numbers = rest.split(', ').map(Number);
  switch (name) {
    case 'openat':
      return rest.includes('O_CREAT') ? { kind: 'create', part } : undefined;
    case 'unlink':
      return { kind: 'remove', part };
    case 'ftruncate':
      return { kind: 'truncate', part, size: numbers.at(-1) ?? 0 };
    case 'fsync':
    case 'fdatasync':
      return { kind: 'sync', part };
    default: {
      const bytes = hexText(quoted);
      if (isCut !== undefined || bytes.length !== numbers.at(-2))
        throw new Error(`a write is not whole: ${rest.slice(0, 100)}`);
      return { kind: 'write', part, offset: numbers.at(-1) ?? 0, bytes };
    }
  }
}

/** The two files of a store as operations leave them. Its index is not kept: SQLite makes it anew from the log. */
export class ReplayedStore {
  readonly #files: Readonly<Record<StorePart, ReplayedFile>> = {
    database: new ReplayedFile(),
    log: new ReplayedFile(),
  };

  apply(operation: StoreOperation): void {
    this.#files[operation.part].apply(operation);
  }

  /** Writes the files to where `file` is to be. */
  save(file: string): void {
    const files = [
      [file, this.#files.database.bytes],
      [`${file}-wal`, this.#files.log.bytes],
      [`${file}-shm`, undefined],
    ] as const;
    for (const [path, bytes] of files) {
      if (bytes === undefined) rmSync(path, { force: true });
      else writeFileSync(path, bytes, { mode: 0o600 });
    }
  }
}

class ReplayedFile {
  #exists = false;
  #size = 0;
  #content = Buffer.alloc(0);

  /** Undefined for a file that is not there. */
  get bytes(): Buffer | undefined {
    return this.#exists ? this.#content.subarray(0, this.#size) : undefined;
  }

  apply(operation: StoreOperation): void {
    switch (operation.kind) {
      case 'create':
        this.#exists = true;
        return;
      case 'remove':
        this.#exists = false;
        this.#resize(0);
        return;
      case 'truncate':
        this.#resize(operation.size);
        return;
      case 'write':
        this.#resize(Math.max(this.#size, operation.offset + operation.bytes.length));
        operation.bytes.copy(this.#content, operation.offset);
        return;
      case 'sync':
    }
  }

  #resize(size: number): void {
    if (size > this.#content.length) {
      const grown = Buffer.alloc(size * 2);
      this.#content.copy(grown, 0, 0, this.#size);
      this.#content = grown;
    }
    if (size < this.#size) this.#content.fill(0, size, this.#size);
    this.#size = size;
  }
}

/** What of the writes that no sync has covered a power cut leaves: nothing, all, or some of their sectors. */
export type CutKind = 'none' | 'all' | 'sectors' | 'writes';

/** The smallest piece that a disk writes as a whole (bytes). */
const sectorBytes = 512;

/**
 * The store after a power cut behind operation `end` (exclusive). What was written to a file before its last sync is there; of
 * what came later each file has what `kind` says.
 */
export function afterPowerCut(
  operations: readonly StoreOperation[],
  end: number,
  cut: { kind: CutKind; seed: number },
): ReplayedStore {
  const random = createSeededRandom(cut.seed);
  const lastSync = { database: -1, log: -1 };
  for (const [index, { kind, part }] of operations.slice(0, end).entries()) if (kind === 'sync') lastSync[part] = index;
  const store = new ReplayedStore();
  for (const [index, operation] of operations.slice(0, end).entries()) {
    const isSure = index < lastSync[operation.part] || operation.kind === 'create';
    for (const part of isSure ? [operation] : leftOf(operation, cut.kind, random)) store.apply(part);
  }
  return store;
}

/** What a power cut leaves of an operation that no sync has covered. */
function leftOf(operation: StoreOperation, kind: CutKind, random: SeededRandom): readonly StoreOperation[] {
  switch (kind) {
    case 'none':
      return [];
    case 'all':
      return [operation];
    case 'writes':
      return random.next() < 0.5 ? [operation] : [];
    case 'sectors':
      return operation.kind === 'write' ? sectorsOf(operation).filter(() => random.next() < 0.5) : [];
  }
}

function sectorsOf({ part, offset, bytes }: Extract<StoreOperation, { kind: 'write' }>): readonly StoreOperation[] {
  const sectors: StoreOperation[] = [];
  for (let start = 0; start < bytes.length;) {
    const next = Math.min(bytes.length, start + sectorBytes - ((offset + start) % sectorBytes));
    sectors.push({ kind: 'write', part, offset: offset + start, bytes: bytes.subarray(start, next) });
    start = next;
  }
  return sectors;
}
