import { afterEach, describe, expect, test } from 'vitest';
import type { JsonObject } from '../../../src/core/json.ts';
import type { Fault, FaultRequest } from '../../../src/simulator/fault.ts';
import { crdBody, crdName, type SampleCrd } from '../../support/sample-crd.ts';
import { fewTypes, SimulatedMirror } from '../../support/simulated-mirror.ts';

/** Custom types as a user mirrors them who may see neither definitions nor API services: the server prints them. */
let mirror: SimulatedMirror;
let mark: ReturnType<SimulatedMirror['mark']>;

const widgets: SampleCrd = { group: 'example.com', singular: 'widget', namespaced: true, extraFieldCount: 0 };
const name = crdName(widgets);
const definitions = 'customresourcedefinitions.apiextensions.k8s.io';
const place = { namespace: 'default' };

let reshaped = false;
afterEach(async () => {
  const options = { reshaped };
  reshaped = false;
  await mirror.checkAndStop(options);
});

const makeWidget = (widget: string, size = 1) =>
  mirror.state.create(name, { metadata: { ...place, name: widget }, spec: { size } });

async function startLive(): Promise<void> {
  mirror = await SimulatedMirror.start({
    user: 'reader',
    prepare: (made) => {
      mirror = made;
      made.state.allow('reader', { verbs: ['get', 'list', 'watch'], groups: ['', 'example.com'] });
      made.state.create(definitions, crdBody(widgets));
      for (const widget of ['a', 'b', 'c']) makeWidget(widget);
    },
  });
  await mirror.untilLive();
  await mirror.advance(60_000);
  mark = mirror.mark();
}

const columns = (): readonly string[] =>
  (
    JSON.parse(String(mirror.rows("select columns from resource_type where resource = 'widgets'")[0]?.['columns'])) as {
      name: string;
    }[]
  ).map((column) => column.name);

const cells = (): readonly (readonly unknown[])[] =>
  mirror
    .rows(
      "select json(cells) as cells from object join resource_type on resource_type.id = type_id where resource = 'widgets' order by key",
    )
    .map((row) => JSON.parse(String(row['cells'])) as unknown[]);

const isOfWidgets = ({ type }: FaultRequest): boolean => type === name;
const isWatch = (request: FaultRequest): boolean => isOfWidgets(request) && request.verb === 'watch';

/** The server ends the watch, and serves the next one from a new cache. */
function endWatch(): void {
  mirror.state.cacheOf(mirror.state.type(name))?.close('end');
  mirror.state.renewCache(name);
}

function editSchema(extraFieldCount: number): void {
  const { spec } = crdBody({ ...widgets, extraFieldCount });
  mirror.state.patch(definitions, { name }, { spec: spec as JsonObject });
}

/** A watch whose first event says other columns than the list did. */
const otherColumns: Fault = {
  kind: 'editEvents',
  editor: () => (event) => [
    { ...event, object: { ...event.object, columnDefinitions: [{ name: 'Other', type: 'string' }] } },
  ],
};

/** A watch that brings the objects of its rows alone. */
const plainEvents: Fault = {
  kind: 'editEvents',
  editor: () => (event) => {
    const [row] = event.object['rows'] as { object: JsonObject }[];
    return [{ ...event, object: row?.object ?? {} }];
  },
};

