import { expect, test } from 'vitest';
import { DrawnLines } from '../../src/daemon/drawn-lines.ts';

class Screen {
  columns = 20;
  rows = 10;
  text = '';
  write(text: string): void {
    this.text = text;
  }
}

const plain = (text: string): string =>
  text
    .replaceAll('\u001B', 'ESC')
    .replaceAll(/ESC\[(\??\d*)([A-Za-z])/g, '<$1$2>')
    .replaceAll('\r', '');

test('lines are drawn in the place of those before, and no wider than the terminal', () => {
  const screen = new Screen();
  const drawn = new DrawnLines(screen);
  drawn.draw(['one', `two ${'x'.repeat(40)}`]);
  expect(plain(screen.text)).toBe(`<?7l><2K>one\n<2K>two ${'x'.repeat(15)}…\n<J><?7h>`);
  drawn.draw(['three']);
  expect(plain(screen.text)).toBe('<?7l><2A><2K>three\n<J><?7h>');
});

test('nothing is drawn where there is nothing', () => {
  const screen = new Screen();
  const drawn = new DrawnLines(screen);
  drawn.draw([]);
  expect(screen.text).toBe('');
  drawn.draw(['one']);
  drawn.draw([]);
  expect(plain(screen.text)).toBe('<?7l><1A><J><?7h>');
});

test('what is written stays above them', () => {
  const screen = new Screen();
  const drawn = new DrawnLines(screen);
  drawn.writeAbove('first\n');
  expect(screen.text).toBe('first\n');
  drawn.draw(['one']);
  const written: string[] = [];
  screen.write = (text) => void written.push(plain(text));
  drawn.writeAbove('second\n');
  expect(written.join('')).toBe('<1A><J>second\n<?7l><2K>one\n<J><?7h>');
  drawn.leave();
  written.length = 0;
  drawn.draw(['two']);
  expect(written).toEqual(['<?7l><2K>two\n<J><?7h>']);
});

test('a terminal that has become smaller is gone up as far as its lines reach, never beyond its top', () => {
  const screen = new Screen();
  const drawn = new DrawnLines(screen);
  drawn.draw(['x'.repeat(20), 'y']);
  screen.columns = 10;
  drawn.draw(['one']);
  expect(plain(screen.text)).toContain('<?7l><3A>');
  drawn.draw(['1', '2', '3', '4', '5', '6']);
  screen.rows = 4;
  drawn.draw(['one']);
  expect(plain(screen.text)).toContain('<?7l><3A>');
});
