import { afterEach, describe, expect, test } from 'vitest';
import type { JsonObject } from '../../../src/core/json.ts';
import { editEvents, type FaultRequest } from '../../../src/simulator/fault.ts';
import { crdBody, crdName, type SampleCrd } from '../../support/sample-crd.ts';
import { SimulatedMirror } from '../../support/simulated-mirror.ts';

let mirror: SimulatedMirror;
let mark: ReturnType<SimulatedMirror['mark']>;

const widgets: SampleCrd = { group: 'example.com', singular: 'widget', namespaced: true, extraFieldCount: 0 };
const gears: SampleCrd = { group: 'machines.example', singular: 'gear', namespaced: false, extraFieldCount: 0 };
const widgetsName = crdName(widgets);
const definitions = 'customresourcedefinitions.apiextensions.k8s.io';
const levers = 'levers.machines.example';

const makeWidget = (name: string, size = 1) =>
  mirror.state.create(widgetsName, { metadata: { namespace: 'default', name }, spec: { size } });

/** A mirror of two custom types, one of them with three objects. */
async function startLive(): Promise<void> {
  mirror = await SimulatedMirror.start({
    prepare: (made) => {
      mirror = made;
      made.state.create(definitions, crdBody(widgets));
      made.state.create(definitions, crdBody(gears));
      for (const name of ['a', 'b', 'c']) makeWidget(name);
      made.state.create(crdName(gears), { metadata: { name: 'cog' } });
      made.state.create('configmaps', { metadata: { namespace: 'default', name: 'x' } });
    },
  });
  await mirror.untilEqual();
  expect(mirror.keys(widgetsName)).toHaveLength(3);
  await mirror.advance(60_000);
  mark = mirror.mark();
}

/** `reason style` of each list of widgets since the mark. */
const widgetLists = (): readonly string[] =>
  mirror
    .lists(mark)
    .flatMap((line) => (line.startsWith(`${widgetsName} `) ? [line.slice(widgetsName.length + 1)] : []));

/** Until these widgets are stored, within what discovery and a list take. */
const untilKeys = (keys: readonly string[]): Promise<void> =>
  mirror.until(`widgets ${keys.join(' ')}`, () => mirror.keys(widgetsName).join() === keys.join(), 10_000);

const untilLeversAreListed = (withinMs: number): Promise<void> =>
  mirror.until(
    'levers are listed',
    () => mirror.log.some(({ msg, type }) => msg === 'listed' && type === levers),
    withinMs,
  );

/** Tells in the status of a definition whether its type is served. */
function establish(name: string, status: 'True' | 'False'): void {
  const conditions = [{ type: 'Established', status, reason: 'Test', message: '' }];
  mirror.state.patch(definitions, { name }, { status: { conditions } });
}

const discoveryCount = (): number => mirror.requests(mark).filter(({ path }) => path === '/apis').length;

const isDefinitionsWatch = ({ verb, type }: FaultRequest): boolean => verb === 'watch' && type === definitions;

const isOfWidgets = ({ type }: FaultRequest): boolean => type === widgetsName;

let reshaped = false;
afterEach(async () => {
  const options = { reshaped };
  reshaped = false;
  await mirror.checkAndStop(options);
});

/** The definition of widgets with other columns and fields. */
function editSchema(extraFieldCount: number): void {
  mirror.state.patch(
    definitions,
    { name: widgetsName },
    { spec: crdBody({ ...widgets, extraFieldCount })['spec'] as JsonObject },
  );
}

