import { describe, expect, test } from 'vitest';
import type { Json } from '../../src/core/json.ts';
import {
  type ParsedColumns,
  customColumnsFileError,
  parseCustomColumns,
  parseCustomColumnsFile,
  renderCustomColumns,
} from '../../src/output/custom-columns.ts';

const objects: readonly Json[] = [
  { name: 'first', list: ['x', 'y'], map: { b: 2, a: '1' }, nothing: null, empty: '' },
  { name: 'second', list: ['z'], float: 1234567.5, text: '\u001b[1m\r' },
  { name: 'third', list: [] },
];

function printed(parsed: ParsedColumns, given: readonly Json[] = objects): unknown {
  if (!parsed.ok) {
    return parsed.message;
  }
  const { chunks, message } = renderCustomColumns(parsed.columns, given);
  const lines = [...chunks].join('').split('\n').slice(0, -1);
  return message === undefined ? lines : { lines, message };
}

describe('parseCustomColumns', () => {
  test('takes the header as it is and the path with or without braces and dot', () => {
    expect(parseCustomColumns('Name of it:name,:{.a.b},X:', true)).toEqual({
      ok: true,
      columns: {
        columns: [
          { header: 'Name of it', template: '{.name}' },
          { header: '', template: '{.a.b}' },
          { header: 'X', template: '' },
        ],
        noHeaders: true,
      },
    });
  });

  test.each([
    ['', 'custom-columns format specified but no custom columns given'],
    ['A', 'unexpected custom-columns spec: A, expected <header>:<json-path-expr>'],
    ["A:.a['x','y']", "unexpected custom-columns spec: 'y'], expected <header>:<json-path-expr>"],
    ['A:.a,', 'unexpected custom-columns spec: , expected <header>:<json-path-expr>'],
  ])('refuses %j', (spec, message) => {
    expect(parseCustomColumns(spec, false)).toEqual({ ok: false, message });
  });

  test('reports what comes first: a bad path or a part without a colon', () => {
    const path =
      "unexpected path string, expected a 'name1.name2' or '.name1.name2' or '{name1.name2}' or '{.name1.name2}'";
    expect(printed(parseCustomColumns('A:{,B', false))).toBe(path);
    expect(printed(parseCustomColumns('B,A:{', false))).toMatch(/^unexpected custom-columns spec: B,/);
  });
});

describe('parseCustomColumnsFile', () => {
  test('splits two lines at white space and ignores the rest', () => {
    expect(printed(parseCustomColumnsFile('A  B\t\u00a0\n name .list[*]\r\nmore\n'))).toEqual([
      'A        B',
      'first    x,y',
      'second   z',
      'third    <none>',
    ]);
  });

  test.each([
    ['', 'invalid template, missing header line. '],
    ['A', 'invalid template, missing spec line. '],
    ['A\n', 'invalid template, missing spec line. '],
    [`${'x'.repeat(65_536)}\n.name`, 'invalid template, missing header line. '],
    [`A\n${'x'.repeat(65_536)}`, 'invalid template, missing spec line. '],
    ['A B\n.name', "number of headers (2) and field specifications (1) don't match"],
  ])('refuses %#', (text, message) => {
    expect(printed(parseCustomColumnsFile(text))).toContain(message);
  });

  test('says what could not be opened', () => {
    expect(customColumnsFileError('/x', 'open /x: permission denied')).toBe(
      'error reading template /x, open /x: permission denied',
    );
  });
});

describe('renderCustomColumns', () => {
  test('prints values as Go does, several joined by commas, and none as <none>', () => {
    const spec = 'N:.name,L:.list,M:.map,F:.float,NUL:.nothing,E:.empty,T:.text';
    expect(printed(parseCustomColumns(spec, false))).toEqual([
      'N        L       M              F               NUL      E        T',
      'first    [x y]   map[a:1 b:2]   <none>          <nil>             <none>',
      String.raw`second   [z]     <none>         1.2345675e+06   <none>   <none>   ^[[1m\r`,
      'third    []      <none>         <none>          <none>   <none>   <none>',
    ]);
  });

  test('an object that a path fails on ends the table behind the rows so far', () => {
    expect(printed(parseCustomColumns('N:.name,L:.list[0]', false))).toEqual({
      lines: ['N        L', 'first    x', 'second   z'],
      message: 'array index out of bounds: index 0, length 0',
    });
  });

  test('a path that cannot be read leaves the header alone, or nothing', () => {
    expect(printed(parseCustomColumns('N:.name,L:.list[', false))).toEqual({
      lines: ['N     L'],
      message: 'unterminated array',
    });
    expect(printed(parseCustomColumns('L:.list[', true))).toEqual({ lines: [], message: 'unterminated array' });
  });

  test('no objects leave the header alone, or nothing', () => {
    expect(printed(parseCustomColumns('N:.name', false), [])).toEqual(['N']);
    expect(printed(parseCustomColumns('N:.name', true), [])).toEqual([]);
  });

  test('reads the objects before the first chunk is asked for, and none after a failure', () => {
    const read: Json[] = [];
    const watched = function* (): Iterable<Json> {
      for (const object of [...objects, { name: 'unread', list: ['v'] }]) {
        read.push(object);
        yield object;
      }
    };
    const parsed = parseCustomColumns('L:.list[0]', false);
    const rendered = parsed.ok ? renderCustomColumns(parsed.columns, watched()) : undefined;
    expect(rendered?.message).toBe('array index out of bounds: index 0, length 0');
    expect(read).toHaveLength(3);
  });

  test('a range in a path gives nothing, and hides from later objects what it would fail on', () => {
    expect(printed(parseCustomColumns('L:.list[0] range', false))).toEqual(['L', '<none>', '<none>', '<none>']);
  });
});
