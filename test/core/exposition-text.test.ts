import { describe, expect, test } from 'vitest';
import { expositionText } from '../../src/core/exposition-text.ts';
import { expositionFaults } from '../support/exposition-faults.ts';

const family = { name: 'navi_things', type: 'gauge', help: 'Things.' } as const;

describe('metrics as text', () => {
  test('have help and type before their samples', () => {
    const samples = [
      { labels: { a: 'x', b: 'y' }, value: 1 },
      { labels: {}, value: 2.5 },
    ];
    expect(expositionText([{ ...family, samples }])).toBe(
      '# HELP navi_things Things.\n# TYPE navi_things gauge\nnavi_things{a="x",b="y"} 1\nnavi_things 2.5\n',
    );
  });

  test('escape what would end a label or a line', () => {
    const nasty = 'a "quoted" \\ path\nand a line';
    const text = expositionText([{ ...family, help: nasty, samples: [{ labels: { a: nasty }, value: 0 }] }]);
    expect(text.split('\n')).toHaveLength(4);
    expect(text).toContain('{a="a \\"quoted\\" \\\\ path\\nand a line"} 0');
    expect(text).toContain('# HELP navi_things a "quoted" \\\\ path\\nand a line\n');
    expect(expositionFaults(text)).toEqual([]);
  });

  test('write what is no finite number as Prometheus does', () => {
    const values = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN, 1e21];
    const samples = values.map((value, index) => ({ labels: { index: String(index) }, value }));
    const text = expositionText([{ ...family, samples }]);
    expect(text.match(/ \S+$/gm)?.slice(2)).toEqual([' +Inf', ' -Inf', ' NaN', ' 1e+21']);
    expect(expositionFaults(text)).toEqual([]);
  });

  test('leave out a family without samples', () => {
    expect(expositionText([{ ...family, samples: [] }])).toBe('');
  });
});

describe('the check of the format', () => {
  test.each([
    ['a sample without its type', 'navi_a 1\n'],
    ['help alone', '# HELP navi_a A.\nnavi_a 1\n'],
    ['a family in two places', '# HELP a A.\n# TYPE a gauge\na 1\n# HELP b B.\n# TYPE b gauge\nb 1\na{x="1"} 1\n'],
    ['the same series twice', '# HELP a A.\n# TYPE a gauge\na{x="1",y="2"} 1\na{y="2",x="1"} 1\n'],
    ['a bad name', '# HELP a-b A.\n# TYPE a-b gauge\na-b 1\n'],
    ['a bad label', '# HELP a A.\n# TYPE a gauge\na{x-y="1"} 1\n'],
    ['an open quote', '# HELP a A.\n# TYPE a gauge\na{x="1} 1\n'],
    ['a bad escape', '# HELP a A.\n# TYPE a gauge\na{x="\\t"} 1\n'],
    ['no value', '# HELP a A.\n# TYPE a gauge\na{x="1"}\n'],
    ['a value that is no number', '# HELP a A.\n# TYPE a gauge\na one\n'],
    ['a counter without its ending', '# HELP a A.\n# TYPE a counter\na 1\n'],
    ['a gauge with the ending of a counter', '# HELP a_total A.\n# TYPE a_total gauge\na_total 1\n'],
    ['a counter below zero', '# HELP a_total A.\n# TYPE a_total counter\na_total -1\n'],
    ['a histogram without +Inf', '# HELP a A.\n# TYPE a histogram\na_bucket{le="1"} 1\na_sum 1\na_count 1\n'],
    [
      'a histogram that falls',
      '# HELP a A.\n# TYPE a histogram\na_bucket{le="1"} 2\na_bucket{le="+Inf"} 1\na_sum 1\na_count 1\n',
    ],
    [
      'a histogram whose count is not that of +Inf',
      '# HELP a A.\n# TYPE a histogram\na_bucket{le="+Inf"} 1\na_sum 1\na_count 2\n',
    ],
    ['no line feed at the end', '# HELP a A.\n# TYPE a gauge\na 1'],
  ])('finds %s', (_what, text) => {
    expect(expositionFaults(text)).not.toEqual([]);
  });

  test('passes a histogram', () => {
    const text =
      '# HELP a A.\n# TYPE a histogram\na_bucket{m="1",le="0.5"} 1\na_bucket{m="1",le="+Inf"} 2\na_sum{m="1"} 3\na_count{m="1"} 2\n';
    expect(expositionFaults(text)).toEqual([]);
  });
});
