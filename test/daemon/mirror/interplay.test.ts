import SqliteDatabase from 'better-sqlite3';
import { afterEach, describe, expect, test } from 'vitest';
import type { JsonObject } from '../../../src/core/json.ts';
import { editEvents } from '../../../src/simulator/fault.ts';
import type { OracleOptions } from '../../support/mirror-oracle.ts';
import { crdBody, crdName, type SampleCrd } from '../../support/sample-crd.ts';
import { fewTypes, SimulatedMirror, type SimulatedMirrorOptions } from '../../support/simulated-mirror.ts';

let mirror: SimulatedMirror;
let known: OracleOptions = {};

const everything = ['get', 'list', 'watch'];
const watched = 'watching healthy none';
const widgets: SampleCrd = { group: 'example.com', singular: 'widget', namespaced: true, extraFieldCount: 0 };
const widgetsName = crdName(widgets);
const definitions = 'customresourcedefinitions.apiextensions.k8s.io';
const services = 'apiservices.apiregistration.k8s.io';

const place = (key: string) => {
  const [namespace = '', name = ''] = key.split('/');
  return { namespace, name };
};
const make = (type: string, key: string): void => void mirror.state.create(type, { metadata: place(key) });
const change = (key: string, value: string): void =>
  void mirror.state.patch('configmaps', place(key), { data: { key: value } });
const allowIn = (namespaces: readonly string[]): void =>
  mirror.state.allow('viewer', { verbs: everything, namespaces });

/** A mirror of `viewer`, who may list namespaces, and everything in `a` and `b`. */
async function startInNamespaces(options: SimulatedMirrorOptions = {}): Promise<void> {
  mirror = await SimulatedMirror.start({
    ...options,
    user: 'viewer',
    prepare: (made) => {
      mirror = made;
      for (const name of ['a', 'b']) {
        made.state.create('namespaces', { metadata: { name } });
        for (const object of ['x', 'y', 'z']) make('configmaps', `${name}/${object}`);
      }
      allowIn(['a', 'b']);
      made.state.allow('viewer', { verbs: everything, resources: ['namespaces'], groups: [''] });
      options.prepare?.(made);
    },
  });
  await mirror.untilEqual();
}

/** Ends a namespace with all that is in it. */
function endNamespace(name: string): void {
  for (const { metadata } of mirror.state.list('configmaps'))
    if (metadata.namespace === name) mirror.state.delete('configmaps', { namespace: name, name: metadata.name });
  mirror.state.delete('namespaces', { name });
  mirror.state.patch('namespaces', { name }, { spec: { finalizers: [] } });
}

/** The store refuses one kind of statement; what is returned ends that. */
function refuse(statement: string): () => void {
  const run = (sql: string): void => {
    const database = new SqliteDatabase(mirror.file);
    database.exec(sql);
    database.close();
  };
  run(`create trigger refused before ${statement} begin select raise(abort, 'refused by a test'); end`);
  return () => run('drop trigger refused');
}

/** What the change log has of one key. */
const operations = (key: string): readonly unknown[] =>
  mirror.rows('select operation from change where key = ? order by seq', key).map(({ operation }) => operation);

afterEach(async () => {
  const options = known;
  known = {};
  await mirror.checkAndStop(options);
});

