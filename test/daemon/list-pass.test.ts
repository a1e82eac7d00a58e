import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { Worker } from 'node:worker_threads';
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { KubeObject } from '../../src/core/kube-object.ts';
import { isSuspicious, runListPass, type ListPassOptions, type ListPassResult } from '../../src/daemon/list-pass.ts';
import type { ListPlan } from '../../src/daemon/reflector-state.ts';
import { plainPrinting, printedRecipe, printingOf, withoutPrinting } from '../../src/daemon/server-printing.ts';
import type { Transport } from '../../src/kube/transport.ts';
import { PageDeriver } from '../../src/daemon/pages/page-deriver.ts';
import { PageLimits } from '../../src/daemon/pages/page-limits.ts';
import { WriteTurns } from '../../src/daemon/write-turns.ts';
import { systemClock } from '../../src/util/clock.ts';
import { TokenBucket } from '../../src/util/token-bucket.ts';
import { fakeClock } from '../support/fake-clock.ts';
import { pod, podRecipe } from '../support/pod-recipe.ts';
import { answerJson, startStubServer, type StubServer } from '../support/stub-server.ts';
import { sampleSource, temporaryMirror, type TemporaryMirror } from '../support/temporary-mirror.ts';

interface Page {
  readonly objects?: readonly KubeObject[];
  readonly version?: string;
  /** Another answer instead. */
  readonly status?: number;
  readonly reset?: boolean;
  /** Takes the response instead, and does with it what it likes. */
  readonly held?: (response: ServerResponse) => void;
}

/** Reads pages of any size, where it is there. */
let deriver: PageDeriver | undefined;
let server: StubServer;
let transport: Transport;
let mirror: TemporaryMirror;
/** Pages of the list; each but the last has a token that is the number of the next. */
let pages: readonly Page[];
/** What GETs of single pods find. */
let single: ReadonlyMap<string, KubeObject>;
/** Called before each answer. */
let onRequest: (url: URL) => void;

function answerPage(number: number): unknown {
  const page = pages[number] ?? {};
  const token = number + 1 < pages.length ? { continue: String(number + 1) } : {};
  return {
    kind: 'PodList',
    apiVersion: 'v1',
    metadata: { resourceVersion: page.version ?? '200', ...token },
    items: page.objects ?? [],
  };
}

beforeEach(async () => {
  pages = [{}];
  single = new Map();
  onRequest = () => undefined;
  server = await startStubServer((request, response) => {
    const url = new URL(request.url ?? '', 'http://stub');
    onRequest(url);
    const name = /\/pods\/(.+)$/.exec(url.pathname)?.[1];
    if (name !== undefined) {
      const found = single.get(name);
      answerJson(response, found ?? { kind: 'Status', code: 404 }, found === undefined ? 404 : 200);
      return;
    }
    const number = Number(url.searchParams.get('continue') ?? 0);
    const { status, reset, held } = pages[number] ?? {};
    if (held !== undefined) held(response);
    else if (reset === true) response.destroy();
    else if (status !== undefined) answerJson(response, { kind: 'Status', code: status, message: 'no' }, status);
    else answerJson(response, answerPage(number));
  });
  transport = await server.transport();
  mirror = await temporaryMirror();
});

afterEach(async () => {
  mirror.close();
  await server.stop();
});

const thread = new PageDeriver(
  systemClock(),
  () => new Worker(new URL('../../src/daemon/pages/page-thread.ts', import.meta.url)),
  0,
);

afterAll(async () => await thread.close());

const full: ListPlan = {
  reason: 'expired',
  style: 'full',
  pageSize: 500,
  streamTries: 0,
  missing: new Set(),
  doubtCount: 0,
};
const metadata: ListPlan = { ...full, style: 'metadata' };

