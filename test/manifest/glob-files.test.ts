import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { globFiles } from '../../src/manifest/glob-files.ts';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'navi-glob-'));
  for (const path of ['.h.yaml', 'a/x.yaml', 'a/b/y.yaml', 'c/x.yaml', 'z{1}.yaml', 'é.yaml', 'a]b', 'star*']) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), '');
  }
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('a pattern', () => {
  test.each([
    ['*/*.yaml', ['a/x.yaml', 'c/x.yaml']],
    ['**/*.yaml', ['a/x.yaml', 'c/x.yaml']],
    ['*.yaml', ['.h.yaml', 'z{1}.yaml', 'é.yaml']],
    ['?.yaml', ['é.yaml']],
    ['.*', ['.h.yaml']],
    ['[^b-d]/x.yaml', ['a/x.yaml']],
    ['[a-c]/?.yaml', ['a/x.yaml', 'c/x.yaml']],
    ['a[]]b', undefined],
    ['a[\\]]b', ['a]b']],
    ['star\\*', ['star*']],
    ['a*b', ['a]b']],
    ['z{1}*', ['z{1}.yaml']],
    ['z{0,1}*', []],
    ['./a/*.yaml', ['a/x.yaml']],
    ['a/../c/*', ['c/x.yaml']],
    ['*//x.yaml', []],
    ['*/', []],
    ['nowhere/*', []],
  ])('%s names what it does in kubectl', (pattern, found) => {
    expect(globFiles(pattern, folder)).toEqual(found);
    const whole = globFiles(`${folder}/${pattern}`, '/');
    expect(whole).toEqual(found?.map((path) => join(folder, path)));
  });

  test.each(['[', '[a', '[]', '[a-]', '[-a]', 'a\\', '[a]*/[', '[[]['])('%s is none', (pattern) => {
    expect(globFiles(pattern, folder)).toBeUndefined();
  });

  test('of many stars takes no long time for any name', () => {
    writeFileSync(join(folder, 'a'.repeat(200)), '');
    const startedAt = performance.now();
    expect(globFiles(`${'a*'.repeat(100)}b`, folder)).toEqual([]);
    expect(performance.now() - startedAt).toBeLessThan(2_000);
  });
});
