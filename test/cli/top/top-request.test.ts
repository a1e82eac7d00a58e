import { describe, expect, test } from 'vitest';
import { goDurationText } from '../../../src/cli/top/go-duration-text.ts';
import { topRequest, withPast, type TopFlags } from '../../../src/cli/top/top-request.ts';

const none: TopFlags = {
  'all-namespaces': false,
  selector: '',
  'field-selector': '',
  'sort-by': '',
  containers: false,
  'no-headers': false,
  sum: false,
  'show-capacity': false,
  use: false,
};

const fault = (args: readonly string[], flags: Partial<TopFlags> = {}): string => {
  try {
    topRequest(args, undefined, { ...none, ...flags });
  } catch (error) {
    return error instanceof Error ? error.message : '';
  }
  return '';
};

describe('the request of navi top', () => {
  test.each([
    ['po', 'pods'],
    ['pod', 'pods'],
    ['pods', 'pods'],
    ['no', 'nodes'],
    ['node', 'nodes'],
    ['nodes', 'nodes'],
  ])('takes %s for %s', (word, kind) => {
    expect(topRequest([word, 'x'], 'shop', none)).toMatchObject({ kind, name: 'x', namespace: 'shop' });
  });

  test('is refused where it is about something else, or has flags of the other kind', () => {
    expect(fault([])).toBe('navi top is about pods or nodes');
    expect(fault(['constructor'])).toBe('navi top is about pods or nodes, not "constructor"');
    expect(fault(['nodes'], { 'all-namespaces': true })).toBe('navi top nodes has no --all-namespaces');
    expect(fault(['nodes'], { 'field-selector': 'a=b' })).toBe('navi top nodes has no --field-selector');
    expect(fault(['pods'], { 'show-capacity': true })).toBe('navi top pods has no --show-capacity');
    expect(fault(['pods'], { history: '25h' })).toBe('--history reaches back up to 24h, not 25h');
    expect(fault(['pods'], { history: '0' })).toBe('--history reaches back up to 24h, not 0');
  });

  test('reaches back an hour where --history says nothing', () => {
    expect(withPast(['pods', '--history'])).toEqual(['pods', '--history', '1h']);
    expect(withPast(['--history', 'pods', 'web-0'])).toEqual(['--history', '1h', 'pods', 'web-0']);
    expect(withPast(['pods', '--history', '1h30m', '-A'])).toEqual(['pods', '--history', '1h30m', '-A']);
    expect(withPast(['pods', '--history=2h', '-A'])).toEqual(['pods', '--history=2h', '-A']);
  });
});

test.each([
  [0, '0s'],
  [120, '120ms'],
  [1_500, '1.5s'],
  [60_000, '1m0s'],
  [303_123, '5m3.123s'],
  [3_600_000, '1h0m0s'],
  [90_061_004, '25h1m1.004s'],
])('%d ms are %s in Go', (ms, text) => {
  expect(goDurationText(ms)).toBe(text);
});
