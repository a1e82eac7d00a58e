import { describe, expect, test } from 'vitest';
import { fromBytes } from '../../../src/core/byte-text.ts';
import { executeTemplate } from '../../../src/core/go-template/execute.ts';
import { parseGoTemplate } from '../../../src/core/go-template/parse.ts';
import { goValueOf } from '../../../src/core/go-template/value.ts';
import type { Json } from '../../../src/core/json.ts';

const root = { name: 'é', count: 3, ratio: 1.5, list: [10, 'b', null], map: { z: 1, a: 2 }, none: null };

function run(source: string, data: Json = root, allowMissingKeys = true): { text: string; failure?: string } {
  const parsed = parseGoTemplate(source);
  const value = goValueOf(data);
  if (!parsed.ok || value === undefined) {
    throw new Error(parsed.ok ? 'no data' : parsed.message);
  }
  const { bytes, failure } = executeTemplate(parsed.template, value, allowMissingKeys);
  return failure === undefined ? { text: fromBytes(bytes) } : { text: fromBytes(bytes), failure: fromBytes(failure) };
}

describe('executeTemplate', () => {
  test.each([
    ['{{.name}} {{.count}} {{.ratio}} {{.list}} {{.map}}', 'é 3 1.5 [10 b <nil>] map[a:2 z:1]'],
    ['{{.none}} {{.missing}} {{.missing.deeper}} {{print .none}}', '<no value> <no value> <no value> <nil>'],
    ['a {{- /* c */ -}} b {{- 1 }}', 'ab1'],
    ['{{if .none}}a{{else if .count}}b{{else}}c{{end}}', 'b'],
    ['{{with .map}}{{.a}}{{$.count}}{{end}}', '23'],
    ['{{range $i, $x := .list}}{{$i}}={{$x}} {{end}}', '0=10 1=b 2=<no value> '],
    ['{{range $k, $v := .map}}{{$k}}{{$v}}{{end}}', 'a2z1'],
    ['{{range .count}}{{if eq . 1}}{{continue}}{{end}}{{.}}{{end}}', '02'],
    ['{{range .list}}{{.}}{{break}}{{end}}', '10'],
    ['{{range .none}}a{{else}}none{{end}}', 'none'],
    ['{{$x := 1}}{{if true}}{{$x = 2}}{{$y := 3}}{{end}}{{$x}}', '2'],
    ['{{template "t" .map}}{{define "t"}}<{{.a}}>{{end}}{{block "b" 7}}[{{.}}]{{end}}', '<2>[7]'],
    ['{{or 0 "" .name}}{{and 1 0 (index .list 9)}}{{not .none}}', 'é0true'],
    ['{{index .map "z"}}{{index .list 1}}{{index .name 0}}{{slice .list 1 3}}', '1b195[b <nil>]'],
    ['{{len .name}} {{slice "abc" 1 2}} {{exists .map "a"}} {{exists .map "b"}}', '2 b true false'],
    ['{{eq .count 1 3}} {{lt 1.5 2.5}} {{ge "b" "a"}} {{ne 1 1}}', 'true true true false'],
    ['{{html "<a>"}} {{js "\'"}} {{urlquery "a b"}} {{base64decode "aGk="}}', "&lt;a&gt; \\' a+b hi"],
    ["{{0x1F}} {{1e3}} {{'a'}} {{-0x1e}} {{1_000}} {{`r`}}", '31 1000 97 -30 1000 r'],
  ])('%s prints %s', (source, text) => {
    expect(run(source)).toEqual({ text });
  });

  test.each([
    ['{{.name.x}}', '1:7', '.name.x', "can't evaluate field x in type interface {}"],
    ['{{.none.x}}', '1:7', '.none.x', 'nil pointer evaluating interface {}.x'],
    ['{{index .list 9}}', '1:2', 'index .list 9', 'error calling index: index out of range: 9'],
    ['\né{{len .count}}', '2:4', 'len .count', 'error calling len: len of type int64'],
    ['{{slice "abc" .count}}', '1:2', 'slice "abc" .count', notAnIndex()],
    ['{{eq 1 "a"}}', '1:2', 'eq 1 "a"', 'error calling eq: incompatible types for comparison: int and string'],
    ['{{slice .list 4}}', '1:2', 'slice .list 4', 'error calling slice: index out of range: 4'],
    ['{{printf .count}}', '1:9', '.count', 'wrong type for value; expected string; got int64'],
    ['{{len}}', '1:2', 'len', 'wrong number of args for len: want 1 got 0'],
    ['{{range .ratio}}{{end}}', '1:8', '.ratio', "range can't iterate over 1.5"],
    ['{{$x = 1}}', '1:7', '1', 'undefined variable: $x'],
    ['{{template "t"}}', '1:11', '{{template "t"}}', 'template "t" not defined'],
  ])('%s fails', (source, place, node, reason) => {
    expect(run(source).failure).toBe(`template: output:${place}: executing "output" at <${node}>: ${reason}`);
  });

  function notAnIndex(): string {
    return 'error calling slice: cannot index slice/array with type interface {}';
  }

  test('a failure keeps what was printed before it, and names the body that it happens in', () => {
    expect(run('{{define "t"}}b{{.x.y}}{{end}}a{{template "t" .name}}c')).toEqual({
      text: 'ab',
      failure: 'template: output:1:19: executing "t" at <.x.y>: can\'t evaluate field x in type string',
    });
  });

  test('missing keys fail when they are not allowed, null does not', () => {
    expect(run('{{.none}}', root, false)).toEqual({ text: '<no value>' });
    expect(run('{{.gone}}', root, false).failure).toContain('map has no entry for key "gone"');
    const { failure } = run('{{template "t" .none}}{{define "t"}}{{.a}}{{end}}', root, false);
    expect(failure).toContain('nil data; no entry for key "a"');
  });

  test('templates that call each other for ever end at the depth where Go ends them', () => {
    const { text, failure } = run('{{define "t"}}.{{template "t"}}{{end}}{{template "t"}}');
    expect(text.length).toBe(100_000);
    expect(failure).toBe(
      'template: output:1:26: executing "t" at <{{template "t"}}>: exceeded maximum template depth (100000)',
    );
  });

  test('a string is bytes: half a character can be cut, decoded and quoted', () => {
    expect(run('{{slice .name 0 1 | printf "%q"}}{{base64decode "/w==" | printf "%x"}}').text).toBe('"\\xc3"ff');
    expect(run('{{slice .name 0 1}}{{slice .name 1}}').text).toBe('é');
  });

  test('integers keep all their digits', () => {
    const data = { max: JSON.rawJSON('9223372036854775807'), beyond: JSON.rawJSON('9223372036854775808') };
    expect(run('{{.max}} {{.beyond}} {{printf "%x" .max}}', data).text).toBe(
      '9223372036854775807 9.223372036854776e+18 7fffffffffffffff',
    );
  });
});
