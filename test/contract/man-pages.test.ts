import { spawnSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { manPages } from '../../build/man/man-pages.ts';

const root = join(import.meta.dirname, '../..');
const pages = manPages();
const files = globSync('*.[0-9]', { cwd: join(root, 'man') }).sort();

describe('the manual', () => {
  test('has a page for each command, for the settings, the store and freshness, as they are now', () => {
    expect(files, 'npm run man writes them').toEqual([...pages.keys()].sort());
    for (const name of files)
      expect(readFileSync(join(root, 'man', name), 'utf8'), `npm run man writes ${name}`).toBe(pages.get(name));
  });

  test.each(files)('%s is a page that man can show', (name) => {
    const { stdout, status } = spawnSync('mandoc', ['-T', 'lint', '-W', 'warning', join(root, 'man', name)], {
      encoding: 'utf8',
    });
    const faults = stdout.split('\n').filter((line) => line !== '' && !line.includes('missing date'));
    expect({ faults, hasRun: status !== null }).toEqual({ faults: [], hasRun: true });
  });

  test('says what its sources say, in letters that can be typed', () => {
    // In ASCII letters are made bold by printing them twice, one over the other.
    const { stdout } = spawnSync('mandoc', ['-T', 'ascii', join(root, 'man', 'navi-get.1')], { encoding: 'utf8' });
    const text = stdout
      .split('\b')
      .map((part, index, all) => (index < all.length - 1 ? part.slice(0, -1) : part))
      .join('');
    expect(text).toContain("navi get pods --where 'cols.RESTARTS > 5' --order-by 'AGE desc'");
    expect(text).toMatch(/^ +--where EXPR$/m);
  });
});
