import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { FollowNotices } from '../../../src/cli/follow/follow-notices.ts';
import { ObjectWait, type WaitOutcome } from '../../../src/cli/wait/object-wait.ts';
import { DaemonFollower } from '../../../src/control/follow-daemon.ts';
import type { JsonObject } from '../../../src/core/json.ts';
import type { ContextSummary } from '../../../src/kubeconfig/context-summary.ts';
import { readObjects, type ObjectRow } from '../../../src/query/object-query.ts';
import { readTypes, type MirrorType } from '../../../src/query/mirror-type.ts';
import { parseConditions } from '../../../src/query/wait/parse-conditions.ts';
import type { DeletionCause } from '../../../src/store/object-writer.ts';
import type { MirrorReader } from '../../../src/store/open-reader.ts';
import { openedReader } from '../../support/opened-reader.ts';
import { sampleSource, temporaryMirror, type TemporaryMirror } from '../../support/temporary-mirror.ts';

let mirror: TemporaryMirror;
let reader: MirrorReader;
let follower: DaemonFollower;
let type: MirrorType;
let version = 0;

beforeEach(async () => {
  mirror = await temporaryMirror();
  reader = openedReader(mirror.file);
  const [pods] = readTypes(reader);
  if (pods === undefined) throw new Error('there is no type');
  type = pods;
  // Nobody listens there: each try to connect is a wake.
  follower = new DaemonFollower(join(mirror.file, '..', 'nobody.sock'), { contexts: ['test'], kubeconfig: [] });
  put('seen');
});

afterEach(() => {
  follower.close();
  reader.close();
  mirror.close();
});

function write(phase: string, uid: string): void {
  version += 1;
  const resourceVersion = String(200 + version);
  const metadata = { name: 'web', namespace: 'shop', uid, resourceVersion };
  const body = JSON.stringify({ apiVersion: 'v1', kind: 'Pod', metadata, status: { phase } } satisfies JsonObject);
  mirror.writer.objects.put(mirror.target(), sampleSource('shop/web', { uid, resourceVersion, body }), 1_000);
}

/** Writes states of the pod one after the other, all in one commit. */
function put(...phases: readonly string[]): void {
  mirror.writer.commit(() => {
    for (const phase of phases) write(phase, 'first');
  });
}

function remove(cause: DeletionCause): void {
  const row = mirror.writer.objects.find(mirror.typeId, 'shop/web');
  if (row === undefined) throw new Error('there is no pod');
  mirror.writer.objects.delete(mirror.target(), row, { cause, nowMs: 1_000, resourceVersion: row.resource_version });
}

function row(): ObjectRow {
  const [found] = readObjects(reader, { typeId: type.rowTypeId, labels: [], fields: [] }, 'body');
  if (found === undefined) throw new Error('there is no pod');
  return found;
}

/**
 * Waits for a condition of the pod. By when this returns its first look is at a snapshot of now.
 * @param last the pod as it was listed
 */
function meet(condition: string, timeoutMs = 60_000, last = row()): Promise<WaitOutcome> {
  const conditions = parseConditions([condition]);
  const [first] = conditions;
  if (first === undefined) throw new Error('there is no condition');
  const context = { name: 'test' } as ContextSummary;
  const notice = (): void => undefined;
  const noticeAfterMs = Number.POSITIVE_INFINITY;
  const wait = new ObjectWait({
    reader,
    follower,
    notices: new FollowNotices({ follower, context, noticeAfterMs, notice }),
    startedAtMs: Date.now(),
    request: {
      args: [],
      namespace: '',
      allNamespaces: false,
      selector: '',
      fieldSelector: '',
      isAll: false,
      conditions,
      timeoutMs,
      format: '',
      argv: ['pod/web'],
    },
    target: {
      context,
      choice: { contexts: ['test'], kubeconfig: [] },
      noticeAfterMs,
      notice,
      warn: notice,
    },
  });
  const step = { type, name: 'web', namespace: 'shop', labels: [], fields: [], failure: undefined, live: undefined };
  return wait.meet(step, { type, row: last }, first);
}

