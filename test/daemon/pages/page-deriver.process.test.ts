import { Worker } from 'node:worker_threads';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, test } from 'vitest';
import type { Json } from '../../../src/core/json.ts';
import type { KubeObject } from '../../../src/core/kube-object.ts';
import type { MirroredType } from '../../../src/core/mirrored-type.ts';
import { objectRecord, objectSource, type TypeRecipe } from '../../../src/daemon/object-source.ts';
import type { PageWork } from '../../../src/daemon/pages/derive-page.ts';
import { PageDeriver } from '../../../src/daemon/pages/page-deriver.ts';
import { listedObjects, type ReadPage } from '../../../src/daemon/pages/read-page.ts';
import { tableDefinition } from '../../../src/derive/table-definition.ts';
import { RequestFailed } from '../../../src/kube/failure.ts';
import { readListPage, type ListTarget } from '../../../src/kube/list-page.ts';
import { unzippedHere } from '../../../src/kube/answer.ts';
import { builtInTypes } from '../../../src/simulator/built-in-types.ts';
import type { ObjectRecord, ObjectSource } from '../../../src/store/object-record.ts';
import { packText, unpackText } from '../../../src/store/state-blob.ts';
import { fakeClock } from '../../support/fake-clock.ts';
import { grownObject } from '../../support/grown-object.ts';
import { amountOf } from '../../support/long-run.ts';
import { podRecipe } from '../../support/pod-recipe.ts';
import { createSeededRandom, type SeededRandom } from '../../support/seeded-random.ts';

const makeThread = (): Worker => new Worker(new URL('../../../src/daemon/pages/page-thread.ts', import.meta.url));
const nowMs = Date.UTC(2026, 0, 1);

const derivers: PageDeriver[] = [];

afterEach(async () => {
  for (const deriver of derivers.splice(0)) await deriver.close();
});

function newDeriver(clock = fakeClock(nowMs)): PageDeriver {
  const deriver = new PageDeriver(clock, makeThread);
  derivers.push(deriver);
  return deriver;
}

function recipeOf(type: (typeof builtInTypes)[number]): TypeRecipe {
  const tableContext = { serverMinor: 36 };
  const table = tableDefinition(type as unknown as MirroredType, tableContext);
  return { type: { ...(type as unknown as MirroredType), columns: table.columns }, table, tableContext };
}

/** The work of a page that holds this body. */
function workOf({ type, tableContext }: TypeRecipe, body: string | Json, isZipped = true): PageWork {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const headers = {
    'content-type': 'application/json',
    ...(isZipped ? { 'content-encoding': 'gzip' } : {}),
    warning: '299 - "old"',
  };
  const bytes = isZipped ? gzipSync(text) : Buffer.from(text);
  const target: ListTarget = { type, namespace: '', representation: 'full' };
  return {
    answer: { status: 200, headers, bytes },
    target,
    type,
    tableContext: tableContext ?? { serverMinor: 0 },
    nowMs,
  };
}

function list(items: readonly Json[]): Json {
  return { kind: 'PodList', apiVersion: 'v1', metadata: { resourceVersion: '200', continue: 'more' }, items };
}

/** What this thread makes of the same page. */
function readHere({ answer, target }: PageWork): ReadPage {
  const page = readListPage(target, unzippedHere(answer));
  return { ...page, objects: listedObjects(page.objects) };
}

/** An object with anything at every path that deriving looks at. */
function grown(recipe: TypeRecipe, index: number, random: SeededRandom): Json {
  const { group, version, kind } = recipe.type;
  const name = `n${index}`;
  const root = {
    apiVersion: group === '' ? version : `${group}/${version}`,
    kind,
    metadata: { name, uid: name, resourceVersion: '7' },
  };
  return grownObject(root as unknown as KubeObject, random, {
    read: (object) => void objectRecord(recipe, { object }, nowMs),
    isFixed: ([first, second]) =>
      first === 'apiVersion' ||
      first === 'kind' ||
      (first === 'metadata' && second !== 'labels' && second !== 'managedFields'),
  });
}

async function derived(deriver: PageDeriver, work: PageWork): Promise<ReadPage> {
  const ahead = await deriver.derive(work);
  if (ahead === undefined) throw new Error('there is no thread');
  return await ahead.page;
}

interface Stored extends Pick<ObjectSource, 'key' | 'uid' | 'resourceVersion'> {
  readonly record: ObjectRecord;
  readonly managedFields: string;
}

function storedOf(page: ReadPage, recipe: TypeRecipe): readonly Stored[] {
  return page.objects.map(({ source }) => {
    const { key, uid, resourceVersion, record } = source(recipe, nowMs);
    const { packedManagedFields: packed, managedFields, ...rest } = record();
    if (packed !== undefined) expect(unpackText(packed)).toBe(managedFields);
    return { key, uid, resourceVersion, record: { ...rest, managedFields }, managedFields };
  });
}

