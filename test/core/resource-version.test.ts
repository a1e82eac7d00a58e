import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  compareResourceVersions,
  laterResourceVersion,
  previousResourceVersion,
} from '../../src/core/resource-version.ts';

const version = fc.bigInt({ min: 1n, max: 2n ** 80n }).map(String);

describe('two resourceVersions', () => {
  test('compare as numbers, however long', () => {
    fc.assert(
      fc.property(version, version, (a, b) => {
        const order = BigInt(a) < BigInt(b) ? -1 : BigInt(a) > BigInt(b) ? 1 : 0;
        expect(Math.sign(compareResourceVersions(a, b) ?? Number.NaN)).toBe(order);
        expect(BigInt(laterResourceVersion(a, b))).toBe(BigInt(a) > BigInt(b) ? BigInt(a) : BigInt(b));
      }),
    );
  });

  test.each(['', '0', '007', '-1', '1.5', '1e3', ' 1', '1\n', 'abc', '٣', 'sha256-00'])(
    'do not compare when one is %j',
    (odd) => {
      expect(compareResourceVersions(odd, '5')).toBeUndefined();
      expect(compareResourceVersions('5', odd)).toBeUndefined();
      expect(compareResourceVersions(odd, odd)).toBeUndefined();
      expect(laterResourceVersion(odd, '5')).toBe('5');
      expect(laterResourceVersion('5', odd)).toBe('5');
      expect(laterResourceVersion(odd, odd)).toBe('');
    },
  );

  test.each([
    ['10', '9'],
    ['100000000000000000000', '99999999999999999999'],
    ['1', '1'],
    ['', ''],
    ['0', '0'],
    ['abc', 'abc'],
  ])('the one before %j is %j', (given, previous) => {
    expect(previousResourceVersion(given)).toBe(previous);
  });
});
