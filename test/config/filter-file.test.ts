import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { filtersText, parseFilters } from '../../src/config/filter-file.ts';
import { filterName, filterNameFault, type SavedFilter } from '../../src/core/saved-filter.ts';
import { NaviError } from '../../src/errors/navi-error.ts';
import { mutateBytes } from '../support/mutate-bytes.ts';
import { createSeededRandom } from '../support/seeded-random.ts';

const takeAll = (): void => undefined;
const parse = (...lines: readonly string[]): readonly SavedFilter[] =>
  parseFilters(lines.join('\n'), '/team.toml', takeAll);

function fault(...lines: readonly string[]): string {
  try {
    parse(...lines);
  } catch (error) {
    if (error instanceof NaviError && error.code === 'NAVI_CONFIG_BROKEN') return error.message;
    throw error;
  }
  return '';
}

const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: fc.constantFrom(...Array.from('\'"\\$`#[]=\n\r\t\u0000\u001B\u007F\u009B\u202E é𝒳')) }),
);
const name = fc
  .string({ unit: fc.constantFrom(...Array.from('abÉß漢9_.-')), minLength: 1, maxLength: 63 })
  .filter((each) => !each.startsWith('-'));
const filter = fc.record({ name, arguments: fc.array(text), description: text });

const sample = `
[filters.restarting]
arguments = "pods -A --where 'cols.RESTARTS > 5'"
description = "what does not come up"

[filters."größe"]
arguments = '''
  pods -A
  --where 'status.phase != "Running"'
'''
`;

describe('a file of filters', () => {
  test('is what people write and read', () => {
    const restarting = {
      name: 'restarting',
      arguments: ['pods', '-A', '--where', 'cols.RESTARTS > 5'],
      description: 'what does not come up',
    };
    const size = { name: 'größe', arguments: ['pods', '-A', '--where', 'status.phase != "Running"'], description: '' };
    expect(parse(sample)).toEqual([restarting, size]);
    expect(filtersText([restarting, size])).toBe(
      [
        '[filters.restarting]',
        `arguments = "pods -A --where 'cols.RESTARTS > 5'"`,
        'description = "what does not come up"',
        '',
        '[filters."größe"]',
        String.raw`arguments = "pods -A --where 'status.phase != \"Running\"'"`,
        '',
      ].join('\n'),
    );
    expect(parse('')).toEqual([]);
    expect(parse('[filters]')).toEqual([]);
    expect(filtersText([])).toBe('');
  });

  test('gives back whatever filters it was made of', () => {
    fc.assert(
      fc.property(fc.uniqueArray(filter, { selector: (each) => each.name, maxLength: 4 }), (filters) => {
        const written = filtersText(filters);
        expect(written).not.toMatch(/[^\P{Cc}\n]|[\u2028\u2029\p{Bidi_Control}]/u);
        const byName = (all: readonly SavedFilter[]) => new Map(all.map((each) => [each.name, each]));
        expect(byName(parse(written))).toEqual(byName(filters));
      }),
      { numRuns: 500 },
    );
  });

  test('has names as they are compared, also those that objects have', () => {
    expect(parse('[filters."e\u0301"]', 'arguments = "pods"')[0]?.name).toBe('é');
    expect(parse('[filters.__proto__]', 'arguments = "pods"')[0]?.name).toBe('__proto__');
  });
});

describe('what navi does not know', () => {
  test.each<[string, readonly string[], string]>([
    ['a key', ['', 'filter = 1'], ':2:1: filter is no key that navi knows; the key here is filters'],
    [
      'a key of a filter',
      ['[filters.a]', 'arguments = "pods"', 'args = "x"'],
      ':3:1: filters.a.args is no key that navi knows; the keys of a filter are arguments, description',
    ],
    ['no table', ['filters = 1'], ':1:1: filters must be a table'],
    ['no table in it', ['[filters]', 'a = "pods"'], ':2:1: filters.a must be a table'],
    ['a list', ['[filters.a]', 'arguments = ["pods"]'], ':2:1: filters.a.arguments must be a text'],
    [
      'a description that is none',
      ['[filters.a]', 'arguments = "pods"', 'description = 1'],
      ':3:1: filters.a.description must be a text',
    ],
    ['no arguments', ['', '[filters.a]', 'description = "x"'], ':2:10: filters.a has no arguments'],
    [
      'a name',
      ['[filters."a b"]', 'arguments = "pods"'],
      ':1:11: filters."a b" cannot be the name of a filter: it is not made of letters, digits, -, _ and ., the first of which is no -',
    ],
    [
      'a quote',
      ['[filters.a]', `arguments = "pods -l 'x"`],
      ':2:1: filters.a.arguments has a single quote that is not closed',
    ],
    ['a name that stands twice', ['[filters.a]', 'arguments = "pods"', '[filters.a]'], ':3:2: '],
  ])('is named with file, line and key: %s', (_what, lines, says) => {
    expect(fault(...lines)).toContain(`filter file /team.toml${says}`);
  });

  test('is what get would not take, with what says so', () => {
    const refuse = (words: readonly string[]): void => {
      throw new NaviError('NAVI_USAGE', `${words.join('+')} is nothing`, { hints: ['try something'] });
    };
    try {
      parseFilters(sample, '/team.toml', refuse);
      expect.unreachable();
    } catch (error) {
      expect(error).toMatchObject({
        message:
          'filter file /team.toml:3:1: filters.restarting.arguments cannot be used: pods+-A+--where+cols.RESTARTS > 5 is nothing',
        hints: ['try something'],
        exitCode: 2,
      });
    }
  });

  test('never ends in anything but filters or that error, whatever the bytes', () => {
    const random = createSeededRandom(5);
    for (let index = 0; index < 500; index += 1) {
      const changed = mutateBytes(Buffer.from(sample), random).toString('utf8');
      expect(typeof fault(changed), changed).toBe('string');
    }
    expect(fault(`a = "${'x'.repeat(2 * 1024 ** 2)}"`)).toBe('filter file /team.toml: is longer than 1024 KiB');
  });
});

describe('a name', () => {
  test.each(['restarting', 'größe', '漢字', 'a.b_c-d', '9', '.', 'e\u0301', 'क्षि', 'x'.repeat(63), '𝒳'.repeat(63)])(
    'may be %s',
    (typed) => {
      expect(filterNameFault(filterName(typed))).toBeUndefined();
    },
  );

  test.each(['', '-a', '@a', 'a b', 'a/b', 'a\n', '\u001B', '\u0301', 'a:b', 'x'.repeat(64), '☃'])(
    'cannot be %j',
    (typed) => {
      expect(filterNameFault(filterName(typed))).toMatch(/^(has more than 63|is not made of) /);
    },
  );
});
