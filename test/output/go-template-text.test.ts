import { describe, expect, test } from 'vitest';
import { parseGoTemplate } from '../../src/core/go-template/parse.ts';
import type { Json } from '../../src/core/json.ts';
import { type GoTemplateText, goTemplateParseError, goTemplateText } from '../../src/output/go-template-text.ts';

function print(source: string, root: Json): GoTemplateText {
  const parsed = parseGoTemplate(source);
  if (!parsed.ok) throw new Error(parsed.message);
  return goTemplateText(parsed.template, root, { allowMissingKeys: true });
}

describe('goTemplateText', () => {
  test('prints without a newline of its own', () => {
    expect(print('{{.a}}é', { a: 1 })).toEqual({ ok: true, text: '1é' });
  });

  test('dumps the template and the object where it fails, behind what it printed', () => {
    const reason = 'template: output:1:7: executing "output" at <.a.b>: can\'t evaluate field b in type interface {}';
    expect(print('é {{.a.b}}', { c: '<', a: 1, d: null })).toEqual({
      ok: false,
      message: `error executing template "é {{.a.b}}": ${reason}`,
      stdout: [
        `é Error executing template: ${reason}. Printing more information for debugging the template:`.replace(
          '1:6',
          '1:7',
        ),
        '\ttemplate was:',
        '\t\té {{.a.b}}',
        '\traw data was:',
        '\t\t{"a":1,"c":"\\u003c","d":null}',
        '\tobject given to template engine was:',
        '\t\tmap[a:1 c:< d:<nil>]',
        '',
        '',
      ].join('\n'),
    });
  });

  test('gives output that is no text as bytes too', () => {
    const printed = print('{{base64decode .a}}', { a: '/w==' });
    expect(printed).toMatchObject({ ok: true, text: '\ufffd' });
    expect(printed.ok && [...(printed.bytes ?? [])]).toEqual([0xff]);
  });
});

test('goTemplateParseError shows the template and the reason', () => {
  expect(goTemplateParseError('{{nope}}', 'why')).toBe('error parsing template {{nope}}, why');
});