/** The phase of the object that met a condition, or what went wrong. */
async function outcomeOf(waiting: Promise<WaitOutcome>): Promise<unknown> {
  const outcome = await waiting;
  if ('failure' in outcome) return outcome.failure.message;
  const { status } = JSON.parse(outcome.found.row.json ?? '') as { status: { phase: string } };
  return status.phase;
}

describe('waiting for one object', () => {
  test('ends with what is there', async () => {
    expect(await outcomeOf(meet('jsonpath={.status.phase}=seen'))).toBe('seen');
  });

  test('sees each state, also one that another took the place of in the same commit', async () => {
    const waiting = meet('jsonpath={.status.phase}=brief');
    put('before', 'brief', 'after');
    expect(await outcomeOf(waiting)).toBe('brief');
  });

  test('looks at no state of before', async () => {
    put('past', 'present');
    expect(await outcomeOf(meet('jsonpath={.status.phase}=past', 300))).toBe(
      'timed out waiting for the condition on pods/web',
    );
  });

  test('sees a deletion though a successor of the same name is there', async () => {
    const waiting = meet('delete');
    mirror.writer.commit(() => {
      remove('event');
      write('successor', 'second');
    });
    expect(await outcomeOf(waiting)).toBe('seen');
  });

  test('goes on for a condition where the object is deleted, until a successor meets it', async () => {
    const waiting = meet('jsonpath={.status.phase}=successor');
    mirror.writer.commit(() => remove('sweep'));
    mirror.writer.commit(() => write('successor', 'second'));
    expect(await outcomeOf(waiting)).toBe('successor');
  });

  test('ends where the object is gone by when its turn comes', async () => {
    const last = row();
    mirror.writer.commit(() => remove('event'));
    expect(await outcomeOf(meet('jsonpath={.status}', 60_000, last))).toBe('pods "web" not found');
    expect(await outcomeOf(meet('delete', 60_000, last))).toBe('seen');
  });

  test('takes what only left the mirror for no deletion', async () => {
    const waiting = meet('delete');
    mirror.writer.commit(() => remove('purge'));
    await expect(waiting).rejects.toThrow('pods is no longer mirrored there');
  });

  test.each([
    ['delete', 'seen'],
    ['jsonpath={.status.phase}=never', 'the server could not find the requested resource'],
  ])('for %s ends with its type: %s', async (condition, comesTo) => {
    const waiting = meet(condition);
    mirror.writer.commit(() => {
      remove('purge');
      mirror.writer.types.markAbsent(mirror.typeId, 2_000);
    });
    expect(await outcomeOf(waiting)).toBe(comesTo);
  });

  test('ends where the object may no longer be seen', async () => {
    const waiting = meet('delete');
    mirror.writer.commit(() => mirror.writer.scopes.deny(mirror.scopeId, 'pods is forbidden', 2_000));
    expect(await outcomeOf(waiting)).toBe('pods is forbidden');
  });

  test('ends with what can never be judged', async () => {
    const waiting = meet('condition=Ready');
    mirror.writer.commit(() => {
      const metadata = { name: 'web', namespace: 'shop', uid: 'first' };
      const body = JSON.stringify({ metadata, status: { conditions: 'none' } });
      const source = sampleSource('shop/web', { uid: 'first', resourceVersion: '999', body });
      mirror.writer.objects.put(mirror.target(), source, 1_000);
    });
    expect(await outcomeOf(waiting)).toMatch(/^\.status\.conditions accessor error: none is of the type string/);
  });

  test('a second look is not taken without a time', async () => {
    expect(await outcomeOf(meet('jsonpath={.status.phase}=never', 0))).toBe('condition not met for pods/web');
  });
});
