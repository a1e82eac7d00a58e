import { describe, expect, test } from 'vitest';
import { compareUtf8 } from '../../src/core/utf8-order.ts';

describe('compareUtf8', () => {
  test('orders upper case before lower case and prefixes first', () => {
    expect(['b', 'a', 'B', 'ab', ''].toSorted(compareUtf8)).toEqual(['', 'B', 'a', 'ab', 'b']);
  });

  test('orders a character beyond U+FFFF after every other one, unlike UTF-16', () => {
    expect(['😀', '\ufffd'].toSorted()).toEqual(['😀', '\ufffd']);
    expect(['😀', '\ufffd'].toSorted(compareUtf8)).toEqual(['\ufffd', '😀']);
  });
});
