import { describe, expect, test } from 'vitest';
import { TabbedText } from '../../src/output/tabbed-text.ts';

/** What comes out at each flush, for texts that are added one after the other between two of them. */
function flushed(...blocks: readonly (readonly (string | Uint8Array)[])[]): readonly string[] {
  let out = '';
  const text = new TabbedText((part) => (out += Buffer.from(part as Uint8Array).toString('utf8')));
  return blocks.map((block) => {
    out = '';
    for (const each of block) text.add(each);
    text.flush();
    return out;
  });
}

describe('TabbedText', () => {
  test('leaves text without tabs as it is, with and without the end of its last line', () => {
    expect(flushed(['{\n  "a": 1\n}\n', 'b'], ['c\n'], [])).toEqual(['{\n  "a": 1\n}\nb', 'c\n', '']);
  });

  test('aligns cells within a flush, wherever the texts were cut', () => {
    expect(flushed(['a\tb\n', 'longer-name\tc\n'])).toEqual(['a             b\nlonger-name   c\n']);
    expect(flushed(['lon', 'ger-name\tc\na', '\tb'])).toEqual(['longer-name   c\na             b']);
  });

  test('never makes a column narrower in a later flush', () => {
    expect(flushed(['a\tb\n'], ['longer-name\tc\n'], ['a\tb\n'])).toEqual([
      'a     b\n',
      'longer-name   c\n',
      'a             b\n',
    ]);
  });

  test('writes whole lines without tabs before anything is aligned', () => {
    const parts: (string | Uint8Array)[] = [];
    const text = new TabbedText((part) => parts.push(part));
    text.add('first\n');
    expect(parts).toEqual(['first\n']);
    text.add('a\tb\n');
    text.add('second\n');
    expect(parts).toEqual(['first\n']);
    text.flush();
    expect(parts.join('')).toBe('first\na     b\nsecond\n');
  });

  test('writes bytes that are no text as they are, after what came before', () => {
    const parts: (string | Uint8Array)[] = [];
    const text = new TabbedText((part) => parts.push(part));
    text.add('a\tb');
    text.add(Uint8Array.of(0xff, 0x09));
    expect(parts).toEqual(['a     b', Uint8Array.of(0xff, 0x09)]);
  });
});
