import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { KubeObject } from '../../src/core/kube-object.ts';
import { applyEvents, type AppliedBatch } from '../../src/daemon/apply-events.ts';
import type { WatchEvent } from '../../src/kube/watch-stream.ts';
import { splitState, unpackText } from '../../src/store/state-blob.ts';
import { pod, podRecipe } from '../support/pod-recipe.ts';
import { temporaryMirror, type TemporaryMirror } from '../support/temporary-mirror.ts';

let mirror: TemporaryMirror;

beforeEach(async () => {
  mirror = await temporaryMirror();
});

afterEach(() => mirror.close());

const event = (kind: 'apply' | 'delete', object: KubeObject): WatchEvent => ({
  kind,
  object,
  resourceVersion: String(object.metadata.resourceVersion),
});
const put = (...given: Parameters<typeof pod>): WatchEvent => event('apply', pod(...given));
const gone = (...given: Parameters<typeof pod>): WatchEvent => event('delete', pod(...given));
const bookmark = (resourceVersion: string): WatchEvent => ({ kind: 'bookmark', resourceVersion });

function apply(events: readonly WatchEvent[], replayedUntil = ''): AppliedBatch {
  const { writer } = mirror;
  return writer.commit(() =>
    applyEvents(writer, { target: mirror.target(), recipe: podRecipe, replayedUntil, nowMs: 2_000 }, events),
  );
}

const rows = (): unknown[] =>
  mirror.rows('select key, uid, resource_version from object order by key').map((row) => Object.values(row));
const changes = (): unknown[] =>
  mirror.rows('select operation, uid, resource_version from change order by seq').map((row) => Object.values(row));
const resumePoint = (): unknown => mirror.rows('select resource_version from scope')[0]?.['resource_version'];

describe('a batch', () => {
  test('moves the resume point to its last event in the transaction of its rows', () => {
    const applied = apply([put('x', '105'), put('y', '103'), bookmark('110')]);
    expect(applied).toEqual({ resumePoint: '110', eventCount: 2, bookmarkCount: 1, suspect: false });
    expect(resumePoint()).toBe('110');
    expect(mirror.rows('select resource_version_kind as kind from scope')).toEqual([{ kind: 'event' }]);
  });

  test('takes the order of the stream, not that of resourceVersions', () => {
    apply([put('x', '200'), put('x', '150')]);
    expect(rows()).toEqual([['a/x', 'uid-x', '150']]);
    expect(resumePoint()).toBe('150');
  });

  test('of bookmarks moves the resume point alone', () => {
    apply([bookmark('300')]);
    expect(resumePoint()).toBe('300');
    expect(mirror.rows('select resource_version_kind as kind from scope')).toEqual([{ kind: 'bookmark' }]);
    expect(changes()).toEqual([]);
  });

  test('of nothing leaves the resume point', () => {
    expect(apply([]).resumePoint).toBe('');
    expect(resumePoint()).toBe('100');
  });

  test('that is replayed changes nothing and logs nothing twice', () => {
    const events = [put('x', '101'), put('x', '102'), put('y', '103'), gone('y', '104')];
    apply(events);
    const before = [rows(), mirror.rows('select * from tombstone')];
    apply([put('x', '102')]);
    expect([rows(), mirror.rows('select * from tombstone')]).toEqual(before);
    expect(changes()).toHaveLength(4);
  });

  test('keeps each state of an object that changed several times in it', () => {
    apply([put('x', '101'), put('x', '102'), put('x', '103')]);
    expect(changes()).toEqual([
      ['added', 'uid-x', '101'],
      ['updated', 'uid-x', '102'],
      ['updated', 'uid-x', '103'],
    ]);
  });
});

