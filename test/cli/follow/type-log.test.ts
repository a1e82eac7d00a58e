import { copyFileSync, renameSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { presentPosition, TypeLog } from '../../../src/cli/follow/type-log.ts';
import { readTypes } from '../../../src/query/mirror-type.ts';
import type { MirrorReader } from '../../../src/store/open-reader.ts';
import { openedReader } from '../../support/opened-reader.ts';
import { sampleSource, temporaryMirror, type TemporaryMirror } from '../../support/temporary-mirror.ts';

let mirror: TemporaryMirror;
let reader: MirrorReader;
let log: TypeLog;

beforeEach(async () => {
  mirror = await temporaryMirror();
  reader = openedReader(mirror.file);
  const [type] = readTypes(reader);
  if (type === undefined) throw new Error('there is no type');
  log = new TypeLog(reader, type, undefined, presentPosition(reader));
});

afterEach(() => {
  reader.close();
  mirror.close();
});

function put(...keys: readonly string[]): void {
  mirror.writer.commit(() => {
    for (const key of keys) mirror.writer.objects.put(mirror.target(), sampleSource(key), 1_000);
  });
}

const every = (): boolean => true;

function next(isWanted: (key: string) => boolean = every): readonly string[] {
  const { changes, isCaughtUp } = log.next(isWanted);
  return [...changes.map(({ key, operation }) => `${operation} ${key}`), ...(isCaughtUp ? [] : ['more'])];
}

test('what the log gains of wanted keys is told once, in order', () => {
  expect(next()).toEqual([]);
  put('a/one', 'b/two');
  put('a/three');
  expect(next((key) => key.startsWith('a/'))).toEqual(['added a/one', 'added a/three']);
  expect(next()).toEqual([]);
});

test('a long log is told in pieces', () => {
  put(...Array.from({ length: 2_001 }, (_, index) => `a/${index}`));
  expect(next((key) => key === 'a/0' || key === 'a/2000')).toEqual(['added a/0', 'more']);
  expect(next((key) => key === 'a/0' || key === 'a/2000')).toEqual(['added a/2000']);
});

test('what was tidied away before it was told is an error, what was told before is none', () => {
  put('a/one');
  expect(next()).toEqual(['added a/one']);
  mirror.writer.tidy(Date.now());
  expect(mirror.rows('select forgotten_seq from mirror')).toEqual([{ forgotten_seq: 1 }]);
  expect(next()).toEqual([]);
  put('a/two');
  mirror.writer.tidy(Date.now());
  put('a/three');
  expect(() => next()).toThrow('changes were missed');
});

test('the type is told as it is now: its health, how old its rows are, and that it is gone', () => {
  log.refresh();
  expect(log.type.scope).toMatchObject({ phase: 'synced', asOfMs: 1_000 });
  mirror.writer.commit(() => mirror.writer.scopes.saveAsOf(mirror.scopeId, 7_000));
  log.refresh();
  expect(log.type.scope).toMatchObject({ asOfMs: 7_000 });
  mirror.writer.commit(() => mirror.writer.scopes.deny(mirror.scopeId, 'pods is forbidden', 8_000));
  log.refresh();
  expect(log.type.scope).toMatchObject({ phase: 'denied', refusal: 'pods is forbidden' });
  expect(log.isGone).toBe(false);
  mirror.writer.commit(() => mirror.writer.types.markAbsent(mirror.typeId, 9_000));
  log.refresh();
  expect(log.isGone).toBe(true);
  expect(log.type.resource).toBe('pods');
});

test('another file in the place of the mirror is another history', () => {
  copyFileSync(mirror.file, `${mirror.file}.copy`);
  renameSync(`${mirror.file}.copy`, mirror.file);
  expect(() => log.refresh()).toThrow('changes were missed');
});
