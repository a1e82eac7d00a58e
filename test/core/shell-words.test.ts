import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { shellLine, shellWord } from '../../src/core/shell-word.ts';
import { splitShellWords } from '../../src/core/shell-words.ts';

const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: fc.constantFrom(...Array.from(` '"\\$\`|&;<>()#*?[]{}~=!\n\t\r\u001B\u0085\u202Eabé𝒳`)) }),
);

function words(line: string): readonly string[] {
  const split = splitShellWords(line);
  if (!split.ok) throw new Error(split.fault);
  return split.words;
}

/** What bash makes of the words of a line. */
function wordsOfBash(line: string): readonly string[] {
  const { stdout, status } = spawnSync('bash', ['-c', `printf '%s\\0' ${line}`], {
    encoding: 'utf8',
    env: { LC_ALL: 'C.UTF-8' },
  });
  expect(status).toBe(0);
  return stdout.split('\0').slice(0, -1);
}

describe('splitShellWords', () => {
  test('gives back the words of which a line was made', () => {
    fc.assert(
      fc.property(fc.array(text), (all) => {
        expect(words(all.map(shellWord).join(' '))).toEqual(all);
      }),
      { numRuns: 500 },
    );
  });

  test.each([
    [`pods -A --where 'cols.RESTARTS > 5'`, ['pods', '-A', '--where', 'cols.RESTARTS > 5']],
    [`--where "status.phase != \\"Running\\""`, ['--where', 'status.phase != "Running"']],
    [`a'b'"c"d\\ e ''`, ['abcd e', '']],
    ['\n  pods \\\n -A\r\n\t-o=wide ', ['pods', '-A', '-o=wide']],
    ['"a\\\nb" "\\x\\$\\`\\\\"', ['ab', '\\x$`\\']],
    ['-l app!=web -o jsonpath={.items[*].metadata.name} a#b ~', undefined],
    ['', []],
    [' \n', []],
  ])('reads %j as a shell does', (line, expected) => {
    if (expected !== undefined) expect(words(line)).toEqual(expected);
    // bash ends a command at a line feed.
    if (!/^\s|[^\\]\n/.test(line) && line !== '' && !line.includes('~')) expect(wordsOfBash(line)).toEqual(words(line));
  });

  test.each([
    ["--where 'a", 'has a single quote that is not closed'],
    ['--where "a\\"', 'has a double quote that is not closed'],
    ['pods \\', 'ends in a backslash'],
    ['-n $SHOP', "has a $ that a shell would take for its own; 'single quotes' keep it"],
    ['-n "$SHOP"', "has a $ that a shell would take for its own; 'single quotes' keep it"],
    ['--where cols.RESTARTS>5', "has a > that a shell would take for its own; 'single quotes' keep it"],
    ['pods | less', "has a | that a shell would take for its own; 'single quotes' keep it"],
    ['pods "`id`"', "has a ` that a shell would take for its own; 'single quotes' keep it"],
    ['pods # all of them', "has a # that a shell would take for its own; 'single quotes' keep it"],
  ])('refuses %j', (line, fault) => {
    expect(splitShellWords(line)).toEqual({ ok: false, fault });
  });
});

describe('shellLine', () => {
  test('is what bash takes for the same words, and steers no terminal', () => {
    const all = ['pods', "it's", 'a\n\tb', '\u001B[31m\\n', "'\u009B2J'", '\u202Eflip \u2028', '', '$HOME `id`'];
    const line = shellLine(all);
    expect(wordsOfBash(line)).toEqual(all);
    expect(line).not.toMatch(/[^\P{Cc}\n\t]|[\u2028\u202E]/u);
    expect(shellLine(['pods', '-l', 'app=web'])).toBe('pods -l app=web');
  });
});
