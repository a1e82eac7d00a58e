import { expect, test } from 'vitest';
import { inRunOrder } from './file-order.ts';

const file = (path: string, bytes: number) => ({ path: `/navi/test/${path}`, bytes });

test('kinds that take long run in turns, each with its larger files first, and short files last', () => {
  const ordered = inRunOrder([
    file('core/large.test.ts', 9_000),
    file('process/b.process.test.ts', 20),
    file('faults/a.cluster.test.ts', 300),
    file('daemon/mirror/c.test.ts', 1),
    file('process/d.process.test.ts', 40),
    file('core/small.test.ts', 5),
    file('process/e.process.test.ts', 30),
    file('faults/f.cluster.test.ts', 400),
  ]);
  expect(ordered.map(({ path }) => path.replace(/.*\/(.*?)\..*/, '$1'))).toEqual([
    'd',
    'f',
    'e',
    'c',
    'a',
    'b',
    'large',
    'small',
  ]);
});
