import { spawn } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ApiResource, apiVersion } from '../../src/core/api-resource.ts';
import {
  type ManifestErrorOptions,
  type ManifestOutcome,
  manifestErrorText,
} from '../../src/manifest/manifest-errors.ts';
import { readManifests } from '../../src/manifest/read-manifests.ts';
import { type ManifestRequest, resolveManifests } from '../../src/manifest/resolve-manifests.ts';
import { clusterProgram, clusterProgramsMissing, kubectlEnvironment } from '../support/cluster-programs.ts';
import { type RealCluster, startRealCluster } from '../support/real-cluster.ts';
import { configMap, oddManifests } from './odd-manifests.ts';

/**
 * Everything that `kubectl get -f` writes to stderr against ours. What the mirror would answer is asked of the server,
 * object by object.
 */

interface Flags {
  readonly filenames: readonly string[];
  readonly kustomize?: string;
  readonly recursive?: boolean;
  readonly namespace?: string;
  readonly allNamespaces?: boolean;
  readonly ignoreNotFound?: boolean;
  readonly stdin?: string;
}

/** Folders, patterns and combinations, over the files written below. */
const combinations = (
  'folder ./folder/ folder/../single empty deep text.txt g[1].yaml gg*.yaml g[12].yaml gg?.yaml nope*.yaml ' +
  '[^f-z]older/?.* f*r/* ./[e-g]older/a.yaml link.yaml link-folder broken.yaml links one.yaml/x ' +
  '[ a\\ **/a.yaml .* {folder} *//a.yaml [a-] [^a-f]'
)
  .split(' ')
  .map((filename): Flags => ({ filenames: [filename] }));

const more: readonly Flags[] = [
  { filenames: ['folder'], recursive: true },
  { filenames: ['deep'], recursive: true },
  { filenames: ['one.yaml'], recursive: true },
  { filenames: ['one.yaml', 'nope', 'text.txt', 'nope2'] },
  { filenames: ['one.yaml', 'missing.yaml', 'two-missing.yaml'] },
  { filenames: ['empty', 'one.yaml'] },
  { filenames: ['one.yaml', 'empty'] },
  { filenames: ['missing.yaml', 'list-odd.yaml'] },
  { filenames: ['unknown.yaml', 'no-kind.yaml'] },
  { filenames: ['folder', 'one.yaml'] },
  { filenames: ['-'], stdin: configMap('a') },
  { filenames: ['-'], stdin: configMap('nope') },
  { filenames: ['-'], stdin: 'a: b: c' },
  { filenames: ['-', '-'] },
  { filenames: ['-', 'missing.yaml'], stdin: configMap('nope') },
  { filenames: [], kustomize: 'kustomization' },
  { filenames: [], kustomize: 'kustomization-broken' },
  { filenames: [], kustomize: 'kustomization-missing' },
  { filenames: [], kustomize: 'empty' },
  { filenames: [], kustomize: 'nope' },
  { filenames: ['one.yaml'], kustomize: 'kustomization' },
  { filenames: [], kustomize: 'kustomization', recursive: true },
  { filenames: ['one.yaml'], kustomize: 'kustomization', recursive: true },
  ...['far', 'mixed', 'list', 'list-far', 'far-missing', 'two', 'namespace', 'generated', 'generated-far'].flatMap(
    (name): readonly Flags[] => [
      { filenames: [`${name}.yaml`], namespace: 'default' },
      { filenames: [`${name}.yaml`], namespace: 'far' },
      { filenames: [`${name}.yaml`], allNamespaces: true },
      { filenames: [`${name}.yaml`], allNamespaces: true, namespace: 'default' },
    ],
  ),
  { filenames: ['named-list.yaml', 'no-version.yaml', 'named-typed-list.yaml'], allNamespaces: true },
  { filenames: ['far.yaml', 'unknown.yaml'], namespace: 'default' },
  { filenames: ['list.yaml', 'missing.yaml'], namespace: 'default' },
  { filenames: ['two-missing.yaml', 'no-version.yaml'], ignoreNotFound: true },
  { filenames: ['list-odd.yaml', 'missing.yaml'], ignoreNotFound: true },
  { filenames: ['mixed.yaml', 'list.yaml'], ignoreNotFound: true, namespace: 'default' },
];

const missing = clusterProgramsMissing();

