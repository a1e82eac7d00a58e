import { describe, expect, test } from 'vitest';
import type { GetStep } from '../../../src/cli/get/get-plan.ts';
import { ChangeLost, concerns, watchedChange } from '../../../src/cli/get/watched-change.ts';
import { parseFieldSelector } from '../../../src/core/selector/field-selector.ts';
import { parseLabelSelector } from '../../../src/core/selector/label-selector.ts';
import type { MirrorType } from '../../../src/query/mirror-type.ts';
import type { LoggedChange, PastState } from '../../../src/store/rebuild-state.ts';
import { podType } from '../../support/temporary-mirror.ts';

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

interface Narrowed {
  readonly namespace?: string;
  readonly name?: string;
  readonly labels?: string;
  readonly fields?: string;
}

function step({ namespace, name, labels = '', fields = '' }: Narrowed = {}): GetStep {
  const requirements = parseLabelSelector(labels);
  const terms = parseFieldSelector(fields);
  if (!requirements.ok || !terms.ok) throw new Error('a selector of the test cannot be parsed');
  return {
    type: pods,
    namespace,
    name,
    labels: requirements.requirements,
    fields: terms.terms,
    failure: undefined,
    live: undefined,
  };
}

/** A pod `shop/web` as it was at a resourceVersion. */
function state(resourceVersion: string, app = '', phase = 'Running'): PastState {
  const labels = app === '' ? {} : { labels: { app } };
  const metadata = { name: 'web', namespace: 'shop', resourceVersion, ...labels };
  const body = JSON.stringify({ metadata, status: { phase } });
  return { kind: 'state', body, managedFields: '', cells: JSON.stringify([`web at ${resourceVersion}`]) };
}

const none: PastState = { kind: 'none' };
const lost: PastState = { kind: 'lost' };

function change(operation: LoggedChange['operation'], before: PastState, after: PastState): LoggedChange {
  return { seq: 7, at: 0, key: 'shop/web', operation, uid: 'u', resourceVersion: '9', cause: undefined, before, after };
}

const added = change('added', none, state('9', 'web'));
const updated = change('updated', state('5', 'web'), state('9', 'web'));
const deleted = change('deleted', state('5', 'web'), state('9', 'web'));

/** Event, cells and resourceVersion of what is told. */
function seen(at: GetStep, of: LoggedChange): unknown {
  const told = watchedChange(at, of);
  if (told === undefined) return undefined;
  const { resourceVersion } = told.object['metadata'] as { resourceVersion: string };
  return [told.event, told.state.cells, resourceVersion];
}

describe('watchedChange', () => {
  test('names what happened, with the object as it is then, or as it was last', () => {
    expect(seen(step(), added)).toEqual(['ADDED', '["web at 9"]', '9']);
    expect(seen(step(), updated)).toEqual(['MODIFIED', '["web at 9"]', '9']);
    expect(seen(step(), deleted)).toEqual(['DELETED', '["web at 9"]', '9']);
    expect(watchedChange(step(), added)).toMatchObject({ key: 'shop/web', name: 'web' });
  });

  test.each([
    ['labels', { labels: 'app=web' }, state('5', 'web'), state('9', 'other')],
    ['labels that must be absent', { labels: '!app' }, state('5'), state('9', 'web')],
    ['fields', { fields: 'status.phase=Running' }, state('5'), state('9', '', 'Failed')],
    ['fields that must differ', { fields: 'status.phase!=Failed' }, state('5'), state('9', '', 'Failed')],
  ])('tells of an object that enters or leaves by its %s', (_what, narrowed, matching, other) => {
    const at = step(narrowed);
    const left = change('updated', matching, { ...other });
    expect(seen(at, left)).toEqual(['DELETED', '["web at 5"]', '9']);
    const entered = change('updated', other, matching);
    expect(seen(at, entered)).toEqual(['ADDED', '["web at 5"]', '9']);
    expect(seen(at, change('updated', matching, matching))).toEqual(['MODIFIED', '["web at 5"]', '9']);
    expect(seen(at, change('updated', other, other))).toBeUndefined();
    expect(seen(at, change('added', none, other))).toBeUndefined();
  });

  test('tells a deletion to whoever saw the object before it, by its state before', () => {
    const at = step({ labels: 'app=web' });
    expect(seen(at, change('deleted', state('5', 'web'), state('9', 'other')))).toEqual([
      'DELETED',
      '["web at 9"]',
      '9',
    ]);
    expect(seen(at, change('deleted', state('5', 'other'), state('9', 'web')))).toBeUndefined();
  });

  test('selects by name and namespace as fields without either being stored as one', () => {
    expect(seen(step({ fields: 'metadata.name=web,metadata.namespace=shop' }), updated)).toBeDefined();
    expect(seen(step({ fields: 'metadata.name!=web' }), updated)).toBeUndefined();
  });

  test.each([
    [{ namespace: 'shop' }, true],
    [{ namespace: 'sho' }, false],
    [{ namespace: 'shop', name: 'web' }, true],
    [{ namespace: 'shop', name: 'we' }, false],
    [{ namespace: 'other', name: 'web' }, false],
  ])('in %j is about shop/web: %s', (place, is) => {
    expect(concerns(step(place), 'shop/web')).toBe(is);
    expect(watchedChange(step(place), updated) !== undefined).toBe(is);
  });

  test('compares names of cluster-scoped objects as a whole', () => {
    expect(concerns(step({ name: 'node-1' }), 'node-1')).toBe(true);
    expect(concerns(step({ name: 'node-1' }), 'node-10')).toBe(false);
  });

  test('fails for a state that can no longer be told, where it matters', () => {
    const unknownBefore = change('updated', lost, state('9', 'web'));
    expect(seen(step(), unknownBefore)).toEqual(['MODIFIED', '["web at 9"]', '9']);
    expect(() => watchedChange(step({ labels: 'app=web' }), unknownBefore)).toThrow(ChangeLost);
    expect(() => watchedChange(step(), change('deleted', lost, lost))).toThrow(ChangeLost);
    expect(watchedChange(step({ namespace: 'other' }), change('deleted', lost, lost))).toBeUndefined();
  });
});

test('an event of events.k8s.io matches by its fields as the core event has them', () => {
  const { group, kind, resource } = { group: 'events.k8s.io', kind: 'Event', resource: 'events' };
  const type: MirrorType = { ...pods, group, kind, resource, retrieval: 'alias' };
  const body = JSON.stringify({ metadata: { name: 'e', namespace: 'shop' }, involvedObject: { kind: 'Pod' } });
  const created = change('added', none, { kind: 'state', body, managedFields: '', cells: '[]' });
  const told = (fields: string) => watchedChange({ ...step({ fields }), type }, created)?.event;
  expect(told('involvedObject.kind=Pod')).toBe('ADDED');
  expect(told('involvedObject.kind=Node')).toBeUndefined();
});
