import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { NaviError } from '../../src/errors/navi-error.ts';
import { lockDatabase, lockHolder } from '../../src/store/lock-database.ts';
import { temporaryDirectory } from '../support/temporary-mirror.ts';

const module = new URL('../../src/store/lock-database.ts', import.meta.url).href;

/** Takes the lock, says how that went in one line of JSON, and stays until its standard input ends. */
const program = `
  const { lockDatabase } = await import(${JSON.stringify(module)});
  const result = lockDatabase(process.argv[1], { pid: process.pid, startedAtMs: 1234 });
  console.log(JSON.stringify('release' in result ? { held: true } : result));
  for await (const chunk of process.stdin);
`;

interface Contender {
  readonly process: ChildProcess;
  readonly said: unknown;
}

let directory: string;
let file: string;
const children: ChildProcess[] = [];

beforeEach(() => {
  directory = temporaryDirectory();
  file = join(directory, 'lock.db');
});

afterEach(async () => {
  for (const child of children.splice(0)) await kill(child);
  rmSync(directory, { recursive: true, force: true });
});

async function contend(): Promise<Contender> {
  const child = spawn(process.execPath, ['--input-type=module', '-e', program, file], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  children.push(child);
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
  return { process: child, said: JSON.parse(line) };
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}

function take(): ReturnType<typeof lockDatabase> {
  return lockDatabase(file, { pid: process.pid, startedAtMs: 99 });
}

/** Has the lock as who looks whether it is held, for far longer than that takes. */
const looker = `
  const { parentPort, workerData } = require('node:worker_threads');
  const database = new (require('better-sqlite3'))(workerData, { timeout: 0 });
  database.exec('begin immediate');
  parentPort.postMessage('looks');
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
  database.exec('rollback');
  database.close();
`;

describe('the lock', () => {
  test('is taken by who comes while another one only looks', async () => {
    const first = take();
    if ('release' in first) first.release();
    const worker = new Worker(looker, { eval: true, workerData: file });
    const ended = once(worker, 'exit');
    await once(worker, 'message');
    const held = take();
    expect(held).toHaveProperty('release');
    if ('release' in held) held.release();
    await ended;
  });

  test('is held by one process, and the second is told who that is', async () => {
    const first = await contend();
    expect(first.said).toEqual({ held: true });
    const second = await contend();
    expect(second.said).toEqual({ holder: { pid: first.process.pid, startedAtMs: 1234 } });
    expect(lockHolder(file)).toEqual({ pid: first.process.pid, startedAtMs: 1234 });
  });

  test('is free again when its holder was killed', async () => {
    const first = await contend();
    await kill(first.process);
    expect(lockHolder(file)).toBeUndefined();
    const second = await contend();
    expect(second.said).toEqual({ held: true });
    expect(lockHolder(file)?.pid).toBe(second.process.pid);
  });

  test('goes to exactly one of several that start at the same moment', async () => {
    const all = await Promise.all([contend(), contend(), contend(), contend()]);
    const winners = all.filter(({ said }) => typeof said === 'object' && said !== null && 'held' in said);
    expect(winners.length).toBeLessThanOrEqual(1);
    if (winners[0] !== undefined) expect(lockHolder(file)?.pid).toBe(winners[0].process.pid);
    for (const { process: child } of all) await kill(child);
    expect('release' in take()).toBe(true);
  });

  test('is held within one process too, until it is released', () => {
    const first = take();
    if (!('release' in first)) throw new Error('the lock was not free');
    expect(take()).toEqual({ holder: { pid: process.pid, startedAtMs: 99 } });
    first.release();
    const again = take();
    expect('release' in again).toBe(true);
    if ('release' in again) again.release();
  });

  test('survives readers who ask for its holder', () => {
    const held = take();
    for (let round = 0; round < 3; round += 1) expect(lockHolder(file)?.pid).toBe(process.pid);
    if ('release' in held) held.release();
    expect(lockHolder(file)).toBeUndefined();
  });

  test('has no holder where nobody ever took it, not even the folder being there', () => {
    expect(lockHolder(file)).toBeUndefined();
    expect(existsSync(file)).toBe(false);
    expect(lockHolder(join(directory, 'no', 'such', 'lock.db'))).toBeUndefined();
  });

  test('is a file of mode 0600, and refused where others can open it', () => {
    const held = take();
    expect((statSync(file).mode & 0o777).toString(8)).toBe('600');
    if ('release' in held) held.release();
    chmodSync(file, 0o644);
    expect(take).toThrow(NaviError);
    expect(take).toThrow(/open to other users/);
  });
});