describe.skipIf(missing !== undefined)(`manifests of kubectl${missing === undefined ? '' : `: ${missing}`}`, () => {
  let cluster: RealCluster;
  let folder: string;
  let types: readonly ApiResource[];
  const programs = (): NodeJS.ProcessEnv => ({
    ...kubectlEnvironment,
    HOME: folder,
    KUBECONFIG: cluster.kubeconfig,
    PATH: dirname(clusterProgram('kubectl')),
  });

  function write(path: string, text: string): void {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }

  beforeAll(async () => {
    cluster = await startRealCluster();
    folder = join(cluster.folder, 'manifests');
    for (const [name, text] of Object.entries(oddManifests)) write(name, text);
    for (const name of ['folder/a.yaml', 'single/a.yaml', 'deep/in/a.yaml', 'text.txt', 'g[1].yaml', 'gg1.yaml']) {
      write(name, configMap('a'));
    }
    for (const name of ['folder/b.yml', 'deep/in/b.yaml', 'gg2.yaml', '.hidden.yaml']) write(name, configMap('b'));
    write('folder/notes.txt', 'garbage: [');
    write('folder/in/c.yaml', configMap('x1'));
    write('empty/notes.txt', '');
    write('bytes.yaml', '');
    writeFileSync(join(folder, 'bytes.yaml'), Buffer.concat([Buffer.from(configMap('a')), Buffer.from([0xff, 10])]));
    writeFileSync(join(folder, 'utf16.yaml'), Buffer.from(`\ufeff${configMap('nope')}`, 'utf16le'));
    mkdirSync(join(folder, 'links'));
    for (const [target, path] of [
      ['one.yaml', 'link.yaml'],
      ['folder', 'link-folder'],
      ['nowhere', 'broken.yaml'],
      ['../one.yaml', 'links/file.yaml'],
      ['../folder', 'links/folder.yaml'],
    ] as const) {
      symlinkSync(target, join(folder, path));
    }
    write('kustomization/kustomization.yaml', 'resources: [objects.yaml]\n');
    const namespace = 'apiVersion: v1\nkind: Namespace\nmetadata: {name: far}\n';
    write('kustomization/objects.yaml', `${configMap('x1')}---\n${configMap('a')}---\n${namespace}`);
    write('kustomization-broken/kustomization.yaml', 'resources: [nope.yaml]\n');
    write('kustomization-missing/kustomization.yaml', 'resources: [object.yaml]\n');
    write('kustomization-missing/object.yaml', configMap('nope'));
    await create('namespaces', { metadata: { name: 'far' } });
    await create('namespaces/default/configmaps', { metadata: { name: 'a' } });
    await create('namespaces/default/configmaps', { metadata: { name: 'b' } });
    await create('namespaces/far/configmaps', { metadata: { name: 'a' } });
    await create('namespaces/far/configmaps', { metadata: { name: 'c' } });
    types = [...(await typesOf('', 'v1')), ...(await typesOf('apps', 'v1'))];
  });
  afterAll(() => cluster.stop());

  async function create(path: string, body: unknown): Promise<void> {
    const { status, text } = await cluster.request(`/api/v1/${path}`, { method: 'POST', body });
    expect({ path, status, text: status === 201 ? '' : text }).toEqual({ path, status: 201, text: '' });
  }

  async function typesOf(group: string, version: string): Promise<readonly ApiResource[]> {
    const { text } = await cluster.request(`${group === '' ? '/api' : `/apis/${group}`}/${version}`);
    const { resources } = JSON.parse(text) as { resources: (ApiResource & { name: string })[] };
    return resources
      .filter(({ name }) => !name.includes('/'))
      .map((type) => ({ ...type, group, version, resource: type.name, shortNames: [], categories: [] }));
  }

  async function outcomeOf(request: ManifestRequest<ApiResource>): Promise<ManifestOutcome> {
    const { type, namespace, doubtedNamespace } = request;
    const root = type.group === '' ? '/api/v1' : `/apis/${apiVersion(type)}`;
    const place = namespace === undefined ? '' : `/namespaces/${namespace}`;
    const found = await cluster.request(`${root}${place}/${type.resource}/${request.name}`);
    if (found.status === 200) return { form: 'found' };
    const within =
      doubtedNamespace === undefined ? undefined : await cluster.request(`/api/v1/namespaces/${doubtedNamespace}`);
    const { message, reason } = JSON.parse((within?.status === 404 ? within : found).text) as Record<string, string>;
    return { form: 'failed', message: message ?? '', reason: reason ?? '' };
  }

  async function ours(flags: Flags): Promise<{ readonly table: string; readonly json: string }> {
    const result = await readManifests(
      { filenames: flags.filenames, kustomize: flags.kustomize, recursive: flags.recursive === true },
      { stdin: () => Promise.resolve(Buffer.from(flags.stdin ?? '')), folder, env: programs() },
    );
    if (!result.ok) return { table: result.message, json: result.message };
    const allNamespaces = flags.allNamespaces === true;
    const entries = resolveManifests(result.entries, types, {
      namespace: flags.namespace ?? 'default',
      isNamespaceGiven: flags.namespace !== undefined,
      allNamespaces,
    });
    const outcomes = new Map<unknown, ManifestOutcome>();
    for (const object of entries.flatMap((entry) => (entry.form === 'list' ? entry.items : [entry]))) {
      if (object.form === 'request') outcomes.set(object, await outcomeOf(object));
    }
    const { isSingleImplied } = result;
    const text = (options: Pick<ManifestErrorOptions, 'isTable'>): string =>
      manifestErrorText(entries, (object) => outcomes.get(object) ?? { form: 'found' }, {
        ...options,
        isSingleImplied,
        ignoreNotFound: flags.ignoreNotFound === true,
      });
    return { table: text({ isTable: true }), json: text({ isTable: false }) };
  }

  /** What kubectl writes to stderr, which is empty unless it fails. */
  async function kubectl(args: readonly string[], stdin: string): Promise<string> {
    const child = spawn(clusterProgram('kubectl'), args, { cwd: folder, env: programs() });
    let stderr = '';
    child.stdout.resume();
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => (stderr += chunk));
    child.stdin.on('error', () => undefined);
    child.stdin.end(stdin);
    const { promise, resolve } = Promise.withResolvers<number | null>();
    child.on('close', resolve);
    const code = await promise;
    const text = stderr.replace(/No resources found.*\n$/, '').replace(/\n$/, '');
    expect({ args, text, code }).toEqual({ args, text, code: text === '' ? 0 : 1 });
    return text;
  }

  async function theirs(flags: Flags): Promise<{ readonly table: string; readonly json: string }> {
    const args = [
      'get',
      ...flags.filenames.map((filename) => `--filename=${filename}`),
      ...(flags.kustomize === undefined ? [] : ['-k', flags.kustomize]),
      ...(flags.recursive === true ? ['-R'] : []),
      ...(flags.namespace === undefined ? [] : ['-n', flags.namespace]),
      ...(flags.allNamespaces === true ? ['-A'] : []),
      ...(flags.ignoreNotFound === true ? ['--ignore-not-found'] : []),
    ];
    const stdin = flags.stdin ?? '';
    return { table: await kubectl(args, stdin), json: await kubectl([...args, '-o', 'json'], stdin) };
  }

  /** What is wrong with a YAML text is told in other words than go-yaml's. */
  function withoutYamlReason(text: string): string {
    return text.replace(/(error converting YAML to JSON: )(?:yaml: |unsupported map key).*/, '$1…');
  }

  async function differences(all: readonly Flags[]): Promise<readonly unknown[]> {
    const found: unknown[] = [];
    for (const flags of all) {
      const [kubectlText, naviText] = [await theirs(flags), await ours(flags)];
      const isSame = (form: 'table' | 'json'): boolean =>
        withoutYamlReason(kubectlText[form]) === withoutYamlReason(naviText[form]);
      if (!isSame('table') || !isSame('json')) found.push({ flags, kubectl: kubectlText, navi: naviText });
    }
    return found;
  }

  test('every odd file fails as in kubectl, or not at all', { timeout: 300_000 }, async () => {
    const names = [...Object.keys(oddManifests), 'bytes.yaml', 'utf16.yaml'];
    expect(await differences(names.map((name) => ({ filenames: [name] })))).toEqual([]);
  });

  test('folders, patterns, flags and standard input fail as in kubectl', { timeout: 300_000 }, async () => {
    expect(await differences([...combinations, ...more])).toEqual([]);
  });
});
