import { afterEach, describe, expect, test } from 'vitest';
import { dropEvent, editEvents, type Fault, type FaultRequest, type WireEvent } from '../../../src/simulator/fault.ts';
import { SimulatedMirror } from '../../support/simulated-mirror.ts';
import type { OracleOptions } from '../../support/mirror-oracle.ts';

let mirror: SimulatedMirror;
let expected: OracleOptions = {};

/** A type is audited this often (ms). */
const intervalMs = 600_000;

const at = (name: string) => ({ namespace: 'default', name });
const make = (name: string) => mirror.state.create('configmaps', { metadata: at(name), data: { key: 'x' } });
const change = (name: string, value: string) => mirror.state.patch('configmaps', at(name), { data: { key: value } });

const isWatch = ({ verb, type }: FaultRequest): boolean => verb === 'watch' && type === 'configmaps';
const isExactList = ({ verb, type, query }: FaultRequest): boolean =>
  verb === 'list' && type === 'configmaps' && query.get('resourceVersionMatch') === 'Exact';

/** Requests of audits so far: lists at an exact resourceVersion. */
const exactLists = (plural = ''): readonly SimulatedMirror['simulator']['requests'][number][] =>
  mirror
    .requests({ requestCount: 0, lineCount: 0, toldCount: 0 })
    .filter(({ path, query }) => query.get('resourceVersionMatch') === 'Exact' && path.endsWith(plural));

interface AuditRow {
  readonly name: string;
  readonly audited_at: number | null;
  readonly audit_object_count: number;
  readonly audit_found_count: number;
  readonly audit_difference_count: number;
}

const audits = (): readonly AuditRow[] =>
  mirror.rows(
    `select resource as name, audited_at, audit_object_count, audit_found_count, audit_difference_count
     from scope join resource_type on resource_type.id = type_id order by resource`,
  ) as unknown as readonly AuditRow[];

const auditOf = (name: string): AuditRow | undefined => audits().find((row) => row.name === name);

/** A mirror of three ConfigMaps and a few other objects, with a fault; what is returned ends that. */
async function start(
  prepare: () => () => void = () => () => undefined,
  { checksOnTheWay = true } = {},
): Promise<() => void> {
  expected = {};
  let endFault = (): void => undefined;
  mirror = await SimulatedMirror.start({
    auditIntervalMs: intervalMs,
    checksOnTheWay,
    prepare: (made) => {
      mirror = made;
      for (const name of ['a', 'b', 'c']) make(name);
      made.state.create('secrets', { metadata: at('s'), data: { key: 'eA==' } });
      made.state.create('pods', { metadata: at('p'), spec: { containers: [{ name: 'c', image: 'i' }] } });
      endFault = prepare();
    },
  });
  await mirror.untilLive();
  return endFault;
}

afterEach(() => mirror.checkAndStop(expected));

describe('what the mirror compares with the server', () => {
  test('every watched type is compared once an interval, and equal rows are no drift', async () => {
    await start();
    await mirror.advance(intervalMs * 0.9);
    change('a', 'later');
    expect(audits().filter(({ audited_at }) => audited_at === null)).toEqual([]);
    expect(auditOf('configmaps')).toMatchObject({ audit_object_count: 3, audit_difference_count: 0 });
    expect(auditOf('secrets')).toMatchObject({ audit_object_count: 1, audit_difference_count: 0 });
    expect(exactLists('/configmaps')).toHaveLength(1);
    await mirror.advance(intervalMs);
    expect(exactLists('/configmaps')).toHaveLength(2);
    expect(mirror.drifts).toEqual([]);
  });

  test('a list is asked for at the resume point of the rows', async () => {
    await start();
    await mirror.until('the ConfigMaps are audited', () => auditOf('configmaps')?.audited_at !== null);
    const [request] = exactLists('/configmaps');
    expect(request?.query.get('resourceVersion')).toMatch(/^[1-9]\d*$/);
    expect(Number(request?.query.get('resourceVersion'))).toBeLessThanOrEqual(mirror.state.revision);
  });

  test('a resourceVersion that the server has forgotten is no drift: its newest list is compared', async () => {
    await start();
    const expired = { kind: 'Status', status: 'Failure', reason: 'Expired', message: 'too old', code: 410 };
    mirror.faults.always(isExactList, { kind: 'answer', status: 410, body: expired });
    await mirror.until('the ConfigMaps are audited', () => auditOf('configmaps')?.audited_at !== null, intervalMs);
    expect(auditOf('configmaps')).toMatchObject({ audit_object_count: 3, audit_found_count: 0 });
  });

  test('a server that cannot be asked is no drift, and is asked again', async () => {
    const refused = { kind: 'answer', status: 403, body: {} } as const;
    const away = await start(() => mirror.faults.always(({ query }) => query.has('resourceVersionMatch'), refused));
    await mirror.advance(intervalMs * 0.5);
    expect(audits().every(({ audited_at }) => audited_at === null)).toBe(true);
    away();
    await mirror.until('all are audited', () => audits().every(({ audited_at }) => audited_at !== null), intervalMs);
  });
});