describe('a type that its server prints', () => {
  test('has the columns of the server and ages that count, and is followed without another list', async () => {
    await startLive();
    expect(columns()).toEqual(['Name', 'Size', 'Color', 'Age']);
    expect(cells().map((row) => row[0])).toEqual(['a', 'b', 'c']);
    expect(cells()[0]?.at(-1)).toEqual({ sinceMs: Date.UTC(2026, 0, 1) });
    const madeAtMs = Math.trunc(mirror.clock.now() / 1_000) * 1_000;
    makeWidget('d', 7);
    mirror.state.patch(name, { ...place, name: 'a' }, { spec: { size: 9 } });
    mirror.state.delete(name, { ...place, name: 'b' });
    await mirror.advance(1_000);
    expect(cells().map((row) => row[0])).toEqual(['a', 'c', 'd']);
    expect(cells()[0]?.[1]).toBe(9);
    expect(cells()[2]?.at(-1)).toEqual({ sinceMs: madeAtMs });
    expect(mirror.lists(mark)).toEqual([]);
    expect(mirror.differences()).toEqual([]);
  });

  test('moves its resume point by bookmarks', async () => {
    await startLive();
    const before = mirror.status(name).resource_version;
    mirror.state.create('configmaps', { metadata: { ...place, name: 'other' } });
    await mirror.advance(120_000);
    expect(mirror.status(name).resource_version).not.toBe(before);
    expect(mirror.said(name)).toBe('watching healthy none');
  });

  test('is resumed by its watch after a restart, with its columns', async () => {
    await startLive();
    const before = [columns(), cells()];
    await mirror.restart();
    await mirror.untilLive();
    expect([columns(), cells()]).toEqual(before);
    expect(mirror.lists(mark).filter((line) => line.startsWith(name))).toEqual([]);
    makeWidget('d');
    await mirror.advance(1_000);
    expect(cells()).toHaveLength(4);
  });

  test('keeps its columns through discoveries', async () => {
    await startLive();
    const before = columns();
    await mirror.advance(900_000);
    expect(columns()).toEqual(before);
    expect(mirror.lists(mark).filter((line) => line.startsWith(name))).toEqual([]);
  });

  test('is listed once in its new shape when the server prints other columns', async () => {
    await startLive();
    reshaped = true;
    editSchema(2);
    await mirror.until('the new columns are there', () => columns().includes('Extra-extra0'), 30_000);
    await mirror.untilLive();
    expect(mirror.lists(mark).filter((line) => line.startsWith(name))).toHaveLength(1);
    expect(new Set(cells().map((row) => row.length))).toEqual(new Set([columns().length]));
    expect(mirror.differences()).toEqual([]);
  });

  test('is listed again when an event says other columns, and applies nothing of it', async () => {
    await startLive();
    mirror.faults.once(isWatch, otherColumns);
    endWatch();
    await mirror.advance(1_000);
    makeWidget('d');
    await mirror.until('it is listed', () => mirror.lists(mark).some((line) => line.startsWith(name)), 30_000);
    await mirror.untilEqual();
    expect(columns()).not.toContain('Other');
    expect(mirror.lists(mark)).toEqual([`${name} expired full`]);
  });

  test('is listed from time to time where the server does not print what a watch tells', async () => {
    await startLive();
    mirror.faults.always(isWatch, plainEvents);
    endWatch();
    await mirror.advance(1_000);
    makeWidget('d');
    await mirror.until('it is polled', () => mirror.said(name) === 'polling healthy none', 30_000);
    expect(cells().map((row) => row[0])).toEqual(['a', 'b', 'c', 'd']);
    makeWidget('e');
    await mirror.until('it is listed again', () => cells().length === 5, 400_000);
    mirror.faults.clear();
    await mirror.until('it is watched again', () => mirror.said(name) === 'watching healthy none', 900_000);
  });

  test('keeps its columns and rows while the server is away', async () => {
    await startLive();
    const before = [columns(), cells()];
    mirror.faults.always(isOfWidgets, { kind: 'answer', status: 503, body: 'service unavailable\n' });
    endWatch();
    await mirror.advance(600_000);
    expect(mirror.said(name)).toBe('watching unhealthy unavailable');
    expect([columns(), cells()]).toEqual(before);
    mirror.faults.clear();
    await mirror.untilEqual();
    expect(mirror.lists(mark).filter((line) => line.startsWith(name))).toEqual([]);
  });

  test('shows name and age once the server sends plain objects, and its own columns once it prints again', async () => {
    await startLive();
    reshaped = true;
    const before = columns();
    const plain: Fault = {
      kind: 'editBody',
      edit: (body) => {
        const table = JSON.parse(body) as { kind: string; metadata: JsonObject; rows: { object: JsonObject }[] };
        if (table.kind !== 'Table') return body;
        const items = table.rows.map(({ object }) => object);
        return JSON.stringify({ kind: 'WidgetList', metadata: table.metadata, items });
      },
    };
    mirror.faults.always((request) => isOfWidgets(request) && request.verb === 'list', plain);
    endWatch();
    await mirror.until('it shows name and age', () => columns().join() === 'Name,Age', 60_000);
    makeWidget('d');
    await mirror.until('it is followed', () => cells().length === 4, 60_000);
    expect(cells()[3]?.[0]).toBe('d');
    mirror.faults.clear();
    await mirror.restart();
    await mirror.untilLive();
    expect(columns()).toEqual(['Name', 'Age']);
    const expired = { kind: 'Status', status: 'Failure', reason: 'Expired', message: 'too old', code: 410 };
    mirror.faults.once(isWatch, { kind: 'answer', status: 410, body: expired });
    endWatch();
    await mirror.until('it shows its columns', () => columns().join() === before.join(), 900_000);
    expect(cells()).toHaveLength(4);
  });
});

test('a restart lists nothing, with definitions and API services in the store', async () => {
  mirror = await SimulatedMirror.start({
    types: [...fewTypes, 'apiservices.apiregistration.k8s.io'],
    prepare: (made) => {
      mirror = made;
      made.state.create(definitions, crdBody(widgets));
      makeWidget('a');
    },
  });
  await mirror.untilEqual();
  mark = mirror.mark();
  await mirror.restart();
  await mirror.untilLive();
  expect(mirror.lists(mark)).toEqual([]);
});

describe('what came between the first discovery and the first list', () => {
  const services = 'apiservices.apiregistration.k8s.io';
  const discoveries = (): number => mirror.log.filter(({ msg }) => msg === 'discovered').length;

  /** A mirror whose list of `type` is answered a second late, having done `meanwhile` before. */
  async function startWith(type: string, meanwhile: () => void): Promise<void> {
    mirror = await SimulatedMirror.start({
      types: [...fewTypes, services],
      prepare: (made) => {
        mirror = made;
        const isList = (request: FaultRequest): boolean => request.type === type && request.query.has('limit');
        made.faults.once(isList, { kind: 'delay', delayMs: 1_000 });
      },
    });
    await mirror.until('it was discovered', () => discoveries() === 1);
    meanwhile();
    await mirror.untilLive(10_000);
  }

  test('is discovered at once where it is an API service', async () => {
    const service = { namespace: 'default', name: 'market' };
    await startWith(services, () => {
      mirror.state.create(services, {
        metadata: { name: 'v1.market.example.org' },
        spec: { group: 'market.example.org', version: 'v1', service },
      });
    });
    await mirror.advance(5_000);
    expect(discoveries()).toBe(2);
    await mirror.advance(120_000);
    expect(discoveries()).toBe(2);
  });

  test('is discovered at once where it is a definition', async () => {
    await startWith(definitions, () => {
      mirror.state.create(definitions, crdBody(widgets));
      makeWidget('a');
    });
    await mirror.until('it is mirrored', () => mirror.keys(name).length === 1, 10_000);
  });
});