describe('a deletion', () => {
  test('leaves the state that it carried in the tombstone, under its own resourceVersion', () => {
    apply([put('x', '101', { labels: { app: 'old' } }), gone('x', '109', { labels: { app: 'last' } })]);
    const [stone] = mirror.rows('select resource_version, last_state from tombstone');
    expect(stone?.['resource_version']).toBe('109');
    expect(splitState(unpackText(stone?.['last_state'] as Buffer)).body).toContain('"app":"last"');
    expect(rows()).toEqual([]);
  });

  test('of what is not stored does nothing but move the resume point', () => {
    expect(apply([gone('x', '109')])).toMatchObject({ resumePoint: '109', suspect: false });
    expect(mirror.rows('select * from tombstone')).toEqual([]);
    expect(changes()).toEqual([]);
    expect(resumePoint()).toBe('109');
  });

  test('and a new object of the same name give one row, one tombstone and three changes', () => {
    apply([put('x', '101', { uid: 'old' }), gone('x', '102', { uid: 'old' }), put('x', '103', { uid: 'new' })]);
    expect(rows()).toEqual([['a/x', 'new', '103']]);
    expect(changes()).toEqual([
      ['added', 'old', '101'],
      ['deleted', 'old', '102'],
      ['added', 'new', '103'],
    ]);
  });

  test('of an old uid leaves a newer row of another', () => {
    apply([put('x', '105', { uid: 'new' })]);
    expect(apply([gone('x', '102', { uid: 'old' })])).toMatchObject({ suspect: false, resumePoint: '102' });
    expect(rows()).toEqual([['a/x', 'new', '105']]);
  });

  test('of another uid that is newer than the row deletes it, and the scope is suspect', () => {
    apply([put('x', '105', { uid: 'stored' })]);
    expect(apply([gone('x', '110', { uid: 'unseen' }), put('y', '111')]).suspect).toBe(true);
    expect(rows()).toEqual([['a/y', 'uid-y', '111']]);
    expect(mirror.rows('select uid from tombstone')).toEqual([{ uid: 'stored' }]);
  });

  test('of another uid whose resourceVersion does not compare deletes too, and the scope is suspect', () => {
    apply([put('x', 'opaque-1', { uid: 'stored' })]);
    expect(apply([gone('x', 'opaque-2', { uid: 'other' })]).suspect).toBe(true);
    expect(rows()).toEqual([]);
  });

  test('of an object without a uid is that of the row without one', () => {
    apply([put('x', '101', { uid: undefined })]);
    expect(apply([gone('x', '102', { uid: undefined })]).suspect).toBe(false);
    expect(rows()).toEqual([]);
  });
});

describe('after a list by metadata, whose bodies were read later', () => {
  test('an event older than the row is passed over up to what was read, and counts after it', () => {
    apply([put('x', '150'), put('y', '120')]);
    apply([put('x', '130'), put('y', '140')], '150');
    expect(rows()).toEqual([
      ['a/x', 'uid-x', '150'],
      ['a/y', 'uid-y', '140'],
    ]);
    expect(resumePoint()).toBe('140');
    apply([put('x', '151')], '150');
    expect(rows()[0]).toEqual(['a/x', 'uid-x', '151']);
  });

  test('what is beyond it counts even when it is older than the row', () => {
    apply([put('x', '900')]);
    apply([put('x', '160')], '150');
    expect(rows()).toEqual([['a/x', 'uid-x', '160']]);
  });

  test('a deletion and a new object that the row is ahead of leave it alone', () => {
    apply([put('x', '150', { uid: 'new' })]);
    const applied = apply([gone('x', '120', { uid: 'old' }), put('x', '140', { uid: 'new' })], '150');
    expect(applied.suspect).toBe(false);
    expect(rows()).toEqual([['a/x', 'new', '150']]);
    expect(mirror.rows('select * from tombstone')).toEqual([]);
  });

  test('nothing is passed over where resourceVersions do not compare', () => {
    apply([put('x', 'b')]);
    apply([put('x', 'a')], 'z');
    expect(rows()).toEqual([['a/x', 'uid-x', 'a']]);
  });
});