describe('scopes of single namespaces', () => {
  test('of a type that discovery cannot tell now wait for it, though a namespace appears', async () => {
    await startInNamespaces({
      prepare: (made) => {
        made.state.create(definitions, crdBody(widgets));
        make(widgetsName, 'a/w');
      },
    });
    expect(mirror.keys(widgetsName)).toEqual(['a/w']);
    mirror.state.setStale('example.com', 'v1', true);
    await mirror.advance(400_000);
    allowIn(['d']);
    mirror.state.create('namespaces', { metadata: { name: 'd' } });
    make(widgetsName, 'd/w');
    await mirror.until('d is live', () => mirror.scopesOf('configmaps')['d'] === 'synced', 60_000);
    expect(mirror.scopesOf(widgetsName)['d']).toBe(undefined);
    mirror.state.setStale('example.com', 'v1', false);
    await mirror.until('d has its widgets', () => mirror.keys(widgetsName).includes('d/w'), 400_000);
    await mirror.untilEqual();
  });

  test('may go while they are audited', async () => {
    await startInNamespaces({ auditIntervalMs: 600_000 });
    const path = '/api/v1/namespaces/a/configmaps';
    const expired = { kind: 'Status', status: 'Failure', reason: 'Expired', message: 'too old', code: 410 };
    let isAudited = false;
    mirror.faults.onRequest((request) => {
      if (request.path !== path || request.verb !== 'list' || isAudited) return undefined;
      if (!request.query.has('resourceVersionMatch')) return undefined;
      isAudited = true;
      mirror.faults.once((next) => next.path === path && next.verb === 'list', { kind: 'delay', delayMs: 3_000 });
      return { kind: 'answer', status: 410, body: expired };
    });
    await mirror.until('a is audited', () => isAudited, 700_000);
    endNamespace('a');
    await mirror.until('a is dropped', () => mirror.scopesOf('configmaps')['a'] === undefined, 60_000);
    await mirror.advance(60_000);
    expect(mirror.drifts).toEqual([]);
  });

  test('whose namespace ended are dropped though the store refuses that at first', async () => {
    await startInNamespaces();
    const end = refuse('delete on scope');
    endNamespace('a');
    await mirror.advance(30_000);
    end();
    await mirror.until('a is dropped', () => mirror.scopesOf('configmaps')['a'] === undefined, 400_000);
    await mirror.untilEqual();
  });

  test('that cannot be stored yet have no other scope read its events twice', async () => {
    await startInNamespaces();
    const end = refuse('insert on scope');
    allowIn(['d']);
    mirror.state.create('namespaces', { metadata: { name: 'd' } });
    make('configmaps', 'a/new');
    mirror.state.delete('configmaps', place('a/new'));
    await mirror.advance(60_000);
    expect(operations('a/new')).toEqual(['added', 'deleted']);
    end();
    await mirror.until('d is live', () => mirror.scopesOf('configmaps')['d'] === 'synced', 400_000);
    await mirror.untilEqual();
  });

  test('see nothing twice after a list of all that moved their rows and failed', async () => {
    await startInNamespaces({
      prepare: () => {
        for (let index = 0; index < 600; index += 1) make('configmaps', `b/many-${index}`);
      },
    });
    mirror.state.allow('viewer', { verbs: everything });
    const isListOfAll = ({ path, query }: { path: string; query: URLSearchParams }): boolean =>
      path === '/api/v1/configmaps' && query.get('limit') !== '1' && !query.has('watch');
    mirror.faults.onRequest((request) => {
      if (!isListOfAll(request)) return undefined;
      if (request.query.has('continue')) return { kind: 'answer', status: 500, body: '{}' };
      change('a/x', 'one');
      change('a/x', 'two');
      make('configmaps', 'a/again');
      mirror.state.delete('configmaps', place('a/again'));
      make('configmaps', 'a/again');
      mirror.faults.clear();
      mirror.faults.onRequest((next) =>
        isListOfAll(next) && next.query.has('continue') ? { kind: 'answer', status: 500, body: '{}' } : undefined,
      );
      return undefined;
    });
    await mirror.until('the list of all fails', () => mirror.said('configmaps').includes('server-error'), 1_000_000);
    await mirror.advance(500);
    await mirror.until('a is live', () => mirror.said('configmaps', 'a') === watched, 60_000);
    expect(operations('a/x')).toEqual(['updated']);
    expect(operations('a/again')).toEqual(['added']);
    mirror.faults.clear();
    await mirror.untilEqual();
  });
});

describe('a store that refuses what discovery told', () => {
  test('has the cluster asked again with patience', async () => {
    await startInNamespaces();
    const end = refuse('update of server_minor on mirror');
    const mark = mirror.mark();
    await mirror.advance(1_000_000);
    expect(mirror.requests(mark).filter(({ path }) => path === '/apis').length).toBeLessThan(40);
    end();
    await mirror.advance(100_000);
  });
});

describe('a clock that is set back by a day', () => {
  test('puts off neither a refusal that counts nor the watch of a polled type', async () => {
    await startInNamespaces({ types: ['configmaps', 'namespaces'] });
    mirror.state.access.revoke('viewer');
    mirror.state.allow('viewer', { verbs: everything, resources: ['namespaces'], groups: [''] });
    mirror.state.allow('viewer', { verbs: ['get', 'list'], namespaces: ['b'] });
    await mirror.until('a is refused once', () => mirror.said('configmaps', 'a').endsWith('forbidden'), 600_000);
    await mirror.until('b is polled', () => mirror.said('configmaps', 'b') === 'polling healthy none', 600_000);
    mirror.clock.jump(-86_400_000);
    allowIn(['b']);
    await mirror.until('a is refused', () => mirror.scopesOf('configmaps')['a'] === 'denied', 900_000);
    await mirror.until('b is watched', () => mirror.said('configmaps', 'b') === watched, 1_800_000);
    known = { timesUnsure: true };
  });
});

