import SqliteDatabase from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parseSearch } from '../../../src/query/search/parse-search.ts';
import { searchDeleted, type DeletedHit } from '../../../src/query/search/search-deleted.ts';
import { historyFile } from '../../../src/store/data-directory.ts';
import { HistoryWriter } from '../../../src/store/history-writer.ts';
import type { MirrorReader } from '../../../src/store/open-reader.ts';
import { openedReader } from '../../support/opened-reader.ts';
import { podType, sampleSource, temporaryMirror, type TemporaryMirror } from '../../support/temporary-mirror.ts';
import { thrownBy } from '../../support/thrown-by.ts';

let mirror: TemporaryMirror;
let reader: MirrorReader;
let eventsId: number;

describe.each([0, 7_000, 1e9])(
  'search of what is gone, of which the mirror has forgotten all up to %d,',
  (forgottenUpTo) => {
    beforeEach(async () => {
      mirror = await temporaryMirror();
      const { writer } = mirror;
      const events = {
        ...podType,
        resource: 'events',
        singular: 'event',
        kind: 'Event',
        shortNames: ['ev'],
        position: 1,
      };
      eventsId = writer.commit(() => writer.types.save([podType, events]).get('events') ?? 0);
      writer.commit(() => {
        deleted('shop/web-1', { cause: 'event', nowMs: 5_000 });
        deleted('shop/web-1', { cause: 'event', nowMs: 9_000, uid: 'second' });
        deleted('shop/web', { cause: 'sweep', nowMs: 3_000 });
        deleted('bank/web-2', { cause: 'event', nowMs: 7_000 });
        deleted('bank/purged-web', { cause: 'purge', nowMs: 8_000 });
        deleted('bank/other', { cause: 'event', nowMs: 8_500 });
        writer.objects.put(mirror.target(), sampleSource('bank/web-2', { uid: 'again' }), 9_500);
        // A list had missed it.
        deleted('bank/web-back', { cause: 'sweep', nowMs: 6_000, uid: 'back' });
        writer.objects.put(mirror.target(), sampleSource('bank/web-back', { uid: 'back' }), 6_500);
      });
      const history = await HistoryWriter.open(historyFile(mirror.file), { ageMs: 1e12, bytes: 1e12 });
      history.take(writer.loggedEntries(0, 100), 9_600);
      history.close();
      const database = new SqliteDatabase(mirror.file);
      database.prepare('delete from tombstone where deleted_at <= ?').run(forgottenUpTo);
      database.close();
      reader = openedReader(mirror.file);
    });

    afterEach(() => {
      reader.close();
      mirror.close();
    });

    type How = { readonly cause: 'event' | 'sweep' | 'purge'; readonly nowMs: number; readonly uid?: string };

    function deleted(key: string, { cause, nowMs, uid = `uid-${key}` }: How, target = mirror.target()): void {
      const { objects } = mirror.writer;
      objects.put(target, sampleSource(key, { uid }), nowMs - 1);
      const row = objects.find(target.typeId, key);
      if (row === undefined) throw new Error('the row is not there');
      objects.delete(target, row, { cause, nowMs, resourceVersion: '200' });
    }

    function found(text: string, limit = 50): readonly DeletedHit[] {
      const ids = (kind: string): readonly number[] =>
        kind === 'pod' ? [mirror.typeId] : kind === 'ev' ? [eventsId] : [];
      return searchDeleted(reader, parseSearch(text), { limit, kinds: { named: ids, meant: ids } }).hits;
    }

    const lines = (text: string, limit?: number): readonly string[] =>
      found(text, limit).map(({ namespace, name, deletedAtMs }) => `${namespace}/${name} ${deletedAtMs}`);

    test('finds what is gone by its name, the best names first, of these what went last', () => {
      expect(lines('web')).toEqual(['shop/web 3000', 'shop/web-1 9000', 'bank/web-2 7000', 'shop/web-1 5000']);
      expect(lines('WEB-1')).toEqual(['shop/web-1 9000', 'shop/web-1 5000']);
      expect(lines('eb-2')).toEqual(['bank/web-2 7000']);
      expect(lines('nothing')).toEqual([]);
      expect(lines('web', 2)).toEqual(['shop/web 3000', 'shop/web-1 9000']);
    });

    test('finds it by namespace and kind, and leaves out', () => {
      expect(lines('ns:bank')).toEqual(['bank/other 8500', 'bank/web-2 7000']);
      expect(lines('bank web')).toEqual(['bank/web-2 7000']);
      expect(lines('bank pod')).toEqual(['bank/other 8500', 'bank/web-2 7000']);
      expect(lines('kind:pod web -shop')).toEqual(['bank/web-2 7000']);
      expect(lines('kind:pod name:web ns:shop -web-1')).toEqual(['shop/web 3000']);
      expect(lines('kind:ev')).toEqual([]);
    });

    test('says how it was seen to be gone, whether it is back, and where the words were found', () => {
      expect(found('web-2 bank')).toEqual([
        {
          group: '',
          resource: 'pods',
          kind: 'Pod',
          namespace: 'bank',
          name: 'web-2',
          uid: 'uid-bank/web-2',
          deletedAtMs: 7_000,
          cause: 'event',
          existsAgain: true,
          word: 'web-2',
          rank: 'name',
          matched: 'web-2',
          matches: [
            { word: 'web-2', rank: 'name', matched: 'web-2' },
            { word: 'bank', rank: 'namespace', matched: 'bank' },
          ],
        },
      ]);
      expect(found('name:web ns:shop -web-1')[0]).toMatchObject({ cause: 'sweep', existsAgain: false });
    });

    test('what left the mirror without being deleted is not told of', () => {
      expect(lines('purged')).toEqual([]);
    });

    test('Events come behind what they tell of', () => {
      const { writer } = mirror;
      writer.commit(() => {
        const scopeId = writer.scopes.ensure(eventsId, '', 1_000).id;
        writer.scopes.beginList(scopeId, 'shape', 1_000);
        deleted('shop/web', { cause: 'event', nowMs: 9_900 }, writer.scopes.target(scopeId));
      });
      expect(found('web').map(({ resource }) => resource)).toEqual(['pods', 'pods', 'pods', 'pods', 'events']);
    });

    test('what is gone from a place that is refused is hidden', () => {
      const { writer } = mirror;
      writer.commit(() => {
        const shop = writer.scopes.ensure(mirror.typeId, 'shop', 1_000).id;
        writer.scopes.deny(shop, 'pods is forbidden', 2_000);
      });
      expect(lines('web')).toEqual(['bank/web-2 7000']);
      writer.commit(() => writer.scopes.deny(mirror.scopeId, 'pods is forbidden', 2_000));
      expect(lines('web')).toEqual([]);
    });

    test.each(['label:app=web', 'web image:nginx', 'ip:10.0.0.1'])('%s is refused: it went with the object', (text) => {
      expect(thrownBy(() => found(text))).toMatchObject({
        code: 'NAVI_USAGE',
        message: expect.stringContaining('does not go with --deleted') as string,
      });
    });
  },
);
