import fc from 'fast-check';
import { expect, test } from 'vitest';
import { AuditDigest, someBuckets, type AuditedObject } from '../../src/daemon/audit-digest.ts';

const object = (index: number, resourceVersion = `${index}`): AuditedObject => ({
  key: `shop/pod-${index}`,
  uid: `uid-${index}`,
  resourceVersion,
});

function digestOf(objects: readonly AuditedObject[], buckets?: ReadonlySet<number>): AuditDigest {
  const digest = new AuditDigest(buckets);
  for (const one of objects) digest.add(one);
  return digest;
}

const range = (count: number): readonly AuditedObject[] => Array.from({ length: count }, (_, index) => object(index));

test('the same objects in another order are the same', () => {
  const objects = range(500);
  expect(digestOf(objects).differingBuckets(digestOf(objects.toReversed())).size).toBe(0);
});

test('any object more, less or other shows, and is named', () => {
  const fields = fc.record({ key: fc.string(), uid: fc.string(), resourceVersion: fc.string() });
  fc.assert(
    fc.property(fc.uniqueArray(fields, { selector: ({ key }) => key }), fields, fc.nat(2), (objects, other, how) => {
      const rest = objects.filter(({ key }) => key !== other.key);
      const served = how === 0 ? [...rest, other] : [...rest, { ...other, uid: `${other.uid}x` }];
      const stored = how === 2 ? rest : [...rest, { ...other, resourceVersion: `${other.resourceVersion}y` }];
      const [a, b] = [digestOf(stored), digestOf(served)];
      expect(a.differingBuckets(b).size).toBeGreaterThan(0);
      expect(a.differences(b).map(({ key }) => key)).toEqual([other.key]);
    }),
  );
});

test('an object twice is not the object once, and two that swapped their versions are not the same', () => {
  expect(digestOf([object(1), object(1)]).differingBuckets(digestOf([object(1)])).size).toBe(1);
  const swapped = [object(1, '2'), object(2, '1')];
  expect(digestOf(swapped).differingBuckets(digestOf([object(1), object(2)])).size).toBeGreaterThan(0);
});

test('of a large scope only the objects of some buckets are kept, which is enough to name them', () => {
  const served = range(30_000);
  const stored = served.filter((_, index) => index !== 12_345);
  const [a, b] = [digestOf(stored), digestOf(served)];
  expect([a.isComplete, b.isComplete]).toEqual([false, false]);
  const buckets = a.differingBuckets(b);
  expect(buckets.size).toBe(1);
  const named = digestOf(stored, someBuckets(buckets)).differences(digestOf(served, someBuckets(buckets)));
  expect(named).toEqual([{ key: 'shop/pod-12345', stored: undefined, served: object(12_345) }]);
});
