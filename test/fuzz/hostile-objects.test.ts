import { afterEach, describe, expect, test } from 'vitest';
import type { JsonObject } from '../../src/core/json.ts';
import type { Fault } from '../../src/simulator/fault.ts';
import { SimulatedMirror } from '../support/simulated-mirror.ts';

/** What servers send that keep none of the rules of Kubernetes: one type suffers, no other, and no process ends. */
let mirror: SimulatedMirror;
afterEach(async () => await mirror.stop());

const type = 'configmaps';

const nested = (depth: number): string => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;

/** Members in place of an object's own; `metadata` is added to. */
type Damage = Readonly<Record<string, string>>;

/** The same object as text, with members of JSON text in place of its own. */
function damaged(object: JsonObject, damage: Damage): string {
  const { metadata: _metadata, ...members } = damage;
  const whole = Object.entries(object).map(([key, value]): readonly [string, string] => {
    if (key !== 'metadata' || damage['metadata'] === undefined) return [key, JSON.stringify(value)];
    const kept = JSON.stringify(value).slice(1, -1);
    return [key, `{${kept},${damage['metadata']}}`];
  });
  const texts = Object.entries({ ...Object.fromEntries(whole), ...members });
  return `{${texts.map(([key, text]) => `${JSON.stringify(key)}:${text}`).join(',')}}`;
}

/** Damages the objects called `bad`, in lists and watches. */
function plant(damage: Damage, verbs: readonly ('list' | 'watch')[]): void {
  const isBad = (object: JsonObject): boolean => (object['metadata'] as JsonObject)['name'] === 'bad';
  const marker = '"@"';
  const faults: Readonly<Record<'list' | 'watch', Fault>> = {
    list: {
      kind: 'editBody',
      edit: (body) => {
        const list = JSON.parse(body) as { items?: JsonObject[] };
        if (list.items === undefined) return body;
        const items = list.items.map((item) => (isBad(item) ? damaged(item, damage) : JSON.stringify(item)));
        return JSON.stringify({ ...list, items: '@' }).replace(marker, () => `[${items.join(',')}]`);
      },
    },
    watch: {
      kind: 'editEvents',
      editor: () => (event) => {
        if (!isBad(event.object)) return [event];
        return [`${JSON.stringify({ ...event, object: '@' }).replace(marker, () => damaged(event.object, damage))}\n`];
      },
    },
  };
  for (const verb of verbs)
    mirror.faults.always((request) => request.type === type && request.verb === verb, faults[verb]);
}

const damages: Readonly<Record<string, Damage>> = {
  'a uid that is a number': { metadata: '"uid":5' },
  'a uid that is an object': { metadata: '"uid":{"a":1}' },
  'a uid that is null': { metadata: '"uid":null' },
  'a resourceVersion that is a number': { metadata: '"resourceVersion":7' },
  'a resourceVersion that is a list': { metadata: '"resourceVersion":["7"]' },
  'a namespace that is an object': { metadata: '"namespace":{}' },
  'a namespace that is null': { metadata: '"namespace":null' },
  'a time that is an object': { metadata: '"creationTimestamp":{"4":{},"12":{},"length":{"toString":1}}' },
  'labels that are a text': { metadata: '"labels":"web"' },
  'labels that are lists': { metadata: '"labels":{"app":["web"]}' },
  'owners that are a text': { metadata: '"ownerReferences":"web"' },
  'managedFields that lie deep': { metadata: `"managedFields":[${nested(9_000)}]` },
  'data that lie deep': { data: nested(900) },
  'data that lie as deep as a server allows': { data: nested(9_000) },
  'data that lie deeper than any server allows': { data: nested(200_000) },
  'no metadata': { metadata: '"name":null' },
  'a name that is a number': { metadata: '"name":1' },
  'a name of a folder': { metadata: '"name":"../../etc"' },
  'half a character': { data: String.raw`{"a":"\ud800"}` },
};

async function start(): Promise<void> {
  mirror = await SimulatedMirror.start({
    prepare: (made) => {
      mirror = made;
      for (const name of ['bad', 'good']) made.state.create(type, { metadata: { name, namespace: 'default' } });
    },
  });
}

async function othersAreUnharmed(): Promise<void> {
  mirror.state.create('pods', { metadata: { name: `p${mirror.clock.now()}`, namespace: 'default' }, spec: {} });
  await mirror.advance(1_000);
  expect(mirror.differences().filter((line) => !line.includes(type))).toEqual([]);
  expect(mirror.said('pods')).toBe('watching healthy none');
}

describe('an object with', () => {
  test.each(Object.keys(damages))('%s in a list harms no other type', async (what) => {
    await start();
    plant(damages[what] ?? {}, ['list']);
    await mirror.advance(120_000);
    await othersAreUnharmed();
    mirror.faults.clear();
    await mirror.untilEqual(3_600_000);
  });

  test.each(Object.keys(damages))('%s in a watch harms no other type', async (what) => {
    await start();
    await mirror.untilLive();
    plant(damages[what] ?? {}, ['list', 'watch']);
    mirror.state.patch(type, { namespace: 'default', name: 'bad' }, { metadata: { labels: { step: '1' } } });
    mirror.state.cacheOf(mirror.state.type(type))?.close('end');
    mirror.state.renewCache(type);
    await mirror.advance(10_000);
    mirror.state.patch(type, { namespace: 'default', name: 'bad' }, { metadata: { labels: { step: '2' } } });
    await mirror.advance(120_000);
    await othersAreUnharmed();
    mirror.faults.clear();
    mirror.state.patch(type, { namespace: 'default', name: 'bad' }, { metadata: { labels: { step: '3' } } });
    await mirror.untilEqual(3_600_000);
  });
});
