import fc from 'fast-check';

const { array, constantFrom, oneof, tuple } = fc;

/** Texts for one argument, or a part of one. */
export type Texts = fc.Arbitrary<string>;

export const joined = (...parts: readonly Texts[]): Texts => tuple(...parts).map((all) => all.join(''));
export const many = (part: Texts, separator: string, maxLength = 4): Texts =>
  array(part, { maxLength }).map((all) => all.join(separator));
export const mostly = <T>(usual: fc.Arbitrary<T>, odd: fc.Arbitrary<T>): fc.Arbitrary<T> =>
  oneof({ weight: 7, arbitrary: usual }, { weight: 1, arbitrary: odd });

const oneOfAll = (...lists: readonly (readonly string[])[]): Texts => constantFrom(...lists.flat());

/** Texts that parsers, terminals and file systems stumble over. */
export const stumblingBlocks: readonly string[] = [
  ['', ' ', '\n', '\r', '\t', '\u0001', '\u0007', '\b', '\u007f', '\u009b2J', '\u001b[31m', '\u001b]0;t\u0007'],
  ['\u2028', '\u202e', '\u2066', '\ufeff', '\u200d', 'é', '\u0301', '😀', '\ufffd', '\ue000', '\u{10ffff}'],
  ['"', "'", '`', '\\', '\\x', '\\u00', '\\ud800', '/', '//', '../', './', '.', '..', ':', ',', ';', '=', '==', '!='],
  ['{', '}', '{{', '}}', '[', ']', '(', ')', '[*]', '[::0]', '[-1:]', '?(', '@', '$', '*', '**', '?', '!', '&', '|'],
  ['%', '%s', '%n', '%999999999d', '+', '-', '--', '---', '-1', '0', '1e999', '-0', '0x', '9'.repeat(40), 'NaN'],
  ['null', 'true', 'undefined', '__proto__', 'constructor', 'toString', 'hasOwnProperty', '<none>', 'a'.repeat(300)],
  ['{1..9}{1..9}{1..9}{1..9}', '{a,b}{a,b}{a,b}', '@(a|b)', '{range', '{end}', '{{end}}', '{{range', '{{define "x"}}'],
].flat();

export const block = constantFrom(...stumblingBlocks);

/** A text with a change in it, such as a slip of a hand, a broken pipe or an attacker makes. */
export const damaged = (text: Texts): Texts =>
  tuple(
    text,
    fc.nat(1_000),
    oneof({ weight: 6, arbitrary: block }, { weight: 1, arbitrary: fc.string() }),
    fc.nat(6),
  ).map(([whole, place, inserted, how]) => {
    const at = place % (whole.length + 1);
    const [before, after] = [whole.slice(0, at), whole.slice(at)];
    if (how === 0) return before;
    if (how === 1) return before + after.slice(1);
    if (how === 2) return whole + whole;
    if (how === 3) return before + (inserted || 'x').repeat(40) + after;
    return (before + inserted + after).toWellFormed();
  });

export const typeName = oneOfAll(
  ['pods', 'pod', 'po', 'Pods', 'cm', 'configmaps', 'secrets', 'deploy', 'deployments.apps', 'deployments.v1.apps'],
  ['all', 'events', 'ev', 'events.events.k8s.io', 'nodes', 'no', 'ns', 'crd', 'svc', 'ing', 'componentstatuses'],
  ['pods.v1.', 'pods.v1', 'jobs.v2.batch', 'nosuch', 'nosuch.v1.example.com', 'leases', 'pods/status'],
);
export const objectName = constantFrom('pod-0', 'pod-1', 'evil', 'in-shop', 'nope', 'default', 'shop');
export const label = constantFrom('app', 'tier', 'app.kubernetes.io/name', 'a/b', 'x');
export const field = oneOfAll([
  'metadata.name',
  'metadata.namespace',
  'status.phase',
  'spec.nodeName',
  'type',
  'involvedObject.kind',
  'nope',
]);
export const word = constantFrom('web', 'pod-1', 'Running', 'a', 'findme', '0', '1', 'true', '');

