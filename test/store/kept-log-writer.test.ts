import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { historyFile } from '../../src/store/data-directory.ts';
import { HistoryWriter } from '../../src/store/history-writer.ts';
import { HistoryReader } from '../../src/store/history-reader.ts';
import { KeptLogReader } from '../../src/store/kept-log-reader.ts';
import type { SeenPod, SeenRun } from '../../src/store/kept-log-writer.ts';
import { packBytes } from '../../src/store/state-blob.ts';
import { openedReader } from '../support/opened-reader.ts';
import { sampleSource, temporaryMirror, type TemporaryMirror } from '../support/temporary-mirror.ts';

const day = 86_400_000;
const mebibyte = 1024 ** 2;
const bounds = { ageMs: day, bytes: mebibyte };

let mirror: TemporaryMirror;
let history: HistoryWriter;

beforeEach(async () => {
  mirror = await temporaryMirror();
  history = await HistoryWriter.open(historyFile(mirror.file), { ageMs: day, bytes: 1024 * mebibyte });
});

afterEach(() => {
  history.close();
  mirror.close();
});

const podOf = (name: string, namespace = 'shop', uid = `uid-${name}`): SeenPod => ({
  namespace,
  name,
  uid,
  names: JSON.stringify({ metadata: { name, uid } }),
});

const run = (runId: string, more: Partial<SeenRun> = {}): SeenRun => ({
  container: 'app',
  runId,
  isCurrent: true,
  isPrevious: false,
  why: 'crashed',
  exitCode: 1,
  reason: 'Error',
  finishedAtMs: null,
  ...more,
});

const times = (nowMs: number) => ({ nowMs, oldestMs: nowMs - day });

/** Bytes that do not pack. */
function noise(length: number, seed = 1): Buffer {
  const bytes = Buffer.alloc(length);
  let state = seed;
  for (let at = 0; at < length; at += 1) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    bytes[at] = state >>> 24;
  }
  return bytes;
}

/** Keeps all that is wanted. */
function keepWanted(text: Buffer, nowMs: number): void {
  for (const wanted of history.logs.wanted(100))
    history.logs.keep(wanted, { packed: packBytes(text), lineCount: 1, byteCount: text.length, isCut: false }, nowMs);
}

function read<T>(work: (kept: KeptLogReader) => T): T {
  const kept = KeptLogReader.open(mirror);
  if (kept === undefined) throw new Error('there are no kept logs');
  try {
    return work(kept);
  } finally {
    kept.close();
  }
}

const keptRuns = (pod: string): readonly number[] =>
  read((kept) => kept.logs('shop', pod).map(({ endedAtMs }) => endedAtMs));

test('a run is wanted once, and what becomes of its place is noted', () => {
  expect(history.logs.see(podOf('a'), [run('one')], times(1_000))).toBe(true);
  expect(history.logs.see(podOf('a'), [run('one')], times(2_000))).toBe(false);
  keepWanted(Buffer.from('x'), 2_500);
  expect(history.logs.see(podOf('a'), [run('one')], times(3_000))).toBe(false);
  expect(history.logs.wanted(10)).toEqual([]);
  const moved = [run('two'), run('one', { isCurrent: false, isPrevious: true })];
  expect(history.logs.see(podOf('a'), moved, times(4_000))).toBe(true);
  keepWanted(Buffer.from('y'), 4_500);
  const places = (): readonly unknown[] =>
    read((kept) =>
      kept.logs('shop', 'a').map(({ isCurrent, isPrevious, endedAtMs }) => [endedAtMs, isCurrent, isPrevious]),
    );
  expect(places()).toEqual([
    [4_000, true, false],
    [1_000, false, true],
  ]);
  // What ended as it should takes a place too.
  history.logs.see(
    podOf('a'),
    [run('three', { why: undefined }), run('two', { isCurrent: false, isPrevious: true })],
    times(5_000),
  );
  expect(places()).toEqual([
    [4_000, false, true],
    [1_000, false, false],
  ]);
});

