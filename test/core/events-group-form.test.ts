import { expect, test } from 'vitest';
import { eventsGroupForm } from '../../src/core/events-group-form.ts';

test('a core Event takes the names of events.k8s.io, and empty reporters go', () => {
  const core = {
    apiVersion: 'v1',
    kind: 'Event',
    count: 3,
    eventTime: null,
    firstTimestamp: '2026-01-01T00:00:00Z',
    involvedObject: { kind: 'Pod', name: 'x' },
    lastTimestamp: null,
    message: 'm',
    reason: 'R',
    reportingComponent: '',
    reportingInstance: '',
    source: {},
    type: 'Warning',
  };
  expect(eventsGroupForm(core)).toEqual({
    apiVersion: 'events.k8s.io/v1',
    kind: 'Event',
    deprecatedCount: 3,
    eventTime: null,
    deprecatedFirstTimestamp: '2026-01-01T00:00:00Z',
    regarding: { kind: 'Pod', name: 'x' },
    deprecatedLastTimestamp: null,
    note: 'm',
    reason: 'R',
    deprecatedSource: {},
    type: 'Warning',
  });
});

test('a reporter that is named stays, under its name in the group', () => {
  expect(eventsGroupForm({ reportingComponent: 'x.io/c', reportingInstance: 'i-1' })).toEqual({
    apiVersion: 'events.k8s.io/v1',
    reportingController: 'x.io/c',
    reportingInstance: 'i-1',
  });
});
