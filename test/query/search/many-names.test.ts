import { afterAll, beforeAll, expect, test } from 'vitest';
import { nearestName } from '../../../src/query/search/nearest-name.ts';
import { parseSearch } from '../../../src/query/search/parse-search.ts';
import { searchWords } from '../../../src/query/search/search-words.ts';
import type { MirrorReader } from '../../../src/store/open-reader.ts';
import { openedReader } from '../../support/opened-reader.ts';
import { sampleSource, temporaryMirror, type TemporaryMirror } from '../../support/temporary-mirror.ts';

/** Many times what is ranked. */
const alikeCount = 6_000;

/** More than a search shows. */
const fewCount = 60;

let mirror: TemporaryMirror;
let reader: MirrorReader;

beforeAll(async () => {
  mirror = await temporaryMirror();
  mirror.writer.commit(() => {
    const put = (name: string, namespace = 'shop'): void =>
      void mirror.writer.objects.put(mirror.target(), sampleSource(`${namespace}/${name}`), 1);
    for (let index = 0; index < alikeCount; index += 1) put(`a-web-${index}`);
    for (let index = 0; index < alikeCount; index += 1) put(`b-checkout-${index}`);
    put('shop-checkout-for-web');
    put('web');
    put('web-first');
    for (let index = 0; index < fewCount; index += 1) put(`a-${index}`, 'other');
    put('as', 'other');
  });
  reader = openedReader(mirror.file);
});

afterAll(() => {
  reader.close();
  mirror.close();
});

const kinds = { named: () => [mirror.typeId], meant: () => [] };

const names = (term: string): readonly string[] =>
  searchWords(reader, parseSearch(term), { limit: 50, kinds }).hits.map(({ name }) => name);

test('among thousands of names with a word the one that is the word comes first, then what begins with it', () => {
  expect(names('web').slice(0, 2)).toEqual(['web', 'web-first']);
  expect(names('web -checkout').slice(0, 2)).toEqual(['web', 'web-first']);
  expect(names('WEB kind:pod').slice(0, 2)).toEqual(['web', 'web-first']);
});

test('among thousands of names with one of two words the one with both is found', () => {
  expect(names('web checkout')).toEqual(['shop-checkout-for-web']);
});

test('among thousands of names that have something of it, a word with a slip is known for what was meant', () => {
  expect(nearestName(reader, 'shop-chekcout-for-web')).toBe('shop-checkout-for-web');
  expect(nearestName(reader, 'wbe-first')).toBe('web-first');
  expect(nearestName(reader, 'b-checkout-29999')).toMatch(/^b-checkout-\d{3,4}$/);
});

test('what is left out is not found by what begins alike', () => {
  expect(names('web -first')).not.toContain('web-first');
  expect(names('web -a-web').toSorted()).toEqual(['shop-checkout-for-web', 'web', 'web-first']);
});

test('what begins with a word of a letter or two is found behind thousands that something else leaves out', () => {
  expect(names('a ns:other')[0]).toBe('as');
});
