import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { NaviError } from '../../src/errors/navi-error.ts';
import type { ManifestEntry } from '../../src/manifest/manifest-entry.ts';
import { type AskedManifests, type ManifestResult, readManifests } from '../../src/manifest/read-manifests.ts';
import { configMap, jsonConfigMap } from './odd-manifests.ts';

let folder: string;

/** Stands for kubectl: prints an object named by its last argument, or fails. */
const kubectl = `#!/bin/sh
if [ "$3" = broken ]; then echo 'error: no such kustomization' >&2; exit 1; fi
echo '# Warning: old' >&2
echo "{\\"apiVersion\\":\\"v1\\",\\"kind\\":\\"$1\\",\\"metadata\\":{\\"name\\":\\"$2$3\\"}}"
`;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'navi-manifests-'));
  const files: Readonly<Record<string, string>> = {
    'one.yaml': configMap('a', 'far'),
    'two.yaml': `${configMap('b')}---\n${configMap('c')}`,
    'list.yaml': 'apiVersion: v1\nkind: ConfigMapList\nitems:\n- metadata: {name: d}\n',
    'folder/z.json': jsonConfigMap('z'),
    'folder/v.yml': configMap('v'),
    'folder/x.txt': 'garbage: [',
    'folder/deep/w.yaml': configMap('w'),
    'bin/kubectl': kubectl,
  };
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  chmodSync(join(folder, 'bin/kubectl'), 0o755);
});
afterAll(() => rmSync(folder, { recursive: true }));

function read(asked: Partial<AskedManifests>, stdin = '', path = '/bin:/usr/bin'): Promise<ManifestResult> {
  return readManifests(
    { filenames: [], kustomize: undefined, recursive: false, ...asked },
    { stdin: () => Promise.resolve(Buffer.from(stdin)), folder, env: { PATH: path } },
  );
}

function nameOf(entry: ManifestEntry): string {
  if (entry.form === 'object') return `${entry.source}: ${entry.kind} ${entry.namespace}/${entry.name}`;
  if (entry.form === 'fault') return entry.message;
  return `[${'form' in entry.items ? entry.items.message : entry.items.map(nameOf).join(', ')}]`;
}

async function names(asked: Partial<AskedManifests>, stdin = ''): Promise<readonly string[]> {
  const result = await read(asked, stdin);
  return result.ok ? result.entries.map(nameOf) : [result.message];
}

async function isSingle(filename: string): Promise<boolean> {
  const result = await read({ filenames: [filename] }, jsonConfigMap('a'));
  return result.ok && result.isSingleImplied;
}

describe('readManifests', () => {
  test('reads values, files and documents in order', async () => {
    expect(await names({ filenames: ['two.yaml', '-', 'folder', 'one.yaml'] }, jsonConfigMap('s'))).toEqual([
      'two.yaml: ConfigMap /b',
      'two.yaml: ConfigMap /c',
      'STDIN: ConfigMap /s',
      'folder/v.yml: ConfigMap /v',
      'folder/z.json: ConfigMap /z',
      'one.yaml: ConfigMap far/a',
    ]);
  });

  test('goes into folders of folders only when it is told to', async () => {
    expect(await names({ filenames: ['folder'], recursive: true })).toEqual([
      'folder/deep/w.yaml: ConfigMap /w',
      'folder/v.yml: ConfigMap /v',
      'folder/z.json: ConfigMap /z',
    ]);
  });

  test('unpacks a list and gives its items the type they leave out', async () => {
    expect(await names({ filenames: ['list.yaml'] })).toEqual(['[list.yaml: ConfigMap /d]']);
  });

  test('one file counts as single, whatever it holds; a folder of several and standard input do not', async () => {
    expect(await Promise.all(['one.yaml', 'two.yaml', 'folder/deep', 'folder', '-', 't*.yaml'].map(isSingle))).toEqual([
      true,
      true,
      true,
      false,
      false,
      true,
    ]);
  });

  test('refuses everything when one value leads nowhere', async () => {
    expect(await names({ filenames: ['one.yaml', 'nope'] })).toEqual(['error: the path "nope" does not exist']);
    expect(await names({ filenames: ['nope', 'none*'] })).toEqual([
      'the path "nope" does not exist\nthe path "none*" does not exist',
    ]);
  });

  test('goes to no URL', async () => {
    const reading = read({ filenames: ['https://example.com/x.yaml'] });
    await expect(reading).rejects.toThrow(NaviError);
    await expect(reading).rejects.toMatchObject({
      code: 'NAVI_USAGE',
      hints: ['kubectl get -f https://example.com/x.yaml'],
    });
  });

  test('has kubectl build a kustomization, whatever its folder is called', async () => {
    const path = `${join(folder, 'bin')}:/bin:/usr/bin`;
    const built = await read({ kustomize: '-x' }, '', path);
    expect(built).toMatchObject({ ok: true, isSingleImplied: true, warnings: ['# Warning: old'] });
    expect(built.ok && built.entries.map(nameOf)).toEqual(['-x: kustomize /---x']);
    const broken = await read({ kustomize: 'broken' }, '', path);
    expect(broken.ok && broken.entries.map(nameOf)).toEqual(['no such kustomization']);
  });

  test('says that a kustomization needs kubectl where there is none', async () => {
    await expect(read({ kustomize: 'x' }, '', '/nonexistent')).rejects.toMatchObject({
      code: 'NAVI_USAGE',
      message: '-k needs kubectl, which is not on PATH',
    });
  });

  test('refuses -k beside -f and -R', async () => {
    expect(await names({ kustomize: 'x', filenames: ['one.yaml'] })).toEqual([
      'error: only one of -f or -k can be specified',
    ]);
    expect(await names({ kustomize: 'x', recursive: true })).toEqual([
      "error: the -k flag can't be used with -f or -R",
    ]);
  });
});
