import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { logWindow, type LogWindow } from '../../../src/cli/logs/log-window.ts';

const text = [
  '2026-01-01T00:00:01.000000001Z one',
  '2026-01-01T00:00:02.5Z ',
  '2026-01-01T01:00:03.999999999+01:00 three\r',
  '2026-01-01T00:00:04Z four 2026-01-01T00:00:04Z four',
].join('\n');

const nowMs = Date.UTC(2026, 0, 1, 0, 0, 10);

const shown = (query: LogWindow, from = `${text}\n`): string =>
  logWindow(Buffer.from(from, 'latin1'), query, nowMs).toString('latin1');

describe('of the lines of a log', () => {
  test.each<readonly [string, LogWindow, string]>([
    ['all, without their times', {}, 'one\n\nthree\r\nfour 2026-01-01T00:00:04Z four\n'],
    ['with their times', { timestamps: 'true' }, `${text}\n`],
    ['the last', { tailLines: '2' }, 'three\r\nfour 2026-01-01T00:00:04Z four\n'],
    ['more than there are', { tailLines: '99' }, 'one\n\nthree\r\nfour 2026-01-01T00:00:04Z four\n'],
    ['none', { tailLines: '0' }, ''],
    ['those since a time', { sinceTime: '2026-01-01T00:00:03Z' }, 'three\r\nfour 2026-01-01T00:00:04Z four\n'],
    ['those of the last seconds', { sinceSeconds: '7' }, 'three\r\nfour 2026-01-01T00:00:04Z four\n'],
    [
      'of the last ones those that are young',
      { tailLines: '3', sinceSeconds: '6' },
      'four 2026-01-01T00:00:04Z four\n',
    ],
    ['the first bytes', { limitBytes: '6' }, 'one\n\nt'],
    [
      'the first bytes of the last ones, times included',
      { limitBytes: '10', tailLines: '1', timestamps: 'true' },
      '2026-01-01',
    ],
  ])('%s', (_, query, expected) => {
    expect(shown(query)).toBe(expected);
  });

  test('the last one may lack its end, and part of its time', () => {
    expect(shown({ tailLines: '1' }, text)).toBe('four 2026-01-01T00:00:04Z four');
    expect(shown({}, `${text}\n2026-01-01T00:0`)).toBe('one\n\nthree\r\nfour 2026-01-01T00:00:04Z four\n');
    expect(shown({}, '')).toBe('');
  });

  test('any bytes come back as they were written', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 40 })), (written) => {
        const lines = written.map((bytes) => Buffer.from(bytes.filter((byte) => byte !== 0x0a)));
        const feed = Buffer.from('\n');
        const stamped = lines.flatMap((line, at) => [
          Buffer.from(`2026-01-01T00:00:${String(at).padStart(2, '0')}.123456789Z `),
          line,
          feed,
        ]);
        expect(logWindow(Buffer.concat(stamped), {}, nowMs)).toEqual(
          Buffer.concat(lines.flatMap((line) => [line, feed])),
        );
      }),
    );
  });
});
