import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Incident } from '../../src/core/incident.ts';
import { DeliveryTable } from '../../src/store/delivery-table.ts';
import { IncidentTable } from '../../src/store/incident-table.ts';
import { openUserWriter, type UserWriter } from '../../src/store/user-store.ts';
import { temporaryDirectory } from '../support/temporary-mirror.ts';

let directory: string;
let user: UserWriter;

beforeEach(async () => {
  directory = temporaryDirectory();
  user = await openUserWriter(join(directory, 'data', 'user.db'));
});

afterEach(() => {
  user.close();
  rmSync(directory, { recursive: true, force: true });
});

const incident = (id: string, more: Partial<Incident> = {}): Incident => ({
  id,
  mirrorId: 'one',
  context: 'test',
  rule: 'bad',
  severity: 'warning',
  summary: 'is bad',
  type: 'pods',
  key: `shop/${id}`,
  uid: `uid-${id}`,
  state: 'firing',
  sinceMs: 1_000,
  firedAtMs: 1_000,
  resolvedAtMs: null,
  lastSeenMs: 1_000,
  clearedAtMs: null,
  ...more,
});

const resolved = (id: string, atMs = 5_000): Incident => incident(id, { state: 'resolved', resolvedAtMs: atMs });

const incidents = <T>(work: (table: IncidentTable) => T): T => user.change((tables) => work(tables.of(IncidentTable)));
const deliveries = <T>(work: (table: DeliveryTable) => T): T => user.change((tables) => work(tables.of(DeliveryTable)));

/** Incident and transition of what is due. */
function due(receiver = 'ann', nowMs = 10_000): readonly string[] {
  return deliveries((table) => table.due(receiver, nowMs, 100)).map(
    (delivery) => `${delivery.incident} ${delivery.transition} ${delivery.attempts}`,
  );
}

function add(id: string, transition: 'firing' | 'resolved', receiver = 'ann'): void {
  deliveries((table) => table.add({ incident: id, transition, receiver }, 2_000));
}

const idOf = (id: string, transition: string): number =>
  deliveries((table) => table.due('ann', 10_000, 100)).find(
    (each) => each.incident === id && each.transition === transition,
  )?.id ?? 0;

function silence(kind: 'rule' | 'incident', target: string, untilMs: number): void {
  incidents((table) => table.silence({ kind, target, untilMs, createdAtMs: 1, createdBy: 'ann' }));
}

describe('messages', () => {
  beforeEach(() => {
    incidents((table) => ['a', 'b'].forEach((id) => table.save(incident(id))));
    add('a', 'firing');
    add('b', 'firing');
    add('a', 'firing', 'bob');
  });

  test('are due once each for a receiver, in the order in which they came to be', () => {
    add('a', 'firing');
    expect(due()).toEqual(['a firing 0', 'b firing 0']);
    expect(due('bob')).toEqual(['a firing 0']);
    expect(due('ann', 1_999)).toEqual([]);
  });

  test('that were begun and not noted as sent are due again', () => {
    deliveries((table) => table.begin(idOf('a', 'firing')));
    expect(due()).toEqual(['a firing 1', 'b firing 0']);
    deliveries((table) => table.sent(idOf('a', 'firing'), 3_000));
    expect(due()).toEqual(['b firing 0']);
    expect(due('bob')).toEqual(['a firing 0']);
  });

  test('about one incident keep their order, also where the first one fails', () => {
    add('a', 'resolved');
    const first = idOf('a', 'firing');
    deliveries((table) => table.failed(first, { error: 'no', nextAtMs: 60_000 }));
    expect(due()).toEqual(['b firing 0']);
    expect(deliveries((table) => table.nextAtMs())).toBe(2_000);
    expect(due('ann', 60_000)).toEqual(['a firing 0', 'b firing 0']);
    deliveries((table) => table.sent(first, 3_000));
    expect(due()).toEqual(['b firing 0', 'a resolved 0']);
  });

  test.each(['rule', 'incident'] as const)('wait for the end of a silence of the %s', (kind) => {
    silence(kind, kind === 'rule' ? 'bad' : 'a', 20_000);
    expect(due()).toEqual(kind === 'rule' ? [] : ['b firing 0']);
    expect(due('ann', 20_000)).toEqual(['a firing 0', 'b firing 0']);
    incidents((table) => table.unsilence(kind, kind === 'rule' ? 'bad' : 'a'));
    expect(due()).toEqual(['a firing 0', 'b firing 0']);
  });

  test('about what began and ended within a silence are taken back, and no others', () => {
    silence('incident', 'a', 20_000);
    deliveries((table) => table.takeBack(['ann', 'bob'], 10_000));
    expect(due('ann', 30_000)).toEqual(['a firing 0', 'b firing 0']);
    incidents((table) => table.save(resolved('a')));
    add('a', 'resolved');
    deliveries((table) => table.takeBack(['ann', 'bob'], 10_000));
    expect(due('ann', 30_000)).toEqual(['b firing 0']);
    // Who was told of the beginning is told of the end.
    deliveries((table) => table.sent(idOf('b', 'firing'), 3_000));
    silence('incident', 'b', 20_000);
    incidents((table) => table.save(resolved('b')));
    add('b', 'resolved');
    deliveries((table) => table.takeBack(['ann', 'bob'], 10_000));
    expect(due()).toEqual([]);
    expect(due('ann', 30_000)).toEqual(['b resolved 0']);
  });

  test('to receivers that are no longer there are taken back', () => {
    deliveries((table) => table.takeBack(['bob'], 10_000));
    expect([due(), due('bob')]).toEqual([[], ['a firing 0']]);
  });
});