describe('72: the server loses an event', () => {
  test('of a change: the audit names the object, the list brings it, and the next audit finds nothing', async () => {
    await start(() => mirror.faults.once(isWatch, dropEvent(0)));
    change('b', 'lost');
    await mirror.advance(10_000);
    expect(mirror.differences()).toHaveLength(1);
    const mark = mirror.mark();
    await mirror.until('drift is found', () => mirror.drifts.length > 0, 2 * intervalMs);
    expect(mirror.drifts).toMatchObject([
      { type: 'configmaps', level: 'error', keys: ['default/b'], isRepaired: true },
    ]);
    expect(auditOf('configmaps')).toMatchObject({ audit_found_count: 1, audit_difference_count: 1 });
    await mirror.untilEqual();
    expect(mirror.lists(mark)).toEqual(['configmaps suspected-drift full']);
    await mirror.until('the repair is proven', () => auditOf('configmaps')?.audit_found_count === 0, 120_000);
    expect(auditOf('configmaps')).toMatchObject({ audit_difference_count: 1 });
    expected = { driftCount: 1 };
  });

  test('of a deletion, after which the type is quiet', async () => {
    await start(() => mirror.faults.once(isWatch, dropEvent(0)));
    mirror.state.delete('configmaps', at('c'));
    await mirror.advance(10_000);
    expect(mirror.keys('configmaps')).toContain('default/c');
    await mirror.until('drift is found', () => mirror.drifts.length > 0, 2 * intervalMs);
    expect(mirror.drifts).toMatchObject([{ type: 'configmaps', keys: ['default/c'] }]);
    await mirror.untilEqual();
    expected = { driftCount: 1 };
  });

  test('again and again: it is listed once an hour at most', async () => {
    const swallow = editEvents((event) => (event.type === 'BOOKMARK' ? [event] : []));
    await start(() => mirror.faults.always(isWatch, swallow));
    const mark = mirror.mark();
    for (let round = 0; round < 9; round += 1) {
      change('a', `lost ${round}`);
      await mirror.advance(intervalMs);
    }
    const lists = mirror.lists(mark).filter((line) => line === 'configmaps suspected-drift full');
    expect(mirror.drifts.length).toBeGreaterThan(3);
    expect(lists).toHaveLength(2);
    mirror.faults.clear();
    await mirror.restart();
    await mirror.until('the last loss is found', () => mirror.differences().length === 0, 2 * intervalMs);
    expected = { driftCount: mirror.drifts.length };
  });
});

describe('events that expire together, at one revision', () => {
  const event = (name: string) => ({ metadata: at(name), involvedObject: {}, message: name });
  const isEvents = ({ verb, type }: FaultRequest): boolean => verb === 'watch' && type === 'events';
  const makeEvents = (...names: readonly string[]): void => {
    for (const name of names) mirror.state.create('events', event(name));
  };
  const isDeletionOf = ({ type, object }: WireEvent, name: string): boolean =>
    type === 'DELETED' && (object['metadata'] as { readonly name: string }).name === name;

  test('are no drift while the stream tells of them one by one', async () => {
    // The second deletion comes only with the next event.
    const late: Fault = {
      kind: 'editEvents',
      editor: () => {
        let held: WireEvent | undefined;
        return (told) => {
          if (isDeletionOf(told, 'two')) held = told;
          if (held === told) return [];
          const all = held === undefined ? [told] : [held, told];
          held = undefined;
          return all;
        };
      },
    };
    const prepare = (): (() => void) => {
      makeEvents('one', 'two');
      return mirror.faults.always(isEvents, late);
    };
    // Until then the rows are the server's at no revision.
    await start(prepare, { checksOnTheWay: false });
    mirror.state.expire('events', [at('one'), at('two')]);
    await mirror.until('the first is told', () => mirror.keys('events').length === 1, 5_000);
    const asked = exactLists('/events').length;
    await mirror.until('it is compared', () => exactLists('/events').length > asked, 2 * intervalMs);
    expect(mirror.keys('events')).toEqual(['default/two']);
    makeEvents('three');
    await mirror.advance(intervalMs);
    expect(mirror.drifts).toEqual([]);
    expect(mirror.keys('events')).toEqual(['default/three']);
  });

  test('are found where the stream never tells of one', async () => {
    await start(() => {
      makeEvents('one', 'two');
      return mirror.faults.always(
        isEvents,
        editEvents((told) => (isDeletionOf(told, 'two') ? [] : [told])),
      );
    });
    mirror.state.expire('events', [at('one'), at('two')]);
    await mirror.until('the first is told', () => mirror.keys('events').length === 1, 5_000);
    await mirror.until('drift is found', () => mirror.drifts.length > 0, 2 * intervalMs);
    expect(mirror.drifts).toMatchObject([{ type: 'events', keys: ['default/two'], ghosts: 1 }]);
    await mirror.untilEqual();
    expected = { driftCount: 1 };
  });
});

describe('a body that is not the one of its resourceVersion', () => {
  test('is found by a GET and written anew, though its resourceVersion is the same', async () => {
    await start();
    const edit = (event: { readonly type: string; readonly object: unknown }) => {
      const text = JSON.stringify(event.object).replace('"right"', '"wrong"');
      return [{ type: event.type, object: JSON.parse(text) as object }];
    };
    mirror.faults.once(isWatch, editEvents(edit as Parameters<typeof editEvents>[0]));
    await mirror.restart();
    await mirror.untilLive();
    change('a', 'right');
    await mirror.advance(1_000);
    expect(mirror.differences()).toHaveLength(1);
    await mirror.until('drift is found', () => mirror.drifts.length > 0, 2 * intervalMs);
    expect(mirror.drifts).toMatchObject([{ type: 'configmaps', keys: ['default/a'], isRepaired: true }]);
    await mirror.untilEqual();
    expected = { driftCount: 1, reshaped: true };
  });
});
