import { describe, expect, test } from 'vitest';
import { relaxedJsonPath } from '../../../src/core/jsonpath/relaxed-path.ts';

describe('relaxedJsonPath', () => {
  test.each([
    ['metadata.name', '{.metadata.name}'],
    ['.metadata.name', '{.metadata.name}'],
    ['{metadata.name}', '{.metadata.name}'],
    ['{.metadata.name}', '{.metadata.name}'],
    ['', ''],
    ['.', '{..}'],
    ['..', '{..}'],
    ['{..}', '{..}'],
    ['$', '{.$}'],
    ['a\nb', '{.a\nb}'],
  ])('makes %j the template %j', (path, template) => {
    expect(relaxedJsonPath(path)).toEqual({ ok: true, template });
  });

  test.each(['{}', '{', '}', '{a', 'a}', '{a}{b}', 'x{.a}', '{{a}}', '{a} '])('refuses %j', (path) => {
    expect(relaxedJsonPath(path)).toEqual({
      ok: false,
      message:
        "unexpected path string, expected a 'name1.name2' or '.name1.name2' or '{name1.name2}' or '{.name1.name2}'",
    });
  });
});
