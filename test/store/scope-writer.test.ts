import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ScopeStatus } from '../../src/core/scope-status.ts';
import { podType, sampleSource, temporaryMirror, type TemporaryMirror } from '../support/temporary-mirror.ts';

let mirror: TemporaryMirror;

beforeEach(async () => {
  mirror = await temporaryMirror();
});

afterEach(() => mirror.close());

const scope = (): Record<string, unknown> => mirror.rows('select * from scope')[0] ?? {};

const healthy: ScopeStatus = { mode: 'watching', health: 'healthy', reason: 'none', lastError: null };
const broken: ScopeStatus = { mode: 'watching', health: 'unhealthy', reason: 'disconnected', lastError: 'reset' };

function saveStatus(status: ScopeStatus, nowMs: number): void {
  mirror.writer.commit(() => mirror.writer.scopes.saveStatus(mirror.scopeId, status, nowMs, null));
}

function heartbeat(atMs: number): void {
  mirror.writer.commit(() => mirror.writer.saveFacts({ confirmed_at: atMs }));
}

describe('a list', () => {
  test('drops the resume point before its first row, so that a crash can only list again', () => {
    mirror.writer.commit(() => mirror.writer.scopes.beginList(mirror.scopeId, 'shape', 5_000));
    expect(scope()).toMatchObject({ resource_version: null, phase: 'listing', generation: 2, complete: 1 });
  });

  test('renumbers the representation only when it changed', () => {
    const number = (representation: string): number =>
      mirror.writer.commit(() => mirror.writer.scopes.beginList(mirror.scopeId, representation, 1))
        .representation_number;
    const first = number('shape');
    expect([number('shape'), number('other'), number('other'), number('shape')]).toEqual([
      first,
      first + 1,
      first + 1,
      first + 2,
    ]);
  });

  test('remembers how many rows there were', () => {
    const { writer, scopeId } = mirror;
    writer.commit(() => writer.objects.put(mirror.target(), sampleSource('x'), 1));
    expect(writer.commit(() => writer.scopes.beginList(scopeId, 'shape', 1)).previous_count).toBe(1);
  });

  test('that ends sets resume point, phase, timeline and the time its first page was asked for, together', () => {
    const { writer, scopeId } = mirror;
    writer.commit(() => writer.scopes.beginList(scopeId, 'shape', 5_000));
    writer.commit(() =>
      writer.scopes.finishList(scopeId, {
        phase: 'synced',
        resourceVersion: '321',
        timeline: 4,
        replayedUntil: '',
        asOfMs: 4_900,
      }),
    );
    expect(scope()).toMatchObject({ resource_version: '321', phase: 'synced', timeline: 4, as_of: 4_900 });
    expect(scope()).toMatchObject({ resource_version_kind: 'list', list_started_at: null });
  });

  test('never touches the rows of another type under the same keys', () => {
    const { writer } = mirror;
    const other = writer.commit(() => {
      const typeId = writer.types.save([{ ...podType, resource: 'services', kind: 'Service' }]).get('services') ?? 0;
      return writer.scopes.ensure(typeId, '', 1);
    });
    writer.commit(() => writer.objects.put(mirror.target(), sampleSource('x', { uid: 'pod' }), 1));
    writer.commit(() => writer.objects.put(writer.scopes.target(other.id), sampleSource('x', { uid: 'service' }), 1));
    expect(mirror.rows('select uid from object order by uid')).toEqual([{ uid: 'pod' }, { uid: 'service' }]);
    const begun = writer.commit(() => writer.scopes.beginList(other.id, 'shape', 1));
    expect(writer.scopes.unmarked(begun).map((row) => row.uid)).toEqual(['service']);
    expect(writer.scopes.countRows(other)).toBe(1);
  });
});

describe('ensure', () => {
  test('makes one scope for a type and namespace, however often it is called', () => {
    const { writer, typeId, scopeId } = mirror;
    expect(writer.commit(() => writer.scopes.ensure(typeId, '', 9_000).id)).toBe(scopeId);
    expect(writer.commit(() => writer.scopes.ensure(typeId, 'a', 9_000).id)).not.toBe(scopeId);
    expect(scope()).toMatchObject({ phase: 'synced', resource_version: '100' });
  });
});

describe('the status', () => {
  test('moves its time only when mode, health or reason change', () => {
    saveStatus(broken, 10_000);
    saveStatus({ ...broken, lastError: 'reset again' }, 20_000);
    expect(scope()).toMatchObject({ health_since: 10_000, last_error: 'reset again' });
    saveStatus(healthy, 30_000);
    expect(scope()).toMatchObject({ health_since: 30_000, last_error: null });
  });

  test('leaves the time at which the rows were proven, whatever it says', () => {
    const { writer, scopeId } = mirror;
    saveStatus(healthy, 10_000);
    writer.commit(() => writer.scopes.saveAsOf(scopeId, 60_000));
    saveStatus(broken, 70_000);
    heartbeat(120_000);
    saveStatus(healthy, 130_000);
    expect(scope(), 'a heartbeat proves nothing by itself').toMatchObject({ as_of: 60_000 });
  });

  test('after the writer left says stopped, but still says forbidden and absent', () => {
    const { writer } = mirror;
    saveStatus(healthy, 10_000);
    writer.commit(() => writer.scopes.stopAll(70_000));
    expect(scope()).toMatchObject({ mode: 'stopped', health: 'unhealthy', reason: 'stopped', as_of: 1_000 });
    saveStatus({ mode: 'stopped', health: 'unhealthy', reason: 'forbidden', lastError: 'no' }, 80_000);
    writer.commit(() => writer.scopes.stopAll(90_000));
    expect(scope()).toMatchObject({ reason: 'forbidden', health_since: 80_000 });
  });
});

describe('types', () => {
  test('keep their number, come back from absence, and follow what discovery tells', () => {
    const { writer, typeId } = mirror;
    writer.commit(() => writer.types.markAbsent(typeId, 5_000));
    writer.commit(() => writer.types.markAbsent(typeId, 6_000));
    expect(mirror.rows('select absent_since from resource_type')).toEqual([{ absent_since: 5_000 }]);
    const again = writer.commit(() => writer.types.save([{ ...podType, version: 'v2', shortNames: ['p'] }]));
    expect(again.get('pods')).toBe(typeId);
    expect(mirror.rows('select version, short_names, absent_since from resource_type')).toEqual([
      { version: 'v2', short_names: '["p"]', absent_since: null },
    ]);
  });

  test('answer for each other only while the other is there', () => {
    const { writer, typeId } = mirror;
    const alias = { ...podType, group: 'twin.example', retrieval: 'alias', aliasOf: 'pods' } as const;
    writer.commit(() => writer.types.save([alias, podType]));
    const aliasOf = (): unknown => mirror.rows(`select alias_of from resource_type where api_group <> ''`);
    expect(aliasOf()).toEqual([{ alias_of: typeId }]);
    writer.commit(() => writer.types.save([alias]));
    expect(aliasOf()).toEqual([{ alias_of: null }]);
  });
});

describe('facts of the mirror', () => {
  test('change only where they are given', () => {
    const { writer } = mirror;
    writer.commit(() => writer.saveFacts({ cluster_uid: 'u', timeline: 3 }));
    writer.commit(() => writer.saveFacts({ confirmed_at: 7 }));
    expect(writer.mirror()).toMatchObject({ cluster_uid: 'u', timeline: 3, confirmed_at: 7, server_version: null });
  });
});