/** A promise's RequestFailed. */
async function failureOf(page: Promise<unknown>): Promise<RequestFailed['failure']> {
  const error: unknown = await page.catch((reason: unknown) => reason);
  if (!(error instanceof RequestFailed)) throw new Error('it did not fail', { cause: error });
  return error.failure;
}

function failureHere(work: PageWork): RequestFailed['failure'] {
  try {
    readHere(work);
  } catch (error) {
    if (error instanceof RequestFailed) return error.failure;
  }
  throw new Error('it did not fail');
}

const managed = (name: string, value: Json = 'x'): Json => ({
  metadata: { name, namespace: 'a', uid: `uid-${name}`, resourceVersion: '7', managedFields: [{ manager: value }] },
  spec: { containers: [{ name: 'main', image: 'shop:1' }], priority: 1 },
});

const seeds = Array.from({ length: amountOf(2, 5) }, (_, index) => index + 1);

describe('a page that is read by another thread', () => {
  test.each(seeds)('is what this thread reads, seed %i', async (seed) => {
    const random = createSeededRandom(seed);
    const deriver = newDeriver();
    for (const type of builtInTypes) {
      const recipe = recipeOf(type);
      const items = Array.from({ length: 3 }, (_, index) => grown(recipe, index, random));
      const work = workOf(recipe, list(items), seed % 2 === 0);
      const here = readHere({ ...work, answer: { ...work.answer, bytes: Uint8Array.from(work.answer.bytes) } });
      const ahead = await deriver.derive(work);
      if (ahead === undefined) throw new Error('there is no thread');
      const there = await ahead.page;
      expect(ahead).toMatchObject({ continueToken: 'more', byteCount: here.byteCount });
      expect(storedOf(there, recipe)).toEqual(storedOf(here, recipe));
      expect({ ...there, objects: 0 }).toEqual({ ...here, objects: 0 });
      expect(there.objects.map(({ metadata }) => metadata.uid)).toEqual(
        here.objects.map(({ metadata }) => metadata.uid),
      );
    }
  });

  test('keeps long integers and what is no ASCII', async () => {
    const recipe = podRecipe;
    const text = JSON.stringify(list([managed('ä-日本', '🦊')])).replace(
      '"priority":1',
      '"priority":12345678901234567890',
    );
    const work = workOf(recipe, text);
    const [stored] = storedOf(await derived(newDeriver(), work), recipe);
    expect(stored?.record.body).toContain('12345678901234567890');
    expect(stored?.key).toBe('a/ä-日本');
    expect(stored?.managedFields).toBe('[{"manager":"🦊"}]');
  });

  test('has its managedFields packed as the store packs them', async () => {
    const work = workOf(podRecipe, list([managed('one'), managed('two', 'y'), { metadata: { name: 'none' } }]));
    const { objects } = await derived(newDeriver(), work);
    const packed = objects.map(({ source }) => source(podRecipe, nowMs).record().packedManagedFields);
    expect(packed.map((bytes) => bytes && Buffer.from(bytes))).toEqual([
      packText('[{"manager":"x"}]'),
      packText('[{"manager":"y"}]'),
      undefined,
    ]);
    // Each in memory of its own: a part would take the whole along.
    expect(packed.map((bytes) => bytes?.buffer.byteLength)).toEqual(packed.map((bytes) => bytes?.length));
  });

  test('of an API without resourceVersions gets hashes', async () => {
    const item = { metadata: { name: 'one' }, usage: { cpu: '1' } };
    const work = workOf(podRecipe, list([item]));
    const [there] = (await derived(newDeriver(), work)).objects;
    const object = { ...item, apiVersion: 'v1', kind: 'Pod' } as never;
    expect(there?.source(podRecipe, nowMs).resourceVersion).toBe(
      objectSource(podRecipe, { object }, nowMs).resourceVersion,
    );
  });

  test.each([
    ['no JSON', '{"kind":"PodList","items":[{'],
    ['a Status', { kind: 'Status', code: 410, reason: 'Expired', message: 'too old' }],
    ['no list', { kind: 'Pod' }],
    ['an object without a name', list([{ metadata: {} }])],
  ])('fails as here: %s', async (_what, body) => {
    const work = workOf(podRecipe, body as Json);
    const here = failureHere({ ...work, answer: { ...work.answer, bytes: Uint8Array.from(work.answer.bytes) } });
    expect(await failureOf(derived(newDeriver(), work))).toEqual(here);
  });

  test('that goes on in two places fails', async () => {
    const text = JSON.stringify(list([])).replace('"items":[]', '"items":[],"metadata":{"continue":"elsewhere"}');
    const page = derived(newDeriver(), workOf(podRecipe, text));
    expect(await failureOf(page)).toMatchObject({ class: 'malformed', message: expect.stringContaining('two places') });
  });

  test('that is too long, unzipped, fails as that', async () => {
    const work = workOf(podRecipe, list([managed('one', 'x'.repeat(5_000))]));
    const asFarAs = (maxBytes: number): PageWork => ({
      ...work,
      answer: { ...work.answer, bytes: Uint8Array.from(work.answer.bytes), maxBytes },
    });
    expect(await failureOf(derived(newDeriver(), asFarAs(5_000)))).toMatchObject({ class: 'too-long' });
    expect((await derived(newDeriver(), asFarAs(6_000))).objects).toHaveLength(1);
  });

  test('that is no gzip, or nested too deeply, fails', async () => {
    const work = workOf(podRecipe, list([]));
    const broken = { ...work, answer: { ...work.answer, bytes: Buffer.from('no gzip') } };
    expect((await failureOf(derived(newDeriver(), broken))).class).toBe('transport');
    const deep = `${'['.repeat(20_000)}${']'.repeat(20_000)}`;
    const item = JSON.stringify(managed('deep')).replace('"priority":1', `"priority":${deep}`);
    const text = JSON.stringify(list([])).replace('"items":[]', `"items":[${item}]`);
    expect(await failureOf(derived(newDeriver(), workOf(podRecipe, text)))).toMatchObject({ class: 'malformed' });
  });
});

