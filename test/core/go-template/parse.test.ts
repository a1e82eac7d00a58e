import { describe, expect, test } from 'vitest';
import { parseGoTemplate } from '../../../src/core/go-template/parse.ts';

function failure(source: string): string | undefined {
  const parsed = parseGoTemplate(source);
  return parsed.ok ? undefined : parsed.message;
}

describe('parseGoTemplate', () => {
  test.each([
    ['{{', 'unclosed action'],
    ['{{.spec', 'unclosed action'],
    ['{{/* a', 'unclosed comment'],
    ['{{/* a */ }}', 'comment ends before closing delimiter'],
    ['{{nope .}}', 'function "nope" not defined'],
    ['{{$x}}', 'undefined variable "$x"'],
    ['{{}}', 'missing value for command'],
    ['{{if}}{{end}}', 'missing value for if'],
    ['{{if true}}', 'unexpected EOF'],
    ['{{end}}', 'unexpected {{end}}'],
    ['{{if true}}{{else}}{{else}}{{end}}', 'expected end; found {{else}}'],
    ['{{break}}', '{{break}} outside {{range}}'],
    ['{{$a, $b := 1}}', 'too many declarations in command'],
    ['{{1 | 2}}', 'non executable command in pipeline stage 2'],
    ['{{"a".b}}', 'unexpected . after term "\\"a\\""'],
    ['{{(1}}', 'unclosed left paren'],
    ['{{1)}}', 'unexpected right paren'],
    ['{{08}}', 'integer overflow: "08"'],
    ['{{1_}}', 'illegal number syntax: "1_"'],
    ['{{1x}}', 'bad number syntax: "1x"'],
    ['{{1+2}}', 'bad number syntax: "1+2"'],
    ['{{18446744073709551615}}', 'integer overflow: "18446744073709551615"'],
    ['{{1e400}}', 'illegal number syntax: "1e400"'],
    ["{{'ab'}}", "malformed character constant: 'ab'"],
    ['{{"\\q"}}', 'invalid syntax'],
    ['{{€}}', "unrecognized character in action: U+20AC '€'"],
    ['{{a=b}}', "bad character U+003D '='"],
    ['{{template x}}', 'unexpected "x" in template clause'],
    ['{{template verylongname}}', 'unexpected "verylongna"... in template clause'],
    ['{{define "x"}}a{{end}}{{define "x"}}b{{end}}', 'template: multiple definition of template "x"'],
  ])('refuses %s', (source, reason) => {
    expect(failure(source)).toBe(`template: output:1: ${reason}`);
  });

  test('names the line of the newest token, and that on which its action started', () => {
    expect(failure('a\n\n{{nope}}')).toBe('template: output:3: function "nope" not defined');
    expect(failure('\n{{print 1\n\n "a}}')).toBe(
      'template: output:4: unterminated quoted string in action started at output:2',
    );
    expect(failure('{{print\n1')).toBe('template: output:2: unclosed action started at output:1');
  });

  test('counts positions in bytes', () => {
    const parsed = parseGoTemplate('é{{.a}}');
    expect(parsed.ok && parsed.template.bodies.get('output')?.[1]).toMatchObject({ kind: 'action', position: 4 });
  });

  test('keeps a body that is not blank over a blank one of the same name', () => {
    const parsed = parseGoTemplate('{{define "x"}}a{{end}}{{define "x"}} \u00a0\n{{end}}');
    expect(parsed.ok && parsed.template.bodies.get('x')).toMatchObject([{ kind: 'text', bytes: 'a' }]);
  });

  test('gives up on what is nested too deep for the stack', () => {
    const reason = 'template: output:1: max expression depth exceeded';
    expect(failure(`{{${'('.repeat(20_000)}1${')'.repeat(20_000)}}}`)).toBe(reason);
    expect(failure('{{if 1}}'.repeat(100_000))).toBe(reason);
  });
});