describe('a definition', () => {
  test('that is made brings its type within seconds', async () => {
    await startLive();
    mirror.state.create(definitions, crdBody({ ...gears, singular: 'lever' }));
    mirror.state.create(levers, { metadata: { name: 'long' } });
    await untilLeversAreListed(5_000);
    await mirror.untilEqual();
    expect(mirror.keys(levers)).toEqual(['long']);
  });

  test('whose type discovery lacks at first is followed within seconds of the discovery that has it', async () => {
    await startLive();
    mirror.state.create(definitions, crdBody({ ...gears, singular: 'lever' }));
    const served = mirror.state.types.removeCustom(levers);
    await mirror.advance(10_000);
    mirror.state.types.serve(served);
    await untilLeversAreListed(10_000);
    await mirror.untilEqual();
  });

  test('that is established late is followed within seconds of that', async () => {
    await startLive();
    mirror.state.create(definitions, crdBody({ ...gears, singular: 'lever' }));
    const served = mirror.state.types.removeCustom(levers);
    establish(levers, 'False');
    await mirror.advance(100_000);
    mirror.state.types.serve(served);
    establish(levers, 'True');
    await untilLeversAreListed(5_000);
    await mirror.untilEqual();
  });

  test('whose type discovery never has costs some discoveries, and no more', async () => {
    await startLive();
    mirror.state.create(definitions, crdBody({ ...gears, singular: 'lever' }));
    mirror.state.types.removeCustom(levers);
    await mirror.advance(3_600_000);
    // One each five minutes, and those that looked again.
    expect(discoveryCount()).toBeLessThan(12 + 10 + 5);
  });

  test('whose type discovery never has costs no more where definitions are polled', async () => {
    await startLive();
    mirror.faults.always(isDefinitionsWatch, { kind: 'answer', status: 405, body: {} });
    mirror.state.renewCache(definitions);
    mirror.state.create(definitions, crdBody({ ...gears, singular: 'lever' }));
    mirror.state.types.removeCustom(levers);
    await mirror.advance(3_600_000);
    expect(mirror.lists(mark).filter((line) => line.startsWith(definitions)).length).toBeGreaterThan(3);
    expect(discoveryCount()).toBeLessThan(12 + 10 + 5);
  });

  test('that is deleted while discovery lacks its type is not looked for any more', async () => {
    await startLive();
    const { versions } = crdBody(widgets)['spec'] as { readonly versions: readonly JsonObject[] };
    const unserved = { versions: versions.map((version) => ({ ...version, served: false })) };
    mirror.state.patch(definitions, { name: widgetsName }, { spec: unserved });
    await mirror.advance(20_000);
    mirror.state.delete(definitions, { name: widgetsName });
    await mirror.advance(100_000);
    mark = mirror.mark();
    await mirror.advance(3_600_000);
    expect(discoveryCount()).toBeLessThan(12 + 5);
  });

  test('57: that is deleted takes its objects along, each with one tombstone, and its type is absent', async () => {
    await startLive();
    mirror.state.delete(definitions, { name: widgetsName });
    await mirror.until('it is absent', () => mirror.status(widgetsName).phase === 'absent', 5_000);
    expect(mirror.said(widgetsName)).toBe('stopped unhealthy absent');
    expect(mirror.keys(widgetsName)).toEqual([]);
    expect(
      mirror.rows(
        'select count(*) as count, count(distinct uid) as uids from tombstone join resource_type on resource_type.id = type_id where resource = ?',
        'widgets',
      ),
    ).toEqual([{ count: 3, uids: 3 }]);
    await mirror.advance(300_000);
    expect(mirror.requests(mark).filter(({ path }) => path.endsWith('/widgets')).length).toBeLessThan(6);
    expect(mirror.said(crdName(gears))).toBe('watching healthy none');
  });

  test('58: that is deleted and made anew has the new objects only', async () => {
    await startLive();
    mirror.state.delete(definitions, { name: widgetsName });
    mirror.state.create(definitions, crdBody({ ...widgets, extraFieldCount: 2 }));
    makeWidget('a', 7);
    makeWidget('d', 8);
    await untilKeys(['default/a', 'default/d']);
    await mirror.advance(400_000);
    expect(mirror.said(widgetsName)).toBe('watching healthy none');
    expect(mirror.rows("select columns from resource_type where resource = 'widgets'")[0]?.['columns']).toContain(
      'Extra-extra0',
    );
  });

  test('58: that is deleted and, a while later, made anew has the new objects only', async () => {
    await startLive();
    mirror.state.delete(definitions, { name: widgetsName });
    await mirror.advance(200_000);
    mirror.state.create(definitions, crdBody(widgets));
    makeWidget('d', 8);
    await untilKeys(['default/d']);
    await mirror.untilEqual();
    expect(mirror.said(widgetsName)).toBe('watching healthy none');
  });

  test('58: that was deleted and made anew while no process ran has the new objects only', async () => {
    await startLive();
    await mirror.stopProcess();
    mirror.state.delete(definitions, { name: widgetsName });
    mirror.state.create(definitions, crdBody(widgets));
    makeWidget('a', 7);
    await mirror.open();
    await mirror.untilEqual();
    expect(mirror.keys(widgetsName)).toEqual(['default/a']);
  });

  test.each([
    ['by its event', false],
    ['after two discoveries', true],
  ])('57: that was deleted while no process ran is absent %s, its objects with it', async (_how, restartApiServer) => {
    await startLive();
    await mirror.stopProcess();
    mirror.state.delete(definitions, { name: widgetsName });
    if (restartApiServer) mirror.state.restartApiServer();
    await mirror.open();
    await mirror.untilLive();
    expect(mirror.keys(widgetsName)).toHaveLength(restartApiServer ? 3 : 0);
    await mirror.until('it is absent', () => mirror.status(widgetsName).phase === 'absent', 200_000);
    expect(mirror.keys(widgetsName)).toEqual([]);
  });

  test('77: whose schema is edited costs one list of its type, without a fault, and every row has the new columns', async () => {
    await startLive();
    reshaped = true;
    editSchema(2);
    await mirror.advance(20_000);
    expect(widgetLists()).toEqual(['schema-changed full']);
    expect(mirror.lists(mark)).toHaveLength(1);
    expect(mirror.toldOf(widgetsName, mark).filter((said) => said.includes('unhealthy'))).toEqual([]);
    const cells = mirror.rows(
      "select json(cells) as cells from object join resource_type on resource_type.id = type_id where resource = 'widgets'",
    );
    expect(new Set(cells.map((row) => (JSON.parse(String(row['cells'])) as unknown[]).length))).toEqual(new Set([6]));
    expect(mirror.said(widgetsName)).toBe('watching healthy none');
  });

  test('77: that is edited three times in a second costs one list', async () => {
    await startLive();
    reshaped = true;
    for (const count of [1, 2, 3]) {
      editSchema(count);
      makeWidget(`new-${count}`);
      await mirror.advance(300);
    }
    await mirror.advance(20_000);
    expect(widgetLists()).toEqual(['schema-changed full']);
    expect(mirror.differences()).toEqual([]);
  });

  test('77: that was edited while no process ran shows the new columns', async () => {
    await startLive();
    reshaped = true;
    await mirror.stopProcess();
    editSchema(2);
    mark = mirror.mark();
    await mirror.open();
    await mirror.untilEqual();
    await mirror.until(
      'the type is listed in its new shape',
      () => widgetLists().includes('schema-changed full'),
      10_000,
    );
    expect(widgetLists().length).toBeLessThanOrEqual(2);
  });

  test.each<readonly [string, (type: string) => void]>([
    [
      'while they could not be watched',
      (type) => {
        mirror.faults.always(isDefinitionsWatch, { kind: 'answer', status: 503, body: 'away\n' });
        mirror.state.renewCache(type);
      },
    ],
    [
      'by an event that the server replaced with 410',
      (type) => {
        const expired = { kind: 'Status', apiVersion: 'v1', status: 'Failure', reason: 'Expired', code: 410 };
        mirror.faults.always(
          isDefinitionsWatch,
          editEvents((event) => [event.type === 'MODIFIED' ? { type: 'ERROR', object: expired } : event]),
        );
        mirror.state.renewCache(type);
      },
    ],
    [
      'where they are polled',
      (type) => {
        mirror.faults.always(isDefinitionsWatch, { kind: 'answer', status: 405, body: {} });
        mirror.state.renewCache(type);
      },
    ],
  ])('77: that was edited %s has the columns of what the next list tells', async (_how, hide) => {
    await startLive();
    reshaped = true;
    hide(definitions);
    await mirror.advance(20_000);
    editSchema(2);
    mirror.state.compact();
    mirror.state.renewCache(definitions);
    const lineCount = mirror.log.length;
    await mirror.advance(20_000);
    mirror.faults.clear();
    const isRead = (): boolean =>
      mirror.log.slice(lineCount).some(({ msg, type }) => msg === 'listed' && type === definitions);
    await mirror.until('the definitions are listed', isRead, 1_200_000);
    await mirror.until(
      'the type is listed in its new shape',
      () => widgetLists().includes('schema-changed full'),
      20_000,
    );
    await mirror.untilEqual();
    expect(mirror.rows("select columns from resource_type where resource = 'widgets'")[0]?.['columns']).toContain(
      'Extra-extra0',
    );
  });

  test('59: whose version in use is no longer served is mirrored in the other one', async () => {
    await startLive();
    reshaped = true;
    const spec = crdBody(widgets)['spec'] as { versions: JsonObject[] };
    const [v1] = spec.versions;
    mirror.state.patch(definitions, { name: widgetsName }, {
      spec: {
        versions: [
          { ...v1, served: false, storage: false },
          { ...v1, name: 'v2' },
        ],
      },
    } as unknown as JsonObject);
    await mirror.untilEqual();
    expect(mirror.rows("select version from resource_type where resource = 'widgets'")).toEqual([{ version: 'v2' }]);
    expect(mirror.said(widgetsName)).toBe('watching healthy none');
    const bodies = mirror.rows(
      `select json from body join object on object.id = object_id
       join resource_type on resource_type.id = type_id where resource = 'widgets'`,
    );
    expect(bodies.every((row) => String(row['json']).includes('"apiVersion":"example.com/v2"'))).toBe(true);
  });
});

