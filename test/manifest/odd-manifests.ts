/** Manifests that kubectl takes apart, refuses or takes for something else, by the name of their file. */

/** A ConfigMap as YAML. */
export function configMap(name: string, namespace = ''): string {
  const place = namespace === '' ? '' : `  namespace: ${namespace}\n`;
  return `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\n${place}`;
}

/** A ConfigMap as JSON. */
export function jsonConfigMap(name: string): string {
  return `{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"${name}"}}`;
}

function withMetadata(metadata: string): string {
  return `apiVersion: v1\nkind: ConfigMap\nmetadata: ${metadata}\n`;
}

function list(...items: readonly string[]): string {
  return `apiVersion: v1\nkind: List\nitems:\n${items.map((item) => `- {${item}}\n`).join('')}`;
}

const item = (metadata: string): string => `apiVersion: v1, kind: ConfigMap, metadata: {${metadata}}`;

/** One object or none, several, lists, and documents that name no object. */
const objects: Readonly<Record<string, string>> = {
  'one.yaml': configMap('a'),
  'missing.yaml': configMap('nope'),
  'two.yaml': `${configMap('a')}---\n${configMap('b')}`,
  'two-missing.yaml': `${configMap('x1')}---\n${configMap('x2')}`,
  'far.yaml': configMap('a', 'far'),
  'far-missing.yaml': configMap('zz', 'far'),
  'no-namespace.yaml': configMap('a', 'nowhere'),
  'mixed.yaml': `${configMap('a', 'far')}---\n${configMap('x1')}---\n${configMap('c', 'far')}`,
  'namespace.yaml': 'apiVersion: v1\nkind: Namespace\nmetadata: {name: far, namespace: nowhere}\n',
  'namespace-missing.yaml': 'apiVersion: v1\nkind: Namespace\nmetadata: {name: nope, namespace: nowhere}\n',
  'list.yaml': list(item('name: a'), item('name: x1'), item('name: x2')),
  'list-far.yaml': list(item('name: a, namespace: far'), item('name: c, namespace: far')),
  'list-one.yaml': list(item('name: x1')),
  'list-odd.yaml': list(
    'apiVersion: x.io/v1, kind: Foo, metadata: {name: a}',
    item('name: x2'),
    'kind: ConfigMap, metadata: {name: x2}',
    'apiVersion: v1, metadata: {name: x2}',
    'metadata: {name: x2}',
    'apiVersion: a/b/c, kind: ConfigMap',
    'apiVersion: apps/, kind: Deployment',
  ),
  'typed-list.yaml': 'apiVersion: v1\nkind: ConfigMapList\nitems:\n- {metadata: {name: a}}\n',
  'foo-list.yaml': 'apiVersion: v1\nkind: FooList\nitems:\n- {metadata: {name: a}}\n',
  'nested-list.yaml': 'apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: List\n  items: []\n',
  'empty-list.yaml': 'apiVersion: v1\nkind: List\nitems: []\n',
  'null-list.yaml': 'apiVersion: v1\nkind: List\nitems:\n',
  'bare-list.yaml': 'apiVersion: v1\nkind: List\n',
  'named-list.yaml': 'apiVersion: v1\nkind: List\nmetadata: {name: q}\n',
  'named-typed-list.yaml': 'apiVersion: v1\nkind: ConfigMapList\nmetadata: {name: q}\n',
  'number-list.yaml': 'apiVersion: v1\nkind: List\nitems: 5\n',
  'text-list.yaml': 'apiVersion: v1\nkind: List\nitems: [a]\n',
  'null-item.yaml': 'apiVersion: v1\nkind: List\nitems: [null]\n',
  'unknown.yaml': 'apiVersion: x.io/v1\nkind: Foo\nmetadata: {name: a}\n',
  'old-version.yaml': 'apiVersion: apps/v1beta1\nkind: Deployment\nmetadata: {name: a}\n',
  'lower-case.yaml': 'apiVersion: v1\nkind: configmap\nmetadata: {name: a}\n',
  'plural.yaml': 'apiVersion: v1\nkind: ConfigMaps\nmetadata: {name: a}\n',
  'no-kind.yaml': 'apiVersion: v1\nmetadata: {name: a}\n',
  'html.yaml': 'apiVersion: v1\nx: <a&b>\n',
  'kind-number.yaml': 'apiVersion: v1\nkind: 5\n',
  'no-version.yaml': 'kind: ConfigMap\nmetadata: {name: a}\n',
  'no-version-unknown.yaml': 'kind: Deployment\nmetadata: {name: a}\n',
  'version-number.yaml': 'apiVersion: 1\nkind: ConfigMap\nmetadata: {name: a}\n',
  'three-parts.yaml': 'apiVersion: a/b/c\nkind: ConfigMap\nmetadata: {name: a}\n',
  'no-version-in-group.yaml': 'apiVersion: apps/\nkind: Deployment\nmetadata: {name: a}\n',
  'empty-group.yaml': 'apiVersion: /v1\nkind: ConfigMap\nmetadata: {name: a}\n',
  'array.yaml': '- a\n- b\n',
  'text.yaml': 'hello\n',
  'number.yaml': '5\n',
  'yes.yaml': 'yes\n',
  'array.json': '[{"apiVersion":"v1"}]',
  'empty.yaml': '',
  'comment.yaml': '# nothing\n',
  'separators.yaml': '---\n---\n---\n',
  'space.json': '  \n ',
};

