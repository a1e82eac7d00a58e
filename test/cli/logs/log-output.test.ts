import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LineCutter } from '../../../src/cli/logs/log-output.ts';

describe('LineCutter', () => {
  test('gives whole lines, every byte of them in order, however they come', () => {
    const chunk = fc.uint8Array({ max: 12, maxLength: 9 });
    fc.assert(
      fc.property(fc.array(chunk), (chunks) => {
        const cutter = new LineCutter();
        const lines = chunks.flatMap((each) => cutter.push(Buffer.from(each)) ?? []);
        for (const each of lines) expect(each.at(-1)).toBe(0x0a);
        const rest = cutter.end();
        expect(rest?.includes(0x0a) ?? false).toBe(false);
        expect(Buffer.concat([...lines, ...(rest === undefined ? [] : [rest])])).toEqual(Buffer.concat(chunks));
      }),
    );
  });

  test('passes a line on that is too long to be held', () => {
    const cutter = new LineCutter();
    const part = Buffer.alloc(600 * 1_024, 'x');
    expect(cutter.push(part)).toBeUndefined();
    expect(cutter.push(part)?.length).toBe(2 * part.length);
    expect(cutter.push(Buffer.from('end\nnext'))?.toString()).toBe('end\n');
    expect(cutter.end()?.toString()).toBe('next');
  });
});
