import fc from 'fast-check';

const paths = ['text', 'empty', 'unicode', 'int', 'zero', 'negative', 'float', 'yes', 'no', 'nothing', 'list', 'three']
  .concat(['words', 'map', 'deep', 'deep.a.b', 'emptyMap', 'missing', 'missing.deeper', 'million', 'small', 'markup'])
  .map((path) => `.spec.${path}`);
const rooted = fc.constantFrom(...paths).map((path) => `$${path}`);
const constant = fc.constantFrom(
  '0',
  '1',
  '2',
  '-3',
  '1.5',
  '0x1f',
  "'x'",
  '"a"',
  '"%v"',
  '"%5d|"',
  '`b c`',
  'true',
  'false',
  'nil',
  '1e3',
);
const format = fc
  .tuple(
    fc.array(fc.constantFrom('+', '-', ' ', '0'), { maxLength: 2 }),
    fc.constantFrom('', '3', '12'),
    fc.constantFrom('', '.', '.0', '.2', '.7'),
    fc.constantFrom(...'v d s q o O c U t e E f F g G T %'.split(' ')),
  )
  .map(([flags, width, precision, verb]) => `%${flags.join('')}${width}${precision}${verb}`);

const anyFunctions = ['and', 'or', 'print', 'println', 'html', 'js', 'urlquery', 'eq', 'index', 'slice', 'exists'];
const oneFunctions = ['not', 'len', 'print', 'html', 'base64decode'];
const twoFunctions = ['eq', 'ne', 'lt', 'le', 'gt', 'ge', 'index', 'and', 'or', 'slice'];

const { expression } = fc.letrec<{ expression: string; call: string; operand: string }>((tie) => ({
  operand: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    rooted,
    constant,
    fc.constant('.'),
    tie('call').map((call) => `(${call})`),
  ),
  call: fc.oneof(
    fc.tuple(fc.constantFrom(...oneFunctions), tie('operand')).map((words) => words.join(' ')),
    fc.tuple(fc.constantFrom(...twoFunctions), tie('operand'), tie('operand')).map((words) => words.join(' ')),
    fc
      .tuple(fc.constantFrom(...anyFunctions), fc.array(tie('operand'), { minLength: 1, maxLength: 4 }))
      .map(([name, operands]) => [name, ...operands].join(' ')),
    fc
      .tuple(fc.array(format, { minLength: 1, maxLength: 3 }), fc.array(tie('operand'), { maxLength: 3 }))
      .map(([formats, operands]) => `printf "${formats.join('|')}" ${operands.join(' ')}`),
    fc
      .tuple(tie('operand'), fc.constantFrom('len', 'print 1', 'printf "%v"', 'html', 'not'))
      .map((words) => words.join(' | ')),
  ),
  expression: fc.oneof(rooted, tie('call'), tie('call')),
}));

const { body } = fc.letrec<{ body: string; piece: string }>((tie) => ({
  piece: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    expression.map((text) => `{{${text}}}`),
    fc.constantFrom('text', ' \n ', '{{.}}', '{{- 1 -}}', '{{/* c */}}', '{{$x := .}}{{$x}}'),
    fc
      .tuple(fc.constantFrom('if', 'with', 'range', 'range $i, $x :='), expression, tie('body'), tie('body'))
      .map(([kind, value, then, otherwise]) => `{{${kind} ${value}}}${then}{{else}}${otherwise}{{end}}`),
    fc
      .tuple(expression, tie('body'), fc.constantFrom('break', 'continue'), tie('body'))
      .map(([value, before, word, after]) => `{{range ${value}}}${before}{{${word}}}${after}{{end}}`),
  ),
  body: fc.array(tie('piece'), { minLength: 1, maxLength: 3 }).map((pieces) => pieces.join('')),
}));

/** Templates on the subject, the same for the same seed: half of them run, half fail. */
export function randomTemplates(count: number, seed: number): readonly string[] {
  return fc.sample(
    fc.oneof(
      body,
      expression.map((text) => `{{${text}}}`),
    ),
    { numRuns: count, seed },
  );
}
