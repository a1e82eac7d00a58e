import { expect, test } from 'vitest';
import { KeyedQueue } from '../../src/util/keyed-queue.ts';

test('work of one key runs one after the other, also after a failure; other keys do not wait', async () => {
  const queue = new KeyedQueue();
  const told: string[] = [];
  const gate = Promise.withResolvers<void>();
  const first = queue.run('a', async () => {
    told.push('first begins');
    await gate.promise;
    told.push('first ends');
    throw new Error('no');
  });
  const second = queue.run('a', () => Promise.resolve(told.push('second')));
  await queue.run('b', () => Promise.resolve(told.push('other')));
  expect(told).toEqual(['first begins', 'other']);
  gate.resolve();
  await expect(first).rejects.toThrow('no');
  await second;
  expect(told).toEqual(['first begins', 'other', 'first ends', 'second']);
});

test('it is idle once nothing runs or waits', async () => {
  const queue = new KeyedQueue();
  const told: string[] = [];
  void queue.run('a', async () => {
    await Promise.resolve();
    void queue.run('a', () => Promise.resolve(told.push('later')));
  });
  await queue.idle();
  expect(told).toEqual(['later']);
  await queue.idle();
});
