import { describe, expect, test } from 'vitest';
import { cutLine, displayWidth } from '../../src/output/line-width.ts';
import { LiveScreen } from '../../src/output/live-screen.ts';

const red = (text: string): string => `\u001B[31m${text}\u001B[39m`;

describe('a line that is cut', () => {
  test.each([
    ['fits', 'abcd', 4, 'abcd'],
    ['is too long', 'abcdef', 4, 'abc…'],
    ['has wide characters', '日本語日本', 6, '日本…'],
    ['would split a wide character', '日本語', 5, '日本…'],
    ['has a combining mark', 'e\u0301e\u0301e\u0301e\u0301', 3, 'e\u0301e\u0301…'],
    ['is empty', '', 3, ''],
  ])('%s', (_what, line, width, expected) => {
    expect(cutLine(line, width)).toBe(expected);
    expect(displayWidth(cutLine(line, width))).toBeLessThanOrEqual(width);
  });

  test('keeps its colours, and ends them', () => {
    expect(cutLine(red('abcdef'), 4)).toBe(red('abc…'));
    expect(cutLine(`ab${red('cd')}ef`, 3)).toBe(`ab${red('…')}`);
    expect(cutLine(red('abcd'), 4)).toBe(red('abcd'));
  });
});

describe('a live screen', () => {
  function screen() {
    let written = '';
    const live = new LiveScreen((text) => (written += text));
    return {
      live,
      take: (): string => {
        const text = written;
        written = '';
        return text;
      },
    };
  }

  test('opens with its first frame, draws over it, and gives the terminal back', () => {
    const { live, take } = screen();
    live.draw('a\nb\n', { columns: 10, rows: 5 });
    expect(take()).toBe('\u001B[?1049h\u001B[?25l\u001B[?2026h\u001B[Ha\u001B[K\r\nb\u001B[K\r\n\u001B[J\u001B[?2026l');
    live.draw('c\n', { columns: 10, rows: 5 });
    const next = take();
    expect(next).toBe('\u001B[?2026h\u001B[Hc\u001B[K\r\n\u001B[J\u001B[?2026l');
    expect(next).not.toContain('\u001B[2J');
    live.end();
    expect(take()).toBe('\u001B[?25h\u001B[?1049l');
    live.end();
    expect(take()).toBe('');
  });

  test('writes nothing for a frame that is the same, unless the size changed', () => {
    const { live, take } = screen();
    live.draw('a\n', { columns: 10, rows: 5 });
    take();
    live.draw('a\n', { columns: 10, rows: 5 });
    expect(take()).toBe('');
    live.draw('a\n', { columns: 11, rows: 5 });
    expect(take()).not.toBe('');
  });

  test('never writes more lines than there are, nor longer ones', () => {
    const { live, take } = screen();
    live.draw('1\n2\n3\n4\n5\n', { columns: 10, rows: 3 });
    expect(take()).toContain('1\u001B[K\r\n2\u001B[K\r\n… 3 more …\u001B[?2026l');
    live.draw('1\n2\n3\n', { columns: 10, rows: 3 });
    expect(take()).toContain('1\u001B[K\r\n2\u001B[K\r\n3\u001B[K\u001B[?2026l');
  });

  test('that was never drawn leaves the terminal alone', () => {
    const { live, take } = screen();
    live.end();
    expect(take()).toBe('');
  });
});