describe('a mirror that stops', () => {
  test('leaves no timer behind that would keep the process from ending', async () => {
    await startInNamespaces({ types: ['configmaps', 'namespaces'] });
    const isList = ({ type, verb }: { type: string; verb: string }): boolean =>
      type === 'configmaps' && verb === 'list';
    const busy = { kind: 'answer', status: 429, body: 'Too many requests, please try again later.' } as const;
    const end = mirror.faults.always(isList, busy);
    for (const reflector of mirror.mirror.reflectors) reflector.relist('expired');
    await mirror.until('the server is busy', () => mirror.said('configmaps', 'a').includes('throttled'), 60_000);
    end();
    await mirror.stopProcess();
    await mirror.advance(1_000);
    // Those of the server are for its bookmarks.
    expect(mirror.clock.waiting.filter((ms) => ms > 60_000)).toEqual([]);
    await mirror.open();
  });
});

describe('a credential that is taken again', () => {
  test('has every scope go on with the next heartbeat', async () => {
    await startInNamespaces();
    const refused = { kind: 'Status', status: 'Failure', reason: 'Unauthorized', message: 'Unauthorized', code: 401 };
    const end = mirror.faults.onRequest(() => ({ kind: 'answer', status: 401, body: refused }));
    await mirror.until('it is refused', () => mirror.said('configmaps', 'a').includes('auth-needed'), 600_000);
    await mirror.advance(1_800_000);
    end();
    await mirror.until('a is live', () => mirror.said('configmaps', 'a') === watched, 75_000);
    await mirror.untilEqual();
  });
});

describe('a definition that changes while the API services are listed', () => {
  test('has its type listed as soon as they are', async () => {
    mirror = await SimulatedMirror.start({
      types: [...fewTypes, services],
      prepare: (made) => {
        mirror = made;
        made.state.create(definitions, crdBody(widgets));
        make(widgetsName, 'default/w');
      },
    });
    await mirror.untilEqual();
    mirror.faults.once(({ type, verb }) => type === services && verb === 'list', { kind: 'delay', delayMs: 20_000 });
    mirror.mirror.reflectors.find(({ scope }) => scope.name === services)?.relist('expired');
    const spec = crdBody({ ...widgets, extraFieldCount: 1 })['spec'] as JsonObject;
    mirror.state.patch(definitions, { name: widgetsName }, { spec });
    await mirror.advance(10_000);
    expect(mirror.said(widgetsName)).toBe('listing degraded connecting');
    await mirror.until('widgets are live', () => mirror.said(widgetsName) === watched, 20_000);
    await mirror.untilEqual();
    known = { reshaped: true };
  });
});

describe('a type that is gone while the store refuses to let go of its rows', () => {
  test('leaves once it can be written', async () => {
    mirror = await SimulatedMirror.start({
      prepare: (made) => {
        mirror = made;
        made.state.create(definitions, crdBody(widgets));
        make(widgetsName, 'default/w');
        const silent = editEvents((event) => (event.type === 'DELETED' ? [] : [event]));
        made.faults.always(({ type, verb }) => type === widgetsName && verb === 'watch', silent);
      },
    });
    await mirror.untilEqual();
    const end = refuse("insert on tombstone when new.cause = 'purge'");
    mirror.state.delete(definitions, { name: widgetsName });
    await mirror.until('it is gone', () => mirror.log.some(({ msg }) => msg === 'type is gone'), 10_000);
    expect(mirror.keys(widgetsName)).toEqual(['default/w']);
    end();
    await mirror.until('the rows are gone', () => mirror.keys(widgetsName).length === 0, 500_000);
    expect(mirror.said(widgetsName)).toBe('stopped unhealthy absent');
  });
});

describe('a user who may list and watch, and get nothing', () => {
  test('has audits that come to a finding', async () => {
    mirror = await SimulatedMirror.start({
      user: 'viewer',
      auditIntervalMs: 600_000,
      prepare: (made) => {
        mirror = made;
        made.state.allow('viewer', { verbs: ['list', 'watch'] });
        for (const name of ['x', 'y']) make('configmaps', `default/${name}`);
      },
    });
    await mirror.untilEqual();
    await mirror.advance(600_000);
    const [audit] = mirror.rows(
      "select audited_at from scope join resource_type on resource_type.id = type_id where resource = 'configmaps'",
    );
    expect(audit?.['audited_at']).not.toBe(null);
  });
});