describe('the thread', () => {
  test('answers pages that are asked for at once, each with its own', async () => {
    const deriver = newDeriver();
    const names = Array.from({ length: 20 }, (_, index) => `p${index}`);
    const pages = await Promise.all(names.map((name) => derived(deriver, workOf(podRecipe, list([managed(name)])))));
    expect(pages.map(({ objects }) => objects[0]?.metadata.name)).toEqual(names);
  });

  test('ends after a while without pages, and begins again', async () => {
    const clock = fakeClock(nowMs);
    const deriver = newDeriver(clock);
    await derived(deriver, workOf(podRecipe, list([managed('one')])));
    expect(deriver.isRunning).toBe(true);
    clock.advance(4_000);
    await derived(deriver, workOf(podRecipe, list([managed('two')])));
    clock.advance(4_000);
    expect(deriver.isRunning).toBe(true);
    clock.advance(1_000);
    expect(deriver.isRunning).toBe(false);
    const { objects } = await derived(deriver, workOf(podRecipe, list([managed('three')])));
    expect(objects[0]?.metadata.name).toBe('three');
  });

  test('that dies fails the pages that wait, and the next page has another one', async () => {
    const deriver = newDeriver();
    const poisoned = { ...workOf(podRecipe, list([])), target: null } as unknown as PageWork;
    const both = [derived(deriver, poisoned), derived(deriver, workOf(podRecipe, list([managed('behind')])))];
    for (const page of both) expect(await failureOf(page)).toMatchObject({ class: 'malformed' });
    const { objects } = await derived(deriver, workOf(podRecipe, list([managed('next')])));
    expect(objects[0]?.metadata.name).toBe('next');
  });

  test('that is ended fails the pages that wait, and there is none afterwards', async () => {
    const deriver = newDeriver();
    const page = failureOf(derived(deriver, workOf(podRecipe, list([managed('one')]))));
    await deriver.close();
    expect(await page).toMatchObject({ class: 'malformed' });
    expect(await deriver.derive(workOf(podRecipe, list([])))).toBeUndefined();
    expect(deriver.isRunning).toBe(false);
  });

  test('that ended keeps no timer, also where its last answer came while it was ended', async () => {
    const waits: number[] = [];
    const clock = fakeClock(nowMs);
    const deriver = newDeriver({
      ...clock,
      after: (ms, work) => {
        waits.push(ms);
        return clock.after(ms, work);
      },
    });
    const page = failureOf(derived(deriver, workOf(podRecipe, list([managed('one')])))).catch(() => undefined);
    // Its answer is there, and this thread has not looked yet.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1_000);
    await deriver.close();
    await page;
    expect(waits).toEqual([]);
  });

  test('that cannot be had leaves the bytes to this thread', async () => {
    const deriver = new PageDeriver(fakeClock(nowMs), () => {
      throw new Error('no more threads');
    });
    const work = workOf(podRecipe, list([managed('one')]));
    const { length } = work.answer.bytes;
    expect(await deriver.derive(work)).toBeUndefined();
    expect(work.answer.bytes.length).toBe(length);
    expect(readHere(work).objects).toHaveLength(1);
  });
});
