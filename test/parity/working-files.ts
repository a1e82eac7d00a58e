import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const pod = (name: string, namespace?: string): string =>
  `apiVersion: v1\nkind: Pod\nmetadata:\n  name: ${name}\n${namespace === undefined ? '' : `  namespace: ${namespace}\n`}`;
const configMap = (name: string, namespace = 'foo'): object => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace },
});

/** Files that command lines name, by path below the folder in which both programs run. */
const files: Readonly<Record<string, string>> = {
  'pod.yaml': pod('web-0', 'foo'),
  'pod-no-namespace.yaml': pod('web-0'),
  'missing-pod.yaml': pod('nope', 'foo'),
  'two.yaml': `${pod('web-0', 'foo')}---\n${pod('db-0', 'foo')}`,
  'two-missing.yaml': `${pod('p1', 'foo')}---\n${pod('p2', 'foo')}`,
  'one-missing.yaml': `${pod('web-0', 'foo')}---\n${pod('p2', 'foo')}`,
  'mixed.yaml': `${pod('web-0', 'foo')}---\n${JSON.stringify(configMap('settings'))}\n---\n---\n# nothing\n`,
  'other-namespace.yaml': pod('a', 'foo-bar'),
  'list.json': JSON.stringify({ apiVersion: 'v1', kind: 'List', items: [configMap('settings'), configMap('web')] }),
  'deployment.json': JSON.stringify({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', namespace: 'foo' },
  }),
  'node.yaml': 'apiVersion: v1\nkind: Node\nmetadata: {name: node-bare}\n',
  'custom.yaml':
    'apiVersion: certs.example.com/v1\nkind: Certificate\nmetadata: {name: certificate-0, namespace: default}\n',
  'no-kind.yaml': 'apiVersion: v1\n',
  'no-version.yaml': 'kind: Pod\nmetadata: {name: web-0}\n',
  'no-name.yaml': 'apiVersion: v1\nkind: Pod\nmetadata: {namespace: foo}\n',
  'unknown-kind.yaml': 'apiVersion: x.io/v1\nkind: Foo\nmetadata: {name: a}\n',
  'broken.yaml': 'a: [\n',
  'empty.yaml': '',
  'manifests/one.yaml': pod('web-1', 'foo'),
  'manifests/two.json': JSON.stringify(configMap('settings')),
  'manifests/notes.txt': 'nothing to read',
  'manifests/deep/three.yml': pod('web-2', 'foo'),
  'kustomized/kustomization.yaml': 'resources: [pod.yaml]\nnamespace: foo\n',
  'kustomized/pod.yaml': pod('web-0'),
  'columns.txt': 'NAME NODE\n.metadata.name .spec.nodeName\n',
  'columns-headers-only.txt': 'NAME NODE\n',
  'columns-uneven.txt': 'NAME NODE\n.metadata.name\n',
  'columns-wide.txt': 'A   LONG-HEADER B\nmetadata.name   {.metadata.namespace} .metadata.labels.app\nignored\n',
  'empty.txt': '',
  'names.jsonpath': '{range .items[*]}{.metadata.name}{"\\n"}{end}',
  'names-newline.jsonpath': '{.items[*].metadata.name}\n',
  'broken.jsonpath': '{.items[',
  'names.gotemplate': '{{range .items}}{{.metadata.name}}{{"\\n"}}{{end}}',
  'broken.gotemplate': '{{range .items}}',
  'other/unreadable-kubeconfig.yaml': 'clusters: [\n',
  'other/empty-kubeconfig.yaml': '',
};

/** Writes the files of the command lines into a folder. */
export function writeWorkingFiles(folder: string): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  mkdirSync(join(folder, 'no-files'), { recursive: true });
}