export const labelSelector = many(
  oneof(
    joined(label, constantFrom('=', '==', '!=', '>', '<', ' = '), word),
    joined(constantFrom('', '!'), label),
    joined(
      label,
      constantFrom(' in ', ' notin ', ' IN '),
      many(word, ',').map((list) => `(${list})`),
    ),
  ),
  ',',
);
export const fieldSelector = many(joined(field, constantFrom('=', '==', '!='), word), ',');

const step = oneof(
  constantFrom('.metadata', '.name', '.spec', '.containers', '.status', '.labels', '.items', '..name', '..', '.*'),
  constantFrom('[*]', '[0]', '[-1]', '[0:2]', '[::2]', '[0,1]', "['name']", '["a"]', '.app\\.k8s\\.io/name', '[99]'),
  constantFrom('[?(@.name=="web")]', '[?(@.a>1)]', '[?(@.a)]', '[?(@.a<@.b)]', "[?(@.type=='x')]", '[?(1==1)]'),
);
export const path = many(step, '', 6);
export const jsonPath = many(
  oneof(
    path.map((text) => `{${text}}`),
    tuple(path, path).map(([over, inner]) => `{range ${over}}{${inner}}{"\\n"}{end}`),
    constantFrom('text', '\n', '{"x"}', "{'y'}", '{.items[*]}', '{@}', '{$}', '{range .items[*]}'),
  ),
  '',
);
const templateWord = oneof(
  path.map((text) => text || '.'),
  constantFrom('.', '$', '$x', '.items', '1', '-2', '1.5', '0x1F', '"a"', '`b`', "'c'", 'true', 'nil', '1e3', '08'),
  constantFrom(
    'len .items',
    'index .items 0',
    'printf "%v" .',
    'printf "%*d" 5 3',
    'base64decode "YQ=="',
    'exists . "a"',
  ),
  constantFrom('slice "abc" 1 2', 'eq 1 2', 'lt 1 "a"', 'and 1 0', 'html .', 'js .', 'urlquery .', 'not .', 'call .'),
);
export const goTemplate = many(
  oneof(
    tuple(templateWord, constantFrom('', ' | len', ' | printf "%q"', ' | print 1')).map(
      ([text, pipe]) => `{{${text}${pipe}}}`,
    ),
    tuple(constantFrom('if', 'with', 'range', 'range $i, $e :='), templateWord, templateWord).map(
      ([kind, over, inner]) => `{{${kind} ${over}}}{{${inner}}}{{else}}-{{end}}`,
    ),
    constantFrom(
      '{{define "t"}}{{template "t" .}}{{end}}{{template "t" .}}',
      '{{template "x"}}',
      '{{break}}',
      '{{/* c',
    ),
    constantFrom('{{$x := 1}}', '{{- 3 -}}', '{{range 5}}x{{end}}', '{{block "b" .}}{{end}}', 'text', '{{', '}}'),
  ),
  '',
);
const customColumns = many(joined(constantFrom('NAME', 'A B', '', 'é'), constantFrom(':', '', '::'), path), ',');

export const output = oneof(
  constantFrom(
    '',
    'wide',
    'json',
    'yaml',
    'kyaml',
    'name',
    'JSON',
    'nope',
    'jsonpath',
    'go-template',
    'custom-columns',
  ),
  constantFrom('jsonpath-file=nope', 'custom-columns-file=', 'go-template-file=/', 'templatefile=x', 'json=x', 'name='),
  joined(constantFrom('jsonpath=', 'jsonpath-as-json=', 'jsonpath-file=./'), jsonPath),
  joined(constantFrom('go-template=', 'template=', 'go-template-file='), goTemplate),
  joined(constantFrom('custom-columns=', 'custom-columns-file=spec'), customColumns),
);
export const fileName = oneOfAll(
  ['', '-', '.', 'nope', 'kubeconfig', '/', '*', '*.yaml', '[', '[a-', '**', 'https://127.0.0.1:1/x', 'http://['],
  [
    '{a,b}',
    'manifest.yaml',
    'manifest.yaml,nope',
    '"a,b"',
    '"',
    'folder',
    '/dev/null',
    '/proc/self/mem',
    'kubeconfig/x',
  ],
);