test('a run that ended too long ago is not wanted, nor one without a reason', () => {
  expect(
    history.logs.see(
      podOf('a'),
      [run('old', { finishedAtMs: 1_000 }), run('fine', { why: undefined })],
      times(2 * day),
    ),
  ).toBe(false);
  expect(history.logs.wanted(10)).toEqual([]);
});

test('what fails is tried again when its time has come, until it is given up', () => {
  history.logs.see(podOf('a'), [run('one'), run('two')], times(1_000));
  const [first, second] = history.logs.wanted(2);
  history.logs.fail({ id: first?.id ?? 0 }, 'refused', 9_000);
  expect(history.logs.wanted(2).map(({ id, attempts, nextAtMs }) => [id, attempts, nextAtMs])).toEqual([
    [second?.id, 0, 1_000],
    [first?.id, 1, 9_000],
  ]);
  history.logs.fail({ id: first?.id ?? 0 }, 'the pod was gone', undefined);
  expect(history.logs.wanted(2).map(({ id }) => id)).toEqual([second?.id]);
  expect(read((kept) => kept.counts())).toEqual({
    keptCount: 0,
    storedBytes: 0,
    wantedCount: 1,
    lostCount: 1,
    lastFailure: 'the pod was gone',
  });
});

test('what was used longest ago makes room first, and is not wanted again', () => {
  const text = noise(300_000);
  for (let index = 0; index < 4; index += 1) {
    history.logs.see(podOf(`p${index}`), [run('r', { finishedAtMs: 1_000 + index })], times(2_000));
    keepWanted(text, 2_000 + index);
    if (index === 1)
      history.logs.use(
        read((kept) => kept.logs('shop', 'p0').map(({ id }) => id)),
        5_000,
      );
  }
  expect(history.logs.storedBytes()).toBeGreaterThan(mebibyte);
  history.logs.tidy(bounds, 6_000);
  expect([0, 1, 2, 3].map((index) => keptRuns(`p${index}`).length)).toEqual([1, 0, 1, 1]);
  expect(history.logs.storedBytes()).toBeLessThanOrEqual(mebibyte);
  expect(history.logs.see(podOf('p1'), [run('r', { finishedAtMs: 1_001 })], times(6_000))).toBe(false);
});

test('one container keeps its last five runs', () => {
  for (let index = 0; index < 8; index += 1) {
    history.logs.see(podOf('loop'), [run(`r${index}`, { finishedAtMs: 1_000 + index })], times(2_000));
    keepWanted(Buffer.from('x'), 2_000);
  }
  expect(keptRuns('loop')).toEqual([1_007, 1_006, 1_005, 1_004, 1_003]);
});

test('what is too old goes, and is not wanted again', () => {
  history.logs.see(podOf('a'), [run('one', { finishedAtMs: 1_000 })], times(2_000));
  keepWanted(Buffer.from('x'), 2_000);
  history.logs.tidy(bounds, 1_000 + day);
  expect(keptRuns('a')).toHaveLength(1);
  history.logs.tidy(bounds, 1_001 + day);
  expect(keptRuns('a')).toEqual([]);
  expect(read((kept) => kept.pods('shop', 'a'))).toEqual([]);
  expect(history.logs.see(podOf('a'), [run('one', { finishedAtMs: 1_000 })], times(1_001 + day))).toBe(false);
});