function list(plan: ListPlan = full, given: Partial<ListPassOptions> = {}): Promise<ListPassResult> {
  return runListPass({
    writer: mirror.writer,
    transport,
    clock: fakeClock(7_000),
    scopeId: mirror.scopeId,
    namespace: '',
    recipe: podRecipe,
    representation: 'shape',
    timeline: 3,
    identify: () => Promise.resolve(true),
    plan,
    watchable: true,
    signal: new AbortController().signal,
    pace: new TokenBucket(fakeClock(), { perSecond: 1_000, burst: 1_000 }),
    turns: new WriteTurns(),
    deriver,
    limits: new PageLimits(),
    onReceived: () => undefined,
    onPage: () => undefined,
    onOtherHistory: () => true,
    onWarning: () => undefined,
    ...given,
  });
}

/** Fills the store with pods by a list of their own. */
async function stored(...objects: readonly KubeObject[]): Promise<void> {
  pages = [{ objects, version: '150' }];
  await list();
}

const many = (count: number, from = 0): readonly KubeObject[] =>
  Array.from({ length: count }, (_, index) => pod(`p${String(from + index).padStart(4, '0')}`, '100'));

const keys = (): readonly unknown[] => mirror.rows('select key from object order by key').map((row) => row['key']);
const scope = (): Record<string, unknown> => mirror.rows('select * from scope')[0] ?? {};
const tombstones = (): readonly unknown[] => mirror.rows('select key, cause from tombstone order by key');

