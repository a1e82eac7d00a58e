import {
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { TreeFolder, type TreeCounts } from '../../../src/cli/export/tree-folder.ts';
import { temporaryDirectory } from '../../support/temporary-mirror.ts';
import { thrownBy } from '../../support/thrown-by.ts';

let root: string;
let folder: string;

beforeEach(() => {
  root = temporaryDirectory();
  folder = join(root, 'tree', 'prod');
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const content = { question: '{"format":"yaml"}', depth: 3 };
const list = (): string => join(folder, '.navi-export');
const read = (path: string): string => readFileSync(join(folder, path), 'utf8');

/** Exports these files, by their paths. */
function written(files: Readonly<Record<string, string>>, isGone = (_path: string): boolean => true): TreeCounts {
  const tree = new TreeFolder(folder, content);
  for (const [path, text] of Object.entries(files)) tree.write(path, text);
  return tree.finish(isGone);
}

const counts = (writtenCount: number, unchangedCount = 0, removedCount = 0, keptCount = 0): TreeCounts => ({
  writtenCount,
  unchangedCount,
  removedCount,
  keptCount,
});

describe('TreeFolder', () => {
  test('writes files for this user alone, and lists them in order', () => {
    expect(written({ 'shop/pods/b.yaml': 'b', 'shop/pods/a.yaml': 'a' })).toEqual(counts(2));
    expect(read('shop/pods/a.yaml')).toBe('a');
    expect(statSync(join(folder, 'shop/pods/a.yaml')).mode & 0o777).toBe(0o600);
    expect(statSync(join(folder, 'shop')).mode & 0o777).toBe(0o700);
    expect(read('.navi-export').split('\n').slice(1)).toEqual([
      '# {"format":"yaml"}',
      'shop/pods/a.yaml',
      'shop/pods/b.yaml',
      '',
    ]);
    expect(readdirSync(folder).sort()).toEqual(['.navi-export', 'shop']);
  });

  test('leaves what is the same alone, writes what differs, and removes what is gone with its folders', () => {
    written({ 'a/pods/same.yaml': '1', 'a/pods/other.yaml': '1', 'b/pods/gone.yaml': '1' });
    const before = statSync(join(folder, 'a/pods/same.yaml'));
    expect(written({ 'a/pods/same.yaml': '1', 'a/pods/other.yaml': '2' })).toEqual(counts(1, 1, 1));
    expect(statSync(join(folder, 'a/pods/same.yaml')).ino).toBe(before.ino);
    expect(read('a/pods/other.yaml')).toBe('2');
    expect(existsSync(join(folder, 'b'))).toBe(false);
    expect(read('.navi-export')).not.toContain('gone');
  });

  test('writes nothing at all where nothing changed', () => {
    written({ 'a/pods/x.yaml': '1' });
    const before = statSync(list());
    expect(written({ 'a/pods/x.yaml': '1' })).toEqual(counts(0, 1));
    expect(statSync(list())).toMatchObject({ ino: before.ino, mtimeMs: before.mtimeMs });
  });

  test('keeps, and lists, what is not known to be gone', () => {
    written({ 'a/pods/x.yaml': '1', 'a/nodes/y.yaml': '1' });
    expect(written({}, (path) => path.includes('pods'))).toEqual(counts(0, 0, 1, 1));
    expect(read('.navi-export')).toContain('a/nodes/y.yaml\n');
    expect(written({})).toEqual(counts(0, 0, 1));
  });

  test('never removes what it did not write, nor the folder of that', () => {
    written({ 'a/pods/x.yaml': '1' });
    writeFileSync(join(folder, 'a/pods/mine.txt'), 'mine');
    writeFileSync(join(folder, 'README'), 'mine');
    expect(written({})).toEqual(counts(0, 0, 1));
    expect(read('a/pods/mine.txt')).toBe('mine');
    expect(read('README')).toBe('mine');
  });

  test('refuses to write over a file of others, and takes one that is the same', () => {
    written({});
    mkdirSync(join(folder, 'a/pods'), { recursive: true });
    writeFileSync(join(folder, 'a/pods/x.yaml'), 'mine');
    expect(thrownBy(() => written({ 'a/pods/x.yaml': '1' }))).toMatchObject({ code: 'NAVI_USAGE' });
    expect(read('a/pods/x.yaml')).toBe('mine');
    expect(written({ 'a/pods/x.yaml': 'mine' })).toEqual(counts(0, 1));
  });

  test('is mended after an end in the middle', () => {
    const tree = new TreeFolder(folder, content);
    tree.write('a/pods/x.yaml', '1');
    tree.write('a/pods/y.yaml', '1');
    writeFileSync(join(folder, '.navi-export.999999.new'), 'half');
    expect(written({ 'a/pods/x.yaml': '1', 'a/pods/z.yaml': '1' })).toEqual(counts(1, 1, 1));
    expect(readdirSync(join(folder, 'a/pods')).sort()).toEqual(['x.yaml', 'z.yaml']);
    expect(readdirSync(folder).sort()).toEqual(['.navi-export', 'a']);
  });

  test('reads a list whose last line was cut off, or whose lines end in CRLF', () => {
    written({ 'a/pods/x.yaml': '1', 'a/pods/y.yaml': '1' });
    writeFileSync(list(), `${read('.navi-export').replaceAll('\n', '\r\n')}a/pods/cut`);
    expect(written({ 'a/pods/x.yaml': '1', 'a/pods/z.yaml': '1' })).toEqual(counts(1, 1, 1));
    expect(read('.navi-export').split('\n').slice(2)).toEqual(['a/pods/x.yaml', 'a/pods/z.yaml', '']);
  });

  test('refuses a folder that holds something else, or the answer to another question', () => {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'mine'), '');
    expect(thrownBy(() => written({}))).toMatchObject({
      code: 'NAVI_USAGE',
      message: expect.stringContaining('holds files') as string,
    });
    rmSync(join(folder, 'mine'));
    written({});
    expect(thrownBy(() => new TreeFolder(folder, { ...content, question: '{"format":"csv"}' }))).toMatchObject({
      code: 'NAVI_USAGE',
      message: expect.stringContaining('holds another export: {"format":"yaml"}') as string,
    });
  });

  test.each([['../../outside.yaml'], ['a/pods/../../../../outside.yaml'], ['/etc/passwd'], ['<<<<<<< HEAD']])(
    'refuses a list that names %j, and removes nothing',
    (path) => {
      written({ 'a/pods/x.yaml': '1' });
      writeFileSync(join(root, 'outside.yaml'), 'mine');
      writeFileSync(list(), `${read('.navi-export')}${path}\n`);
      expect(thrownBy(() => written({}))).toMatchObject({ message: expect.stringContaining('is no list') as string });
      expect(existsSync(join(folder, 'a/pods/x.yaml'))).toBe(true);
      expect(existsSync(join(root, 'outside.yaml'))).toBe(true);
    },
  );

  test('neither writes nor removes through a link', () => {
    written({ 'a/pods/x.yaml': '1' });
    const outside = join(root, 'outside');
    mkdirSync(outside);
    writeFileSync(join(outside, 'x.yaml'), 'mine');
    rmSync(join(folder, 'a/pods'), { recursive: true });
    symlinkSync(outside, join(folder, 'a/pods'));
    expect(thrownBy(() => written({ 'a/pods/y.yaml': '1' }))).toMatchObject({ code: 'NAVI_USAGE' });
    written({});
    expect(readdirSync(outside)).toEqual(['x.yaml']);
  });

  test('refuses a file where the folder is to be', () => {
    mkdirSync(join(root, 'tree'));
    writeFileSync(folder, 'mine');
    expect(thrownBy(() => written({}))).toMatchObject({
      code: 'NAVI_USAGE',
      message: expect.stringContaining('is a file') as string,
    });
    expect(readFileSync(folder, 'utf8')).toBe('mine');
  });
});
