import { describe, expect, test } from 'vitest';
import { parseLabelSelector } from '../../../src/core/selector/label-selector.ts';
import { inWordsOfServer } from '../../../src/core/selector/label-syntax.ts';

/** What a server of this minor version says of a selector. */
function said(selector: string, serverMinor: number): string {
  const parsed = parseLabelSelector(selector);
  return parsed.ok ? '' : inWordsOfServer(parsed.message, serverMinor);
}

describe('inWordsOfServer', () => {
  test('counts characters before 1.35, and bytes from then on', () => {
    const selector = `app=${'x'.repeat(64)}`;
    expect(said(selector, 34)).toContain('must be no more than 63 characters');
    expect(said(selector, 35)).toContain('must be no more than 63 bytes');
  });

  test('speaks of qualified names before 1.35, and of label keys from then on', () => {
    expect(said('a/b/c=1', 34)).toContain('a qualified name must consist of');
    expect(said('a/b/c=1', 35)).toContain('a valid label key must consist of');
  });

  test('changes nothing that was typed', () => {
    expect(said('bytes=-1', 34)).toContain('values[0][bytes]: Invalid value: "-1"');
  });
});
