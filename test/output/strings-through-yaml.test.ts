import { describe, expect, test } from 'vitest';
import { StringsThroughYaml } from '../../src/output/strings-through-yaml.ts';

describe('StringsThroughYaml', () => {
  test('next-line characters fold with the spaces around them and are counted', () => {
    const strings = new StringsThroughYaml();
    expect(['a \u0085 b', 'a\u0085\u0085b', 'plain'].map((text) => strings.value(text))).toEqual([
      'a b',
      'a\nb',
      'plain',
    ]);
    expect(strings.lineBreakCount).toBe(3);
  });

  test('a broken key names its own line in a map that starts on the first, else the line of the map', () => {
    const reason = "did not find expected ',' or '}'";
    const strings = new StringsThroughYaml();
    strings.value('\u0085');
    expect(() => strings.key('a\u0085', 0)).toThrow(`yaml: line 2: ${reason}`);
    expect(() => strings.key('a\u0085', 1)).toThrow(`yaml: line 1: ${reason}`);
  });

  test('a key may have 1024 characters in JSON, quotes and escapes included', () => {
    const strings = new StringsThroughYaml();
    for (const key of ['é'.repeat(1022), '"'.repeat(511), '<'.repeat(170)]) {
      expect(strings.key(key, 0)).toBe(key);
      expect(() => strings.key(`${key}<`, 0)).toThrow('yaml: did not find expected');
    }
  });
});
