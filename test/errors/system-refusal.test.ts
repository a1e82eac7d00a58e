import { openSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { systemRefusal } from '../../src/errors/system-refusal.ts';
import { thrownBy } from '../support/thrown-by.ts';

test('what the system refuses is told by its path and its reason', () => {
  // Nobody makes files there, root neither.
  const refused = systemRefusal(thrownBy(() => openSync('/sys/navi', 'w')) as Error);
  expect(refused).toMatchObject({
    code: 'NAVI_USAGE',
    message: expect.stringMatching(/^\/sys\/navi cannot be used: .* \(E\w+\)$/) as string,
  });
  const full = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC', path: '/a' });
  expect(systemRefusal(full)).toMatchObject({ code: 'NAVI_DISK_FULL', hints: ['df shows which disk is full'] });
});

test('every other error may be a bug', () => {
  expect(systemRefusal(thrownBy(() => readFileSync('/nowhere/at/all')) as Error)).toBeUndefined();
  expect(systemRefusal(new TypeError('x is undefined'))).toBeUndefined();
});