describe('a type that does not answer', () => {
  const gone = { kind: 'answer', status: 404, body: '404 page not found\n' } as const;
  const away = { kind: 'answer', status: 503, body: 'service unavailable\n' } as const;

  test('60: because the API server is starting loses nothing, though discovery lacks it', async () => {
    await startLive();
    mirror.faults.always(isOfWidgets, gone);
    const served = mirror.state.types.removeCustom(widgetsName);
    mirror.state.restartApiServer();
    await mirror.advance(5_000);
    expect(mirror.said(widgetsName)).toBe('watching unhealthy absent');
    mirror.state.types.serve(served);
    mirror.faults.clear();
    expect(mirror.keys(widgetsName)).toHaveLength(3);
    await mirror.advance(150_000);
    expect(mirror.keys(widgetsName)).toHaveLength(3);
    await mirror.untilEqual();
    expect(mirror.rows('select count(*) as count from tombstone')).toEqual([{ count: 0 }]);
  });

  test('60: though its definition has just changed is listed within seconds once discovery has it again', async () => {
    await startLive();
    editSchema(1);
    const served = mirror.state.types.removeCustom(widgetsName);
    await mirror.advance(5_000);
    expect(widgetLists()).toEqual([]);
    mirror.state.types.serve(served);
    await mirror.advance(10_000);
    expect(widgetLists()).toEqual(['schema-changed full']);
    expect(mirror.keys(widgetsName)).toHaveLength(3);
    reshaped = true;
    await mirror.untilEqual();
  });

  test('60: with 404 for half an hour, though discovery has it, loses nothing', async () => {
    await startLive();
    mirror.faults.always(isOfWidgets, gone);
    mirror.state.restartApiServer();
    await mirror.advance(1_800_000);
    expect(mirror.said(widgetsName)).toBe('watching unhealthy absent');
    expect(mirror.keys(widgetsName)).toHaveLength(3);
    expect(mirror.requests(mark).filter(({ path }) => path.endsWith('/widgets')).length).toBeLessThan(25);
  });

  test('61: and is unknown to discovery keeps its rows, and the others are live', async () => {
    await startLive();
    mirror.state.setStale('example.com', 'v1', true);
    mirror.faults.always(isOfWidgets, away);
    mirror.state.restartApiServer();
    await mirror.advance(900_000);
    expect(mirror.said(widgetsName)).toBe('watching unhealthy unavailable');
    expect(mirror.keys(widgetsName)).toHaveLength(3);
    expect(mirror.said('configmaps')).toBe('watching healthy none');
    expect(mirror.said(crdName(gears))).toBe('watching healthy none');
    expect(mirror.saidOfCluster()).toBe('healthy none');
    mirror.state.setStale('example.com', 'v1', false);
    mirror.faults.clear();
    await mirror.untilEqual();
    expect(mirror.rows('select count(*) as count from tombstone')).toEqual([{ count: 0 }]);
  });

  test('62: in the version in use, whose conversion webhook is broken, keeps its rows, and the others are live', async () => {
    await startLive();
    const type = mirror.state.type(widgetsName);
    mirror.state.broken.add(type, 'conversion webhook for example.com/v1, Kind=Widget failed');
    mirror.state.renewCache(widgetsName);
    await mirror.advance(600_000);
    expect(mirror.said(widgetsName)).toContain('unhealthy server-error');
    expect(mirror.status(widgetsName).last_error).toContain('conversion webhook');
    expect(mirror.keys(widgetsName)).toHaveLength(3);
    expect(mirror.said('configmaps')).toBe('watching healthy none');
    expect(mirror.saidOfCluster()).toBe('healthy none');
    expect(mirror.requests(mark).filter(({ path }) => path.endsWith('/widgets')).length).toBeLessThan(60);
    makeWidget('meanwhile');
    mirror.state.broken.remove(type);
    await mirror.untilEqual();
    expect(mirror.rows('select count(*) as count from tombstone')).toEqual([{ count: 0 }]);
  });

  test('78: because one of its objects cannot be decoded keeps its rows, and the others are live', async () => {
    await startLive();
    const brokenAt = mirror.clock.now();
    mirror.state.breakType(widgetsName);
    mirror.state.patch('configmaps', { namespace: 'default', name: 'x' }, { data: { seen: 'yes' } });
    await mirror.advance(31_500);
    expect(mirror.said(widgetsName)).toMatch(/^(watching|listing) unhealthy server-error$/);
    expect(mirror.status(widgetsName).last_error).toContain('unable to decode an object');
    await mirror.advance(600_000);
    expect(mirror.said(widgetsName)).toMatch(/ (unhealthy server-error|degraded watch-failing)$/);
    expect(mirror.keys(widgetsName)).toHaveLength(3);
    expect(mirror.said('configmaps')).toBe('watching healthy none');
    expect(mirror.saidOfCluster()).toBe('healthy none');
    expect(Number(mirror.status(widgetsName).as_of)).toBeLessThanOrEqual(brokenAt + 30_000);
    expect(mirror.toldOf('configmaps', mark)).toEqual([]);
    expect(mirror.requests(mark).filter(({ path }) => path.endsWith('/widgets')).length).toBeLessThan(60);
    makeWidget('meanwhile');
    mirror.state.delete(widgetsName, { namespace: 'default', name: 'b' });
    mirror.state.repairType(widgetsName);
    await mirror.untilEqual();
    expect(mirror.keys(widgetsName)).toEqual(['default/a', 'default/c', 'default/meanwhile']);
  });

  test('63: to one discovery is not dropped', async () => {
    await startLive();
    const served = mirror.state.types.removeCustom(widgetsName);
    mirror.state.create(definitions, crdBody({ ...gears, singular: 'lever' }));
    const discovered = (): number => mirror.log.filter(({ msg }) => msg === 'discovered').length;
    const before = discovered();
    await mirror.until('a discovery without it', () => discovered() > before);
    mirror.state.types.serve(served);
    await mirror.advance(300_000);
    expect(mirror.said(widgetsName)).toBe('watching healthy none');
    expect(mirror.keys(widgetsName)).toHaveLength(3);
    expect(widgetLists()).toEqual([]);
  });
});

describe('24: a cluster restored from an older snapshot', () => {
  test('is noticed where only a custom type is ahead of it', async () => {
    await startLive();
    const snapshot = mirror.state.snapshot();
    makeWidget('lost');
    await mirror.advance(100);
    mirror.state.restore(snapshot);
    mirror.state.restartApiServer();
    await mirror.until('it is listed again', () => mirror.rows('select timeline from mirror')[0]?.['timeline'] === 2);
    await mirror.untilEqual();
    expect(mirror.keys(widgetsName)).toHaveLength(3);
  });
});