describe('incidents', () => {
  test('keep who takes care of them while the daemon writes them anew', () => {
    incidents((table) => table.save(incident('a')));
    incidents((table) => table.acknowledge('a', 'ann', 2_000));
    incidents((table) => table.save(incident('a', { summary: 'is worse', lastSeenMs: 3_000 })));
    expect(incidents((table) => table.get('a', 4_000))).toMatchObject({
      summary: 'is worse',
      ackedBy: 'ann',
      ackedAtMs: 2_000,
      lastSeenMs: 3_000,
    });
  });

  test('of one rule and object are open one at a time, also where another file was put in place', () => {
    incidents((table) => table.save(incident('a', { key: 'shop/x', uid: 'x' })));
    incidents((table) => table.save(incident('b', { key: 'shop/x', uid: 'x' })));
    expect(incidents((table) => table.openIds())).toEqual(['b']);
    expect(incidents((table) => table.get('a', 1))).toMatchObject({ state: 'resolved' });
  });

  test('come the most severe first, with what could not be delivered', () => {
    incidents((table) => {
      table.save(incident('a', { severity: 'info' }));
      table.save(incident('b', { severity: 'critical', firedAtMs: 1 }));
      table.save(incident('c', { severity: 'critical', firedAtMs: 2 }));
      table.save(incident('d', { mirrorId: 'two' }));
      table.save(resolved('e'));
    });
    add('c', 'firing');
    deliveries((table) => table.failed(idOf('c', 'firing'), { error: 'no', nextAtMs: 1 }));
    const query = { mirrors: ['one'], states: ['firing'] } as const;
    const found = incidents((table) => table.find(query, 1));
    expect(found.map(({ id, undeliveredCount, deliveryError }) => [id, undeliveredCount, deliveryError])).toEqual([
      ['c', 1, 'no'],
      ['b', 0, null],
      ['a', 0, null],
    ]);
  });

  test('tell nobody that something is over who was not to be told of it', () => {
    incidents((table) => ['a', 'b'].forEach((id) => table.save(incident(id))));
    add('a', 'firing');
    add('a', 'resolved');
    add('b', 'resolved');
    expect(due()).toEqual(['a firing 0']);
  });

  test('leave a month after they were over, with their messages', () => {
    const monthMs = 30 * 24 * 3_600_000;
    incidents((table) => ['a', 'b'].forEach((id) => table.save(resolved(id, id === 'a' ? 1_000 : 2_000))));
    incidents((table) => table.save(incident('c')));
    add('a', 'firing');
    add('b', 'firing');
    incidents((table) => table.tidy(monthMs + 1_500));
    expect(due()).toEqual(['b firing 0']);
    expect(incidents((table) => table.get('a', 1))).toBeUndefined();
    incidents((table) => table.tidy(10 * monthMs));
    expect(incidents((table) => table.openIds())).toEqual(['c']);
  });
});
