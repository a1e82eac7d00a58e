import SqliteDatabase from 'better-sqlite3';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { JsonObject } from '../../../src/core/json.ts';
import type { EventFilter } from '../../../src/query/events/event-filter.ts';
import { readEvents } from '../../../src/query/events/read-events.ts';
import { readTypes, type MirrorType } from '../../../src/query/mirror-type.ts';
import { historyFile } from '../../../src/store/data-directory.ts';
import { HistoryWriter } from '../../../src/store/history-writer.ts';
import type { DeletionCause } from '../../../src/store/object-writer.ts';
import type { MirrorReader } from '../../../src/store/open-reader.ts';
import { openedReader } from '../../support/opened-reader.ts';
import { sampleSource, temporaryMirror, type TemporaryMirror } from '../../support/temporary-mirror.ts';

const everything: EventFilter = { namespace: undefined, types: [], about: undefined, sinceMs: undefined };
const hourMs = 3_600_000;
const nowMs = 100 * hourMs;

let mirror: TemporaryMirror;
let reader: MirrorReader;
let type: MirrorType;

beforeEach(async () => {
  mirror = await temporaryMirror();
  reader = openedReader(mirror.file);
  const [pods] = readTypes(reader);
  if (pods === undefined) throw new Error('there is no type');
  type = { ...pods, columns: [{ name: 'Last Seen', type: 'string', format: '', priority: 0 }] };
});

afterEach(() => {
  reader.close();
  mirror.close();
});

/** Stores an event under `namespace/name`, so old. */
function put(key: string, uid: string, agoMs: number, fields: JsonObject = {}): void {
  const [namespace = '', name = ''] = key.split('/');
  const lastAtMs = nowMs - agoMs;
  const lastTimestamp = new Date(lastAtMs).toISOString();
  const event = { metadata: { namespace, name, uid }, type: 'Warning', reason: uid, lastTimestamp, ...fields };
  const source = sampleSource(key, {
    uid,
    body: JSON.stringify(event),
    cells: JSON.stringify([{ sinceMs: lastAtMs }]),
    terms: [{ kind: 'field', text: `type=${String(event.type)}` }],
  });
  mirror.writer.commit(() => mirror.writer.objects.put(mirror.target(), source, lastAtMs));
}

function remove(key: string, cause: DeletionCause, agoMs = 0): void {
  mirror.writer.commit(() => {
    const row = mirror.writer.objects.find(mirror.typeId, key);
    if (row === undefined) throw new Error(`there is no ${key}`);
    mirror.writer.objects.delete(mirror.target(), row, { cause, nowMs: nowMs - agoMs, resourceVersion: '200' });
  });
}

/** Reasons of the events that are found, expired ones in brackets. */
function found(filter: Partial<EventFilter> = {}, of = type): readonly string[] {
  return readEvents(reader, of, { ...everything, ...filter }).map(({ reason, isExpired }) =>
    isExpired ? `(${reason})` : reason,
  );
}

test('what the server deleted is there, what only left the mirror is not', () => {
  put('a/told', 'told', 4 * hourMs);
  put('a/swept', 'swept', 3 * hourMs);
  put('a/purged', 'purged', 2 * hourMs);
  put('a/live', 'live', hourMs);
  remove('a/told', 'event');
  remove('a/swept', 'sweep');
  remove('a/purged', 'purge');
  expect(found()).toEqual(['(told)', '(swept)', 'live']);
});

test('an event is there once, however often it went and came back', () => {
  put('a/one', 'one', 4 * hourMs);
  remove('a/one', 'sweep');
  put('a/one', 'one', 4 * hourMs);
  expect(found()).toEqual(['one']);
  remove('a/one', 'event');
  expect(found()).toEqual(['(one)']);
  put('a/one', 'successor', hourMs);
  expect(found()).toEqual(['(one)', 'successor']);
});

