import { expect, test } from 'vitest';
import { rowQueryOf } from '../../../src/cli/get/row-query.ts';
import { ExpressionFilter } from '../../../src/cli/get/expression-filter.ts';
import { watchedChange } from '../../../src/cli/get/watched-change.ts';
import type { QueryFlags } from '../../../src/cli/get/query-flags.ts';
import type { GetStep } from '../../../src/cli/get/get-plan.ts';
import type { MirrorType } from '../../../src/query/mirror-type.ts';
import type { LoggedChange, PastState } from '../../../src/store/rebuild-state.ts';
import { podType } from '../../support/temporary-mirror.ts';

const hourMs = 3_600_000;
const madeAtMs = Date.UTC(2026, 0, 1);

const pods: MirrorType = {
  serverMinor: 36,
  ...podType,
  preferred: true,
  rowTypeId: 1,
  customFields: undefined,
  usedName: undefined,
  storedVersion: 'v1',
  warning: null,
  scope: undefined,
  namespaceScopes: new Map(),
};

const step: GetStep = {
  type: pods,
  namespace: 'shop',
  name: undefined,
  labels: [],
  fields: [],
  failure: undefined,
  live: undefined,
};

function state(resourceVersion: string, phase: string): PastState {
  const creationTimestamp = new Date(madeAtMs).toISOString();
  const metadata = { name: 'web', namespace: 'shop', resourceVersion, creationTimestamp };
  return { kind: 'state', body: JSON.stringify({ metadata, status: { phase } }), managedFields: '', cells: '[]' };
}

/** The filter of an expression that nothing matches at the start. */
async function filterOf(where: string): Promise<ExpressionFilter> {
  const flags: QueryFlags = {
    where,
    orderBy: '',
    groupBy: '',
    limit: undefined,
    offset: 0,
    isCount: false,
    isExplain: false,
  };
  const query = await (await rowQueryOf(flags))([pods], { cluster: 'c', nowMs: madeAtMs });
  return new ExpressionFilter(query, []);
}

/** What is told of the changes of one pod, each given by its operation, the hours after it was made, and its phase. */
async function told(
  where: string,
  ...changes: readonly (readonly [LoggedChange['operation'], number, string])[]
): Promise<readonly (string | undefined)[]> {
  const filter = await filterOf(where);
  let before: PastState = { kind: 'none' };
  return changes.map(([operation, hours, phase], index) => {
    const after = state(String(index), phase);
    const at = madeAtMs + hours * hourMs;
    const place = { seq: index, at, key: 'shop/web', uid: 'u', resourceVersion: String(index), cause: undefined };
    const event = watchedChange(step, { ...place, operation, before, after }, filter);
    before = after;
    return event && `${event.event} ${event.state.body.replace(/.*"phase":"(\w*)".*/, '$1')}`;
  });
}

test('what enters is ADDED, what is inside MODIFIED, what leaves DELETED with its last state inside', async () => {
  expect(
    await told(
      'status.phase == "Running"',
      ['added', 0, 'Pending'],
      ['updated', 1, 'Running'],
      ['updated', 2, 'Running'],
      ['updated', 3, 'Failed'],
      ['updated', 4, 'Pending'],
      ['updated', 5, 'Running'],
      ['deleted', 6, 'Running'],
      ['added', 7, 'Running'],
      ['updated', 8, 'Failed'],
      ['deleted', 9, 'Failed'],
    ),
  ).toEqual([
    undefined,
    'ADDED Running',
    'MODIFIED Running',
    'DELETED Running',
    undefined,
    'ADDED Running',
    'DELETED Running',
    'ADDED Running',
    'DELETED Running',
    undefined,
  ]);
});

test('an age counts as it is at each change: what grew old meanwhile leaves with its next change', async () => {
  const young = await told('age < duration("2h")', ['added', 0, 'A'], ['updated', 1, 'B'], ['updated', 5, 'C']);
  expect(young).toEqual(['ADDED A', 'MODIFIED B', 'DELETED B']);
  const old = await told('age > duration("2h")', ['added', 0, 'A'], ['updated', 3, 'B'], ['deleted', 4, 'B']);
  expect(old).toEqual([undefined, 'ADDED B', 'DELETED B']);
  const changed = 'changedAt >= timestamp("2026-01-01T03:00:00Z")';
  expect(await told(changed, ['added', 0, 'A'], ['updated', 3, 'B'])).toEqual([undefined, 'ADDED B']);
});

test('what fails for an object is told once', async () => {
  const filter = await filterOf('metadata.name > 1');
  expect(filter.takeNotices()).toEqual([]);
  const after = state('1', 'A') as Extract<PastState, { kind: 'state' }>;
  const place = { seq: 1, at: madeAtMs, key: 'shop/web', uid: 'u', resourceVersion: '1', cause: undefined };
  const change: LoggedChange = { ...place, operation: 'added', before: { kind: 'none' }, after };
  expect(filter.judge(change, pods, after)).toBe(false);
  expect(filter.takeNotices()).toEqual([expect.stringMatching(/^navi: 1 object does not count because --where fails/)]);
  filter.judge(change, pods, after);
  expect(filter.takeNotices()).toEqual([]);
});
