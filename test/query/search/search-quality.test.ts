import { afterAll, beforeAll, expect, test } from 'vitest';
import { resourceName } from '../../../src/core/api-resource.ts';
import { foundCompany } from '../../../src/demo/company.ts';
import { seededRandom } from '../../../src/demo/seeded-random.ts';
import { kindWords } from '../../../src/cli/run-search.ts';
import { meantWords } from '../../../src/query/search/meant-words.ts';
import { readTypes, storedOf, type MirrorType } from '../../../src/query/mirror-type.ts';
import { nearestName } from '../../../src/query/search/nearest-name.ts';
import { parseSearch } from '../../../src/query/search/parse-search.ts';
import { searchWords } from '../../../src/query/search/search-words.ts';
import type { MirrorReader } from '../../../src/store/open-reader.ts';
import { openedReader } from '../../support/opened-reader.ts';
import { SimulatedMirror } from '../../support/simulated-mirror.ts';
import { questions } from './questions.ts';

let mirror: SimulatedMirror;
let reader: MirrorReader;
let types: readonly MirrorType[];

beforeAll(async () => {
  const random = seededRandom(20);
  mirror = await SimulatedMirror.start({
    types: 'all',
    inMemory: true,
    checksOnTheWay: false,
    random,
    prepare: ({ state, clock }) => foundCompany({ state, clock, random }),
  });
  await mirror.untilLive();
  reader = openedReader(mirror.file);
  types = readTypes(reader);
});

afterAll(async () => {
  reader.close();
  await mirror.stop();
});

function answers(text: string): readonly string[] {
  const byId = new Map(storedOf(types).map((type) => [type.rowTypeId, type]));
  const how = { limit: 50, kinds: kindWords(types) };
  const words = parseSearch(text);
  let { hits } = searchWords(reader, words, how);
  if (hits.length === 0) {
    const meant = meantWords(words, (word) => nearestName(reader, word));
    hits = meant === undefined ? [] : searchWords(reader, meant, how).hits;
  }
  return hits.map(({ typeId, namespace, name }) => {
    const type = byId.get(typeId);
    return [type === undefined ? '?' : resourceName(type), namespace, name].filter((part) => part !== '').join('/');
  });
}

/** Of all questions, these shares must have their object at the first place, and within the first three. */
const firstShareMin = 0.95;
const nearPlaces = 3;

const asked = Object.entries(questions).flatMap(([about, list]) =>
  list.map(([words, expected]) => ({ about, words, expected })),
);

test('what is asked for comes first', () => {
  const places = asked.map((question) => {
    const found = answers(question.words);
    return { ...question, found, place: found.indexOf(question.expected) + 1 };
  });
  for (const { about, words, expected, found, place } of places.filter((each) => each.place !== 1)) {
    const before = found.slice(0, nearPlaces).join(', ');
    process.stdout.write(`${about}: ${words}: ${expected} is at place ${place || 'none'} behind ${before}\n`);
  }
  expect(places.filter(({ place }) => place < 1 || place > nearPlaces)).toEqual([]);
  expect(places.filter(({ place }) => place === 1).length / places.length).toBeGreaterThanOrEqual(firstShareMin);
});

test('the questions are many, each is asked once, and each is about an object that there is', () => {
  expect(asked.length).toBeGreaterThanOrEqual(80);
  expect(new Set(asked.map(({ words }) => words)).size).toBe(asked.length);
  const known = new Set(Array.from(allNames()));
  expect(asked.filter(({ expected }) => !known.has(expected))).toEqual([]);
});

function* allNames(): Generator<string> {
  for (const type of storedOf(types)) {
    for (const key of mirror.keys(resourceName(type))) yield `${resourceName(type)}/${key}`;
  }
}

test('a hit says where each of its words was found', () => {
  const { hits } = searchWords(reader, parseSearch('503 shop ip:10.62.0.0/24'), { limit: 1, kinds: kindWords(types) });
  expect(hits[0]?.matches).toEqual([
    { word: '503', rank: 'text', matched: 'panic: model store answered 503: cannot warm up the cache' },
    { word: 'shop', rank: 'namespace', matched: 'shop' },
    { word: '10.62.0.0/24', rank: 'ip', matched: '10.62.0.34' },
  ]);
  expect(hits[0]).toMatchObject({ word: '10.62.0.0/24', rank: 'ip', matched: '10.62.0.34' });
});