test('a time leaves out what was last seen before it, stored or expired', () => {
  put('a/old', 'old', 10 * hourMs);
  put('a/young', 'young', hourMs);
  put('a/expired-old', 'expired-old', 9 * hourMs);
  put('a/expired-young', 'expired-young', 2 * hourMs);
  put('a/ahead', 'ahead', -hourMs / 2);
  remove('a/expired-old', 'event', 8 * hourMs);
  remove('a/expired-young', 'event', hourMs);
  // Its reporter's clock is ahead of the one that stamped its deletion.
  remove('a/ahead', 'event', 0);
  expect(found({ sinceMs: nowMs - 3 * hourMs })).toEqual(['(expired-young)', 'young', '(ahead)']);
  expect(found({ sinceMs: nowMs + 1 })).toEqual(['(ahead)']);
});

test('a namespace and a type leave out all others, stored or expired', () => {
  for (const namespace of ['a', 'a-b', 'b']) {
    put(`${namespace}/live`, `${namespace} live`, hourMs);
    put(`${namespace}/normal`, `${namespace} normal`, hourMs, { type: 'Normal' });
    put(`${namespace}/gone`, `${namespace} gone`, 2 * hourMs);
    remove(`${namespace}/gone`, 'event');
  }
  expect(found({ namespace: 'a', types: ['warning'] })).toEqual(['(a gone)', 'a live']);
  expect(found({ types: ['normal'] })).toEqual(['a-b normal', 'a normal', 'b normal']);
});

test('namespaces that may not be listed are left out, expired events too', () => {
  for (const namespace of ['open', 'shut']) {
    put(`${namespace}/live`, `${namespace} live`, hourMs);
    put(`${namespace}/gone`, `${namespace} gone`, 2 * hourMs);
    remove(`${namespace}/gone`, 'event');
  }
  const { scope } = type;
  if (scope === undefined) throw new Error('the type has no scope');
  const denied = { ...scope, phase: 'denied' as const };
  const shut = { ...type, namespaceScopes: new Map([['shut', denied]]) };
  expect(found({}, shut)).toEqual(['(open gone)', 'open live']);
  const open = { ...type, scope: denied, namespaceScopes: new Map([['open', scope]]) };
  expect(found({}, open)).toEqual(['(open gone)', 'open live']);
});

test('of a time or an object that is asked for, what only the history has is there too, once', async () => {
  const about = { apiVersion: 'v1', kind: 'Pod', namespace: 'a', name: 'web-0' };
  put('a/forgotten', 'forgotten', 9 * hourMs, { involvedObject: about });
  put('a/back', 'back', 8 * hourMs);
  put('b/elsewhere', 'elsewhere', 7.8 * hourMs);
  put('a/purged', 'purged', 8 * hourMs);
  put('a/kept', 'kept', 7 * hourMs, { involvedObject: about });
  remove('a/forgotten', 'event', 6 * hourMs);
  remove('a/back', 'sweep', 6 * hourMs);
  remove('b/elsewhere', 'event', 6 * hourMs);
  remove('a/purged', 'purge', 6 * hourMs);
  put('a/back', 'back', 8 * hourMs);
  remove('a/kept', 'event', 5 * hourMs);
  const history = await HistoryWriter.open(historyFile(mirror.file), { ageMs: 1e12, bytes: 1e12 });
  history.take(mirror.writer.loggedEntries(0, 100), nowMs);
  history.close();
  const all = found({ sinceMs: 0 });
  expect(all).toEqual(['(forgotten)', 'back', '(elsewhere)', '(kept)']);
  const forget = (agoMs: number): void => {
    const database = new SqliteDatabase(mirror.file);
    database.prepare('delete from tombstone where deleted_at <= ?').run(nowMs - agoMs);
    database.close();
  };
  for (const agoMs of [6 * hourMs, 0]) {
    forget(agoMs);
    expect(found({ sinceMs: 0 }).toSorted()).toEqual(all.toSorted());
    expect(found({ about: { group: '', kind: 'Pod', name: 'web-0' } })).toEqual(['(forgotten)', '(kept)']);
    expect(found({ namespace: 'b', sinceMs: 0 })).toEqual(['(elsewhere)']);
    expect(found({ sinceMs: nowMs - 7.5 * hourMs })).toEqual(['(kept)']);
  }
  expect(found()).toEqual(['back']);
});