test('what is erased leaves no byte, and what was on its way is not kept', () => {
  history.logs.see(podOf('a'), [run('one')], times(1_000));
  history.logs.see(podOf('b', 'shop2'), [run('one')], times(1_000));
  keepWanted(Buffer.from('qX7-planted-qX7'), 2_000);
  history.logs.see(podOf('a'), [run('two')], times(3_000));
  const [onItsWay] = history.logs.wanted(1);
  history.eraseLogs(['shop']);
  if (onItsWay !== undefined)
    history.logs.keep(
      onItsWay,
      { packed: Buffer.from('qX7-planted-qX7'), lineCount: 1, byteCount: 15, isCut: false },
      4_000,
    );
  expect(history.logs.namespaces()).toEqual(['shop2']);
  expect(read((kept) => kept.logs('shop2', 'b'))).toHaveLength(1);
  history.erase({ type: 'configmaps', namespace: '' });
  expect(history.logs.namespaces()).toEqual(['shop2']);
  history.erase({ type: 'pods', namespace: '' });
  expect(history.logs.namespaces()).toEqual([]);
  for (const file of globSync(join(dirname(mirror.file), 'history.db*')))
    expect(readFileSync(file).includes('qX7-planted-qX7')).toBe(false);
});

test('kept logs take no room from changes, and give theirs back', () => {
  const pages = (): number => {
    const file = readFileSync(historyFile(mirror.file));
    return file.length;
  };
  for (let turn = 0; turn < 6; turn += 1) {
    for (let index = 0; index < 4; index += 1) {
      const ended = turn * 10 + index + 1;
      history.logs.see(podOf(`p${turn}-${index}`), [run('r', { finishedAtMs: ended })], times(ended));
      keepWanted(noise(200_000, ended), ended);
    }
    history.logs.tidy({ ageMs: day, bytes: 0 }, 100);
    history.eraseLogs(['none']);
  }
  // One turn's worth, in place of six.
  expect(pages()).toBeLessThan(2 * mebibyte);
});

test('changes stay that fit without the kept logs', async () => {
  history.close();
  history = await HistoryWriter.open(historyFile(mirror.file), { ageMs: day, bytes: mebibyte });
  const source = sampleSource('shop/x', { body: JSON.stringify({ noise: noise(1_000).toString('hex') }) });
  mirror.writer.commit(() => mirror.writer.objects.put(mirror.target(), source, 1_000));
  history.take(mirror.writer.loggedEntries(0, 10), 1_000);
  for (let index = 0; index < 5; index += 1) history.logs.see(podOf(`p${index}`), [run('r')], times(1_000));
  keepWanted(noise(400_000), 1_000);
  expect(history.tidy(1_000)).toBe(false);
  const reader = HistoryReader.open(openedReader(mirror.file));
  expect(reader?.oldest()).toBe(1_000);
  reader?.close();
});

test('whatever is seen, kept, read and tidied, the bounds hold and notes and lines agree', () => {
  const step = fc.oneof(
    fc.record({ kind: fc.constant('see' as const), pod: fc.nat(3), run: fc.nat(4) }),
    fc.record({ kind: fc.constant('keep' as const), length: fc.integer({ min: 1, max: 400_000 }) }),
    fc.record({ kind: fc.constant('use' as const), pod: fc.nat(3) }),
    fc.record({ kind: fc.constant('tidy' as const) }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      history.erase({ type: 'pods', namespace: '' });
      let nowMs = 1_000;
      for (const each of steps) {
        nowMs += 1_000;
        if (each.kind === 'see') history.logs.see(podOf(`p${each.pod}`), [run(`r${each.run}`)], times(nowMs));
        else if (each.kind === 'use')
          history.logs.use(
            read((kept) => kept.logs('shop', `p${each.pod}`).map(({ id }) => id)),
            nowMs,
          );
        else if (each.kind === 'keep') keepWanted(noise(each.length, nowMs), nowMs);
        else {
          history.logs.tidy(bounds, nowMs);
          expect(history.logs.storedBytes()).toBeLessThanOrEqual(bounds.bytes);
        }
        const { keptCount } = read((kept) => kept.counts());
        const logs = read((kept) =>
          [0, 1, 2, 3].flatMap((pod) => kept.logs('shop', `p${pod}`).map((log) => kept.text(log))),
        );
        expect(logs).toHaveLength(keptCount);
        expect(logs).not.toContain(undefined);
      }
    }),
    { numRuns: 30 },
  );
});
