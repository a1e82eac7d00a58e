import { describe, expect, test } from 'vitest';
import { isRare, withRareLate } from '../../build/rare-modules.ts';

const installed = (path: string): string => `/some/place/node_modules/${path}`;

describe('a module is', () => {
  test.each([
    '@oclif/core/lib/help/index.js',
    '@oclif/core/lib/config/plugin.js',
    'minimatch/dist/commonjs/index.js',
    'ejs/lib/cjs/ejs.js',
    'cli-table3/src/cell.js',
  ])('rare: %s', (path) => {
    expect(isRare(installed(path))).toBe(true);
  });

  test.each([
    '@oclif/core/lib/command.js',
    '@oclif/core/lib/parser/parse.js',
    '@oclif/core/package.json',
    'string-width/index.js',
    'better-sqlite3/lib/index.js',
    '@marcbachmann/cel-js/lib/index.js',
  ])('for every start: %s', (path) => {
    expect(isRare(installed(path))).toBe(false);
  });

  test('for every start where it is navi’s own', () => {
    expect(isRare('/some/place/navi/src/minimatch/index.ts')).toBe(false);
  });
});

describe('the rare modules', () => {
  const chunk = `const require_core = require("./core-1.js");
const require_rare = require("./rare-2.js");
exports.late = () => require_rare.require_help().text;
exports.again = () => (0, require_rare.require_help)().text;
`;

  test('are loaded once, when one of them is first used', () => {
    const required: string[] = [];
    const load = (name: string): unknown => {
      required.push(name);
      return { require_help: () => ({ text: 'help' }) };
    };
    const exports: Record<string, () => string> = {};
    // oxlint-disable-next-line no-implied-eval -- the code is this test's own
    new Function('exports', 'require', withRareLate(chunk) ?? '')(exports, load);
    expect(required).toEqual(['./core-1.js']);
    expect([exports['late']?.(), exports['again']?.(), exports['late']?.()]).toEqual(['help', 'help', 'help']);
    expect(required).toEqual(['./core-1.js', './rare-2.js']);
  });

  test('change nothing of a chunk that needs none of them', () => {
    expect(withRareLate('const require_core = require("./core-1.js");')).toBeUndefined();
  });
});
