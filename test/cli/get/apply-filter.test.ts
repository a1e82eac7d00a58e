import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { applyFilter } from '../../../src/cli/get/apply-filter.ts';
import { readGetFlags } from '../../../src/cli/get/parse-flags.ts';
import { shellWord } from '../../../src/core/shell-word.ts';
import { temporaryDirectory } from '../../support/temporary-mirror.ts';

let folder: string;
let file: string;

beforeAll(() => {
  folder = temporaryDirectory();
  file = join(folder, 'team.toml');
});
afterAll(() => rmSync(folder, { recursive: true }));

/** The words that the saved ones and the typed ones come to. */
async function words(saved: readonly string[], typed: readonly string[]): Promise<readonly string[]> {
  writeFileSync(file, `[filters.x]\narguments = ${JSON.stringify(saved.map(shellWord).join(' '))}\n`);
  const { words: all } = await applyFilter(readGetFlags(['--filters', file, ...typed]));
  return all;
}

describe('a filter with what is typed', () => {
  test.each<readonly [saved: string, typed: string, all: string]>([
    ['pods -A', '@x', '--all-namespaces pods'],
    ['pods -A', '-o wide @x web-0', '--all-namespaces --output=wide pods web-0'],
    ['pods -o yaml --limit 5', '@x -o name', '--output=yaml --output=name --limit=5 pods'],
    ['pods -L a', '@x -L b,c', '--label-columns=a --label-columns=b,c pods'],
    ['pods --no-headers', '@x --no-headers=false', '--no-headers --no-headers=false pods'],
    ['-A', '@x pods', '--all-namespaces pods'],
    ['pods -A', '@x -n shop', '--namespace=shop pods'],
    ['pods -n shop', '@x -A', '--namespace=shop --all-namespaces pods'],
    ['pods --order-by AGE', '@x --sort-by .metadata.name', '--sort-by=.metadata.name pods'],
    ['pods --sort-by .metadata.name', '@x --order-by AGE', '--order-by=AGE pods'],
    ['pods --order-by AGE -o wide', '@x --count', '--count pods'],
    ['pods --order-by AGE', '@x --count=false', '--order-by=AGE --count=false pods'],
    ['pods --count', '@x --group-by kind -o json', '--group-by=kind --output=json pods'],
    ['pods --group-by kind', '@x --order-by AGE', '--order-by=AGE pods'],
    ['pods --order-by AGE', '@x -w', '--watch pods'],
    ['pods --order-by AGE', '@x -w=false', '--order-by=AGE --watch=false pods'],
    ['pods --order-by AGE --where a', '@x --watch-only', '--where=a --watch-only pods'],
    ['pods', '@x -- -odd', '-- pods -odd'],
  ])('%s, and %s', async (saved, typed, all) => {
    expect((await words(saved.split(' '), typed.split(' '))).join(' ')).toBe(all);
  });

  test('asks for both where there are two --where', async () => {
    const saved = ['pods', '--where', 'a == 1 || b == 2'];
    expect(await words(saved, ['@x'])).toEqual(['--where=a == 1 || b == 2', 'pods']);
    expect(await words(saved, ['@x', '--where', 'c || d'])).toEqual(['--where=(a == 1 || b == 2) && (c || d)', 'pods']);
    expect(await words(['pods'], ['@x', '--where', 'c'])).toEqual(['--where=c', 'pods']);
    const commented = ['pods', '--where', 'a // for now'];
    expect(await words(commented, ['@x', '--where', 'b'])).toEqual(['--where=(a // for now\n) && (b)', 'pods']);
  });

  test('cannot get out of the saved --where, and is told what is wrong with its own', async () => {
    const saved = ['pods', '--where', 'a'];
    await expect(words(saved, ['@x', '--where', 'true) || (true'])).rejects.toThrow(/^--where: .*, at character 5$/);
    await expect(words(saved, ['@x', '--where', 'b =='])).rejects.toThrow(/at character 5$/);
    // What is empty is refused as it is without a filter.
    expect(await words(saved, ['@x', '--where', ''])).toEqual(['--where=a', '--where=', 'pods']);
  });

  test('is one filter', async () => {
    await expect(words(['pods'], ['@x', '@y'])).rejects.toThrow('one filter at a time: @x or @y');
    await expect(words(['pods'], ['pods'])).rejects.toThrow(/no filter is named$/);
  });

  test('may be named as the system writes accents', async () => {
    writeFileSync(file, '[filters."caf\\u00e9"]\narguments = "pods"\n');
    const { words: all } = await applyFilter(readGetFlags(['@cafe\u0301', '--filters', file]));
    expect(all).toEqual(['pods']);
  });
});
