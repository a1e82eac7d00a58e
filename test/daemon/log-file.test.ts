import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { LogFile } from '../../src/daemon/log-file.ts';
import { temporaryDirectory } from '../support/temporary-mirror.ts';

let folder: string;
let file: string;

beforeEach(() => {
  folder = temporaryDirectory();
  file = join(folder, 'daemon.log');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const line = (index: number): string => `${String(index).padStart(9, '0')}\n`;

test('begins another file at its bound, keeps two, and loses no line of those', () => {
  const log = new LogFile(file, 100);
  for (let index = 0; index < 45; index += 1) log.write(line(index));
  log.close();
  expect(readdirSync(folder).sort()).toEqual(['daemon.log', 'daemon.log.1', 'daemon.log.2']);
  const texts = ['daemon.log.2', 'daemon.log.1', 'daemon.log'].map((name) => readFileSync(join(folder, name), 'utf8'));
  expect(texts.join('')).toBe(Array.from({ length: 25 }, (_, index) => line(index + 20)).join(''));
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

test('goes on with a file that is there', () => {
  writeFileSync(file, line(0), { mode: 0o600 });
  const log = new LogFile(file, 100);
  log.write(line(1));
  log.close();
  expect(readFileSync(file, 'utf8')).toBe(line(0) + line(1));
});

test('follows no link, and takes no file of others', () => {
  writeFileSync(join(folder, 'other'), '');
  symlinkSync('other', file);
  expect(() => new LogFile(file)).toThrow('is a symbolic link');
  rmSync(file);
  writeFileSync(file, '', { mode: 0o644 });
  expect(() => new LogFile(file)).toThrow('is open to other users');
});

test('loses lines, and not the daemon, where it cannot begin another file', () => {
  const log = new LogFile(file, 20);
  for (const name of ['daemon.log.1', 'daemon.log.2']) mkdirSync(join(folder, name, 'full'), { recursive: true });
  for (let index = 0; index < 5; index += 1) log.write(line(index));
  log.close();
  expect(readFileSync(file, 'utf8')).toBe(line(0) + line(1));
});