describe.each([
  ['this thread', undefined],
  ['a thread of its own', thread],
])('pages read by %s:', (_name, reader) => {
  beforeEach(() => {
    deriver = reader;
  });

  describe('a pass', () => {
    test('over several pages stores what they hold, sweeps the rest and sets the resume point at the end', async () => {
      await stored(pod('gone', '90'), pod('kept', '91'));
      pages = [{ objects: [pod('kept', '91'), pod('new', '120')] }, { objects: [pod('last', '130')] }];
      const seen: unknown[] = [];
      onRequest = (url) => {
        if (url.searchParams.has('continue')) seen.push(scope()['resource_version']);
      };
      expect(await list()).toEqual({
        kind: 'listed',
        resourceVersion: '200',
        objectCount: 3,
        deletedCount: 1,
        replayedUntil: '',
      });
      expect(keys()).toEqual(['a/kept', 'a/last', 'a/new']);
      expect(tombstones()).toEqual([{ key: 'a/gone', cause: 'sweep' }]);
      expect(scope()).toMatchObject({ resource_version: '200', phase: 'synced', timeline: 3, as_of: 7_000 });
      expect(seen, 'no resume point while it runs').toEqual([null]);
    });

    test('that fails lets go of the pages that are on their way', async () => {
      const asked = Promise.withResolvers<ServerResponse>();
      pages = [{ objects: many(150) }, { version: '999' }, { held: asked.resolve }];
      // The first page is written to its end once the third one is under way.
      const turns = { next: async () => void (await asked.promise) } as WriteTurns;
      const passed = list(full, { turns });
      const closed = asked.promise.then((response) => once(response, 'close'));
      await expect(passed).rejects.toThrow('different resourceVersions');
      await closed;
    });

    test('asks for a page that is too long again, from the same place with a smaller limit', async () => {
      const padded = [pod('x', '101', { labels: { note: 'x'.repeat(3_000) } })];
      pages = [{ objects: many(2) }, { objects: padded }, { objects: many(1, 10) }];
      const asked: string[] = [];
      onRequest = ({ searchParams }) => {
        asked.push(`${searchParams.get('continue') ?? ''}/${searchParams.get('limit') ?? ''}`);
        // This server pays no attention to the limit, until it is small.
        pages = pages.map((page, index) => (index === 1 && searchParams.get('limit') === '7' ? { objects: [] } : page));
      };
      const limits = new PageLimits({ usualBytes: 1_500, mostBytes: 2_000, singleBytes: 2_000 });
      expect(await list(full, { limits })).toMatchObject({ kind: 'listed', objectCount: 3 });
      expect(asked).toEqual(['/500', '1/500', '1/62', '1/7', '2/15']);
    });

    test('writes nothing for rows that did not change', async () => {
      await stored(pod('x', '90'));
      const before = mirror.rows('select * from change');
      pages = [{ objects: [pod('x', '90')] }];
      await list();
      expect(mirror.rows('select * from change')).toEqual(before);
    });

    test('takes an object that two pages hold once', async () => {
      pages = [{ objects: [pod('x', '101')] }, { objects: [pod('x', '101')] }];
      expect(await list()).toMatchObject({ kind: 'listed' });
      expect(keys()).toEqual(['a/x']);
    });

    test('stores another body under the same uid and resourceVersion in a new representation', async () => {
      await stored(pod('x', '90'));
      pages = [{ objects: [pod('x', '90', { labels: { after: 'restore' } })] }];
      await list(full, { representation: 'shape of timeline 2' });
      expect(mirror.rows('select labels from object')).toEqual([{ labels: '{"after":"restore"}' }]);
    });

    test('of a type that is polled sets no resume point', async () => {
      pages = [{ objects: [pod('x', '101')], version: '' }];
      expect(await list(full, { watchable: false })).toMatchObject({ kind: 'listed', resourceVersion: '' });
      expect(scope()).toMatchObject({ phase: 'polled', resource_version: null, complete: 1 });
    });

    test('of a type without resourceVersions writes only what really changed', async () => {
      pages = [{ objects: [pod('x', '')], version: '' }];
      await list(full, { watchable: false });
      const before = mirror.rows('select resource_version from object');
      await list(full, { watchable: false });
      expect(mirror.rows('select resource_version from object')).toEqual(before);
      expect(mirror.rows('select operation from change')).toEqual([{ operation: 'added' }]);
      pages = [{ objects: [pod('x', '', { labels: { new: 'label' } })], version: '' }];
      await list(full, { watchable: false });
      expect(mirror.rows('select operation from change')).toEqual([{ operation: 'added' }, { operation: 'updated' }]);
    });

    test('asks for everything at once where its plan says so', async () => {
      await list({ ...full, pageSize: 0 });
      await list({ ...full, pageSize: 2000 });
      expect(server.requests).toEqual(['GET /api/v1/pods', 'GET /api/v1/pods?limit=2000']);
    });
  });

  describe('a pass that breaks off', () => {
    test.each<[string, Page, string]>([
      ['an expired token', { status: 410 }, 'expired'],
      ['another resourceVersion', { version: '201' }, 'expired'],
      ['a server error', { status: 500 }, 'server'],
      ['a reset', { reset: true }, 'transport'],
    ])('by %s on a later page has swept nothing and left no resume point', async (_what, bad, failureClass) => {
      await stored(pod('old', '90'), pod('older', '80'));
      pages = [{ objects: [pod('new', '120')] }, bad, {}];
      await expect(list()).rejects.toMatchObject({ failure: { class: failureClass } });
      expect(keys()).toEqual(['a/new', 'a/old', 'a/older']);
      expect(scope()).toMatchObject({ resource_version: null, phase: 'listing', complete: 1 });
      expect(tombstones()).toEqual([]);
    });

    test.each<[string, Page]>([
      ['refused', { status: 403 }],
      ['away', { status: 503 }],
      ['without a resourceVersion', { version: '' }],
      ['at resourceVersion 0', { version: '0' }],
    ])('because the first page is %s leaves even the resume point', async (_what, bad) => {
      await stored(pod('old', '90'));
      pages = [bad];
      await expect(list()).rejects.toMatchObject({ name: 'RequestFailed' });
      expect(scope()).toMatchObject({ resource_version: '150', phase: 'synced' });
      expect(keys()).toEqual(['a/old']);
    });

    test('because it was cancelled stores no further page', async () => {
      const abort = new AbortController();
      pages = [{ objects: [pod('one', '101')] }, { objects: [pod('two', '102')] }, {}];
      const pass = list(full, { signal: abort.signal, onPage: () => abort.abort() });
      await expect(pass).rejects.toMatchObject({ name: 'AbortError' });
      expect(keys()).toEqual(['a/one']);
      expect(scope()).toMatchObject({ resource_version: null });
    });

    test('is made good by the next one', async () => {
      await stored(pod('old', '90'));
      pages = [{ objects: [pod('new', '120')] }, { status: 410 }];
      await expect(list()).rejects.toThrow();
      pages = [{ objects: [pod('new', '120')] }];
      await list();
      expect(keys()).toEqual(['a/new']);
      expect(tombstones()).toEqual([{ key: 'a/old', cause: 'sweep' }]);
    });
  });

  describe('what may be deleted without a second list', () => {
    test.each<[number, number, number, boolean]>([
      [0, 0, 0, false],
      [5, 5, 0, false],
      [6, 6, 0, true],
      [20, 20, 5, false],
      [21, 41, 20, true],
      [21, 42, 21, false],
      [5_000, 10_000, 5_000, false],
      [5_001, 10_000, 4_999, true],
      [0, 6, 0, true],
    ])('%i of %i rows, with %i listed: suspicious is %s', (deletions, previous, listed, expected) => {
      expect(isSuspicious(deletions, previous, listed)).toBe(expected);
    });

    test('an empty list over six rows deletes nothing until a second one says the same', async () => {
      await stored(...many(6));
      pages = [{}];
      const first = await list();
      expect(first).toMatchObject({ kind: 'suspicious' });
      expect(keys()).toHaveLength(6);
      expect(scope()).toMatchObject({ resource_version: null });
      const missing = first.kind === 'suspicious' ? first.missing : new Set<string>();
      expect(await list({ ...full, missing })).toMatchObject({ kind: 'listed', deletedCount: 6 });
      expect(tombstones()).toHaveLength(6);
    });

    test('a second list that says otherwise is believed where it is not suspicious itself', async () => {
      await stored(...many(30));
      pages = [{}];
      const first = await list();
      pages = [{ objects: many(30) }];
      const missing = first.kind === 'suspicious' ? first.missing : new Set<string>();
      expect(await list({ ...full, missing })).toMatchObject({ kind: 'listed', deletedCount: 0 });
      expect(keys()).toHaveLength(30);
    });

    test('a second list that wants to delete others is suspicious again', async () => {
      await stored(...many(60));
      pages = [{ objects: many(25) }];
      const first = await list();
      pages = [{ objects: many(25, 30) }];
      const missing = first.kind === 'suspicious' ? first.missing : new Set<string>();
      const second = await list({ ...full, missing });
      expect(second.kind).toBe('suspicious');
      expect(second.kind === 'suspicious' && second.missing).not.toEqual(missing);
      expect(keys()).toHaveLength(60);
    });
  });

  describe('a second list', () => {
    test('that lacks a few more than the first confirms it: a busy type is not listed for ever', async () => {
      await stored(...many(60));
      pages = [{ objects: many(10) }];
      const first = await list();
      pages = [{ objects: many(7) }];
      const missing = first.kind === 'suspicious' ? first.missing : new Set<string>();
      expect(await list({ ...full, missing })).toMatchObject({ kind: 'listed', deletedCount: 53 });
      expect(keys()).toHaveLength(7);
    });
  });

  describe('of a hundred objects', () => {
    /** What is left after two lists, the first of which is suspicious. */
    async function left(first: readonly KubeObject[], second: readonly KubeObject[]): Promise<number> {
      await stored(...many(100));
      pages = [{ objects: [...first] }];
      const found = await list();
      if (found.kind !== 'suspicious') throw new Error(found.kind);
      pages = [{ objects: [...second] }];
      await list({ ...full, missing: found.missing });
      return keys().length;
    }

    test.each<[string, number, readonly KubeObject[], readonly KubeObject[]]>([
      ['few more are missing the second time', 30, many(45), many(30)],
      ['many more are missing', 100, many(45), many(5)],
      ['half are back: the server was filling up', 100, many(20), many(40)],
      ['one is back', 100, many(45), [...many(44), ...many(1, 60)]],
      ['some are back after none at all', 100, [], many(45)],
      ['most are back', 60, many(45), many(60)],
    ])('where %s %i are left', async (_what, expected, first, second) => {
      expect(await left(first, second)).toBe(expected);
    });
  });

  describe('the identity of the cluster', () => {
    test('is asked before rows that exist are touched, and a list without it changes nothing', async () => {
      await stored(...many(3));
      pages = [{ objects: many(1) }];
      await expect(list(full, { identify: () => Promise.resolve(false) })).rejects.toMatchObject({
        failure: { class: 'transport' },
      });
      expect(keys()).toHaveLength(3);
      expect(scope()).not.toMatchObject({ phase: 'listing' });
    });
  });

  describe('a pass by metadata', () => {
    const names = (requests: readonly string[]): readonly string[] =>
      requests.flatMap((request) => /\/pods\/(.+)$/.exec(request)?.[1] ?? []);

    test('fetches only what changed, and tells how far ahead of the list that may be', async () => {
      await stored(pod('same', '90'), pod('changed', '91'));
      pages = [{ objects: [pod('same', '90'), pod('changed', '160'), pod('new', '170')] }];
      single = new Map([
        ['changed', pod('changed', '260')],
        ['new', pod('new', '170')],
      ]);
      expect(await list(metadata)).toMatchObject({ kind: 'listed', resourceVersion: '200', replayedUntil: '260' });
      expect(names(server.requests)).toEqual(['changed', 'new']);
      expect(
        mirror.rows('select key, resource_version from object order by key').map((row) => Object.values(row)),
      ).toEqual([
        ['a/changed', '260'],
        ['a/new', '170'],
        ['a/same', '90'],
      ]);
    });

    test('leaves an object that went away since the list to the watch, which tells its last states', async () => {
      await stored(pod('same', '90'), pod('going', '91'));
      pages = [{ objects: [pod('same', '90'), pod('going', '160'), pod('unseen', '170')] }];
      expect(await list(metadata)).toMatchObject({ kind: 'listed', deletedCount: 0 });
      expect(keys()).toEqual(['a/going', 'a/same']);
      expect(tombstones()).toEqual([]);
    });

    test('sweeps the row of an object that was replaced by another, which then went away too', async () => {
      await stored(pod('same', '90'), pod('x', '91', { uid: 'first' }));
      pages = [{ objects: [pod('same', '90'), pod('x', '160', { uid: 'second' })] }];
      expect(await list(metadata)).toMatchObject({ kind: 'listed', deletedCount: 1 });
      expect(mirror.rows('select uid from tombstone')).toEqual([{ uid: 'first' }]);
    });

    test('sweeps what the list lacks', async () => {
      await stored(pod('same', '90'), pod('gone', '91'));
      pages = [{ objects: [pod('same', '90')] }];
      await list(metadata);
      expect(keys()).toEqual(['a/same']);
    });

    test('gives up where over a fifth changed, having swept and set nothing', async () => {
      await stored(...many(100));
      pages = [{ objects: [...many(79), ...many(21, 79).map((one) => pod(one.metadata.name, '160'))] }];
      expect(await list(metadata)).toEqual({ kind: 'mostly-changed' });
      expect(names(server.requests)).toEqual([]);
      expect(scope()).toMatchObject({ resource_version: null });
      pages = [{ objects: [...many(80), ...many(20, 80).map((one) => pod(one.metadata.name, '160'))] }];
      single = new Map(many(20, 80).map((one) => [one.metadata.name, pod(one.metadata.name, '160')]));
      expect(await list(metadata)).toMatchObject({ kind: 'listed' });
      expect(names(server.requests)).toHaveLength(20);
    });

    test('that cannot fetch one object fails as a whole', async () => {
      await stored(pod('x', '90'));
      pages = [{ objects: [pod('x', '160')] }];
      const broken = await startStubServer((request, response) => {
        if (request.url?.includes('/pods/') === true) request.socket.destroy();
        else answerJson(response, answerPage(0));
      });
      const pass = list(metadata, { transport: await broken.transport() });
      await expect(pass).rejects.toMatchObject({ failure: { class: 'transport' } });
      expect(scope()).toMatchObject({ resource_version: null });
      await broken.stop();
    });
  });

  describe('a pass of Secrets', () => {
    test('never asks for anything but a Table, whatever its plan', async () => {
      const type = { ...podRecipe.type, resource: 'secrets', kind: 'Secret' };
      const accepts: (string | undefined)[] = [];
      const secrets = await startStubServer((request, response) => {
        accepts.push(request.headers.accept);
        answerJson(response, { kind: 'Table', metadata: { resourceVersion: '200' }, rows: [] });
      });
      const { writer } = mirror;
      const typeId = writer.commit(() => writer.types.save([type]).get('secrets') ?? 0);
      const scopeId = writer.commit(() => writer.scopes.ensure(typeId, '', 1).id);
      const options = { recipe: { ...podRecipe, type }, scopeId, transport: await secrets.transport() };
      for (const plan of [full, metadata]) await list(plan, options);
      expect(new Set(accepts)).toEqual(new Set(['application/json;as=Table;g=meta.k8s.io;v=v1']));
      await secrets.stop();
    });
  });

  describe('a pass of a type that its server prints', () => {
    const recipe = printedRecipe(podRecipe.type, plainPrinting);
    const size = (name: string) => ({ name, type: 'integer', format: '', description: '', priority: 0 });
    /** What the server answers to each Accept header and page. */
    let answers: (accept: string, number: number) => unknown;
    let accepts: string[];
    let printer: StubServer;

    beforeEach(async () => {
      accepts = [];
      printer = await startStubServer((request, response) => {
        const accept = request.headers.accept ?? '';
        accepts.push(accept);
        const token = new URL(request.url ?? '', 'http://stub').searchParams.get('continue');
        const body = answers(accept, Number(token ?? 0));
        answerJson(response, body ?? { kind: 'Status', code: 406, message: 'no' }, body === undefined ? 406 : 200);
      });
    });

    afterEach(() => printer.stop());

    const table = (column: string, objects: readonly KubeObject[], token = '') => ({
      kind: 'Table',
      metadata: { resourceVersion: '200', continue: token },
      columnDefinitions: [size(column)],
      rows: objects.map((object) => ({ cells: [`${column} of ${object.metadata.name}`], object })),
    });
    const plain = (objects: readonly KubeObject[]) => ({
      kind: 'PodList',
      metadata: { resourceVersion: '200' },
      items: objects,
    });
    const run = async (given: Partial<ListPassOptions> = {}): Promise<ListPassResult> =>
      list(full, { recipe, transport: await printer.transport(), ...given });
    const columns = (): unknown[] =>
      (JSON.parse(String(mirror.rows('select columns from resource_type')[0]?.['columns'])) as { name: string }[]).map(
        ({ name }) => name,
      );
    const cells = (): unknown[] =>
      mirror
        .rows('select json(cells) as cells from object order by key')
        .map((row) => JSON.parse(String(row['cells'])) as unknown);

    test('stores the cells of its rows, whole objects and the columns', async () => {
      answers = () => table('Size', [pod('x', '101')]);
      expect(await run()).toMatchObject({ kind: 'listed', objectCount: 1 });
      expect(columns()).toEqual(['Size']);
      expect(cells()).toEqual([['Size of x']]);
      expect(mirror.rows('select json from body')[0]?.['json']).toContain('"image":"shop:1"');
      expect(printingOf(String(scope()['representation']))?.columns.map(({ name }) => name)).toEqual(['Size']);
      expect(withoutPrinting(String(scope()['representation']))).toBe('shape');
    });

    test('is never one by metadata', async () => {
      answers = () => table('Size', [pod('x', '101')]);
      await run({ plan: metadata });
      expect(accepts).toEqual(['application/json;as=Table;g=meta.k8s.io;v=v1,application/json']);
    });

    test('changes the columns in the transaction of their first rows, and writes unchanged objects anew', async () => {
      answers = () => table('Size', [pod('x', '101'), pod('y', '102')]);
      await run();
      answers = (_accept, number) =>
        number === 0 ? table('Weight', [pod('x', '101')], '1') : table('Weight', [pod('y', '102')]);
      const seen: unknown[] = [];
      await run({ onPage: () => seen.push([columns(), cells()[0]]) });
      expect(seen).toEqual([
        [['Weight'], ['Weight of x']],
        [['Weight'], ['Weight of x']],
      ]);
      expect(cells()).toEqual([['Weight of x'], ['Weight of y']]);
      expect(mirror.rows("select count(*) as count from change where operation = 'updated'")).toEqual([{ count: 0 }]);
    });

    test('with pages of different columns has swept nothing', async () => {
      answers = () => table('Size', [pod('x', '101'), pod('y', '102')]);
      await run();
      answers = (_accept, number) => (number === 0 ? table('Size', [pod('x', '101')], '1') : table('Weight', []));
      await expect(run()).rejects.toMatchObject({ failure: { class: 'expired' } });
      expect(keys()).toEqual(['a/x', 'a/y']);
    });

    test.each<[string, (accept: string) => unknown]>([
      ['sends plain objects', () => plain([pod('x', '101')])],
      ['refuses Tables', (accept) => (accept.includes('as=Table') ? undefined : plain([pod('x', '101')]))],
      [
        'prints rows without their objects',
        (accept) => {
          const partial = { ...pod('x', '101'), kind: 'PartialObjectMetadata' };
          return accept.includes('as=Table') ? table('Size', [partial]) : plain([pod('x', '101')]);
        },
      ],
    ])('shows name and age where the server %s', async (_what, answer) => {
      answers = answer;
      expect(await run()).toMatchObject({ kind: 'listed', objectCount: 1 });
      expect(columns()).toEqual(['Name', 'Age']);
      expect(cells()).toEqual([['x', { sinceMs: null }]]);
      expect(printingOf(String(scope()['representation']))).toEqual(plainPrinting);
    });

    test('that is refused in every form fails', async () => {
      answers = () => undefined;
      await expect(run()).rejects.toMatchObject({ failure: { class: 'not-acceptable' } });
      expect(accepts).toHaveLength(2);
    });
  });

  describe('a scope of one namespace', () => {
    const inNamespace = (namespace: string, name: string): void => {
      const { writer } = mirror;
      const scope = writer.commit(() => writer.scopes.ensure(mirror.typeId, namespace, 1));
      writer.commit(() => writer.objects.put(writer.scopes.target(scope.id), sampleSource(`${namespace}/${name}`), 1));
    };

    test('neither counts nor sweeps the rows of another one, whose name begins alike', async () => {
      const { writer } = mirror;
      const own = writer.commit(() => writer.scopes.ensure(mirror.typeId, 'a', 1));
      for (const namespace of ['a-b', 'a.b', 'b']) inNamespace(namespace, 'x');
      pages = [{ objects: [pod('x', '101')] }];
      const result = await list(full, { namespace: 'a', scopeId: own.id });
      expect(result).toMatchObject({ kind: 'listed', deletedCount: 0 });
      expect(keys()).toEqual(['a-b/x', 'a.b/x', 'a/x', 'b/x']);
      expect(writer.scopes.countRows(own)).toBe(1);
    });

    test('takes over the rows that a list of all has left in its place, and sweeps those that are gone', async () => {
      const { writer } = mirror;
      pages = [{ objects: [pod('x', '101'), pod('y', '102')] }];
      await list(full);
      const own = writer.commit(() => writer.scopes.ensure(mirror.typeId, 'a', 1));
      pages = [{ objects: [pod('x', '101')] }];
      expect(await list(full, { namespace: 'a', scopeId: own.id })).toMatchObject({ deletedCount: 1 });
      expect(mirror.rows('select key, scope_id from object')).toEqual([{ key: 'a/x', scope_id: own.id }]);
      expect(mirror.rows("select key, operation from change where operation <> 'added'")).toEqual([
        { key: 'a/y', operation: 'deleted' },
      ]);
    });

    test('is dropped with the list of all that takes its rows over, without a word in the change log', async () => {
      inNamespace('b', 'gone');
      pages = [{ objects: [pod('x', '101')] }];
      expect(await list(full)).toMatchObject({ kind: 'listed', deletedCount: 1 });
      expect(keys()).toEqual(['a/x']);
      expect(mirror.rows('select namespace from scope')).toEqual([{ namespace: '' }]);
      expect(mirror.rows('select key, cause from tombstone')).toEqual([{ key: 'b/gone', cause: 'sweep' }]);
    });
  });
});