const metadata: Readonly<Record<string, string>> = {
  'generated.yaml': withMetadata('{generateName: a-}'),
  'generated-far.yaml': withMetadata('{generateName: a-, namespace: far}'),
  'no-metadata.yaml': 'apiVersion: v1\nkind: ConfigMap\n',
  'null-metadata.yaml': withMetadata(''),
  'text-metadata.yaml': withMetadata('x'),
  'array-metadata.yaml': withMetadata('[]'),
  'empty-name.yaml': withMetadata("{name: ''}"),
  'name-number.yaml': withMetadata('{name: 5}'),
  'name-yes.yaml': withMetadata('{name: yes}'),
  'namespace-number.yaml': withMetadata('{name: a, namespace: 5}'),
  'uid-number.yaml': withMetadata('{name: a, uid: 5}'),
  'label-number.yaml': withMetadata('{name: a, labels: {a: 1}}'),
  'label-array.yaml': withMetadata('{name: a, labels: [1]}'),
  'annotation-true.yaml': withMetadata('{name: a, annotations: {a: true, b: 7}}'),
  'kind-twice.yaml': 'apiVersion: v1\nkind: ConfigMap\nkind: Secret\nmetadata: {name: a}\n',
  'name-twice.yaml': withMetadata('{name: x1, name: a}'),
};

const streams: Readonly<Record<string, string>> = {
  'separator-text.yaml': `${configMap('a')}--- foo\n${configMap('b')}`,
  'separator-comment.yaml': `${configMap('a')}--- # foo\n${configMap('b')}`,
  'separator-long.yaml': `${configMap('a')}----\n${configMap('b')}`,
  'separator-end.yaml': `${configMap('a')}---`,
  'dots.yaml': `${configMap('a')}...\n${configMap('b')}`,
  'directive.yaml': `%YAML 1.1\n---\n${configMap('a')}`,
  'directive-new.yaml': `%YAML 1.2\n---\n${configMap('a')}`,
  'windows.yaml': `${configMap('a')}---\n${configMap('b')}`.replaceAll('\n', '\r\n'),
  'mark.yaml': `\ufeff${configMap('a')}`,
  'leading.yaml': `\n\n---\n${configMap('a')}`,
  'one.json': jsonConfigMap('a'),
  'two.json': jsonConfigMap('a') + jsonConfigMap('b'),
  'two-then-text.json': `${jsonConfigMap('a')}\n${jsonConfigMap('b')}\nxyz`,
  'one-then-text.json': `${jsonConfigMap('a')}\nxyz`,
  'one-then-cut.json': `${jsonConfigMap('a')} {"a":`,
  'json-then-yaml.json': `${jsonConfigMap('a')}\n---\n${jsonConfigMap('b')}\n---\n${configMap('x1')}`,
  'cut.json': '{"apiVersion":"v1",',
  'trailing-comma.json': '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"},}',
  'flow-shallow.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {\n  name: x1,\n  labels: {\n}\n}\n',
  'flow.yaml': '{apiVersion: v1, kind: ConfigMap, metadata: {name: a}}',
  'no-comma.json': '{"apiVersion":"v1" "kind":"ConfigMap"}',
  'comment.json': '{"apiVersion":"v1", // c\n"kind":"ConfigMap","metadata":{"name":"a"}}',
  'escape.json': '{"apiVersion":"v1","kind":"Config\\qMap"}',
  'unicode-escape.json': '{"é":"\\u12x"}',
  'brackets.json': '{"a":[1,2}',
  'brace.json': '{"a":1}}',
  'bytes.json': '{"a":é"}',
  'bare.json': '{"a":tru}',
  'spaces.json': '{"apiVersion":"v1","x":"<a>","metadata":{"name":"q" } }',
  'template.yaml': '{{ .Values.x }}\n',
  'far-brace.yaml': ' '.repeat(5000) + jsonConfigMap('a'),
};

const yaml: readonly string[] = [
  'apiVersion: v1\nkind: ConfigMap\nmetadata:\n name: a\n  x: y\n',
  'apiVersion: v1\n\tkind: ConfigMap\n',
  'kind: ConfigMap\nmetadata: {name: a\n',
  "kind: 'ConfigMap\n",
  'apiVersion: v1\nkind ConfigMap\n',
  'a: b: c\n',
  'a: *x\n',
  'a: @x\n',
  'a: "\\q"\n',
  'a: [1, 2\nb: c\n',
  'a:\n- b\nc\n',
  'a:\n  - b\n c: d\n',
  'a: !!int x\n',
  '? [a]\n: b\n',
  '~: b\n',
  'a: .nan\n',
  'a: {{ .Values.x }}\n',
  'a: - b\n',
  '<<: 5\n',
  'a: &x [*x]\n',
  'a: 1\u0001\n',
  '- a\nb: c\n',
  'a: ]\n',
  "a: 'x' y\n",
  'metadata:\n\tname: a\n',
  'a: >x\n',
  'a: {x: y}}\n',
  'a: !u!x y\n',
  'a: |\n\tb\n',
  '? a\n? b\n: c\nd: ? e\n',
];

/** Files by name. */
export const oddManifests: Readonly<Record<string, string>> = {
  ...objects,
  ...metadata,
  ...streams,
  ...Object.fromEntries(yaml.map((text, index) => [`yaml-${index}.yaml`, text])),
};
