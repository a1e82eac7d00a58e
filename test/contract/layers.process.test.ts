import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import config from '../../oxlint.config.ts';

const root = join(import.meta.dirname, '../..');
const source = join(root, 'src');

/** What a module of src imports: files of src as their layer, packages by name. */
interface Import {
  readonly file: string;
  readonly layer: string;
  readonly target: { readonly layer: string } | { readonly packageName: string };
}

const specifiers =
  /(?:^|[;\s])(?:import|export)\s[^'"]*?from\s*['"]([^'"]+)['"]|import\(\s*['"]([^'"]+)['"]\s*\)|^import\s+['"]([^'"]+)['"]/gm;

function importsOf(path: string): readonly Import[] {
  const file = relative(root, path);
  const layer = layerOf(path);
  return [...readFileSync(path, 'utf8').matchAll(specifiers)].flatMap((match): Import[] => {
    const specifier = match[1] ?? match[2] ?? match[3] ?? '';
    if (specifier.startsWith('node:')) return [];
    if (specifier.startsWith('.'))
      return [{ file, layer, target: { layer: layerOf(resolve(dirname(path), specifier)) } }];
    const [scope = '', name = ''] = specifier.split('/');
    return [{ file, layer, target: { packageName: scope.startsWith('@') ? `${scope}/${name}` : scope } }];
  });
}

function layerOf(path: string): string {
  return relative(source, path).split('/')[0] ?? '';
}

const imports = globSync(join(source, '**/*.ts')).flatMap(importsOf);

/** Messages of the rule for imports, by the pattern of its files and the imported text. */
interface Restriction {
  readonly files: string;
  readonly groups: readonly string[];
}

const restrictions = config.overrides.flatMap((override): Restriction[] => {
  const rule = override.rules?.['no-restricted-imports'];
  const options = Array.isArray(rule) ? (rule[1] as { patterns: readonly { group: readonly string[] }[] }) : undefined;
  if (options === undefined) return [];
  return override.files.map((files) => ({ files, groups: options.patterns.flatMap((pattern) => pattern.group) }));
});

/** Layers and packages that the configuration closes to the files of a layer. */
function closedTo(layer: string): { readonly layers: ReadonlySet<string>; readonly packages: ReadonlySet<string> } {
  const groups = restrictions.filter(({ files }) => files === `src/${layer}/**/*.ts`).flatMap((each) => each.groups);
  const layers = groups.flatMap((group) => /^\.\.\/([\w-]+)\/\*$/.exec(group)?.[1] ?? []);
  const packages = groups.filter((group) => !group.startsWith('.') && !group.endsWith('/**'));
  return { layers: new Set(layers), packages: new Set(packages) };
}

/** The commands that may load what the others may not. */
const doorkeepers = new Set(['src/commands/sync.ts', 'src/commands/demo.ts', 'src/commands/login.ts']);

describe('the layers of src', () => {
  test('are all in the matrix, each folder a row', () => {
    const folders = new Set(imports.map(({ layer }) => layer).filter((layer) => layer !== 'main.ts'));
    const rows = restrictions.flatMap(({ files }) => /^src\/([\w-]+)\/\*\*/.exec(files)?.[1] ?? []);
    expect(rows).toEqual(expect.arrayContaining([...folders]));
    expect(rows.length).toBeGreaterThan(10);
  });

  test('import only what the matrix lets them', () => {
    const wrong = imports.filter(({ file, layer, target }) => {
      if (layer === 'main.ts' || doorkeepers.has(file)) return false;
      const { layers, packages } = closedTo(layer);
      return 'layer' in target ? layers.has(target.layer) : packages.has(target.packageName);
    });
    expect(imports.length).toBeGreaterThan(500);
    expect(wrong).toEqual([]);
  });

  test('form no circle', () => {
    const edges = new Map<string, Set<string>>();
    for (const { layer, target, file } of imports) {
      if (!('layer' in target) || target.layer === layer || doorkeepers.has(file)) continue;
      edges.set(layer, (edges.get(layer) ?? new Set()).add(target.layer));
    }
    const reachable = (from: string, seen = new Set<string>()): ReadonlySet<string> => {
      for (const next of edges.get(from) ?? []) if (!seen.has(next)) reachable(next, seen.add(next));
      return seen;
    };
    expect([...edges.keys()].filter((layer) => reachable(layer).has(layer))).toEqual([]);
  });

  test('keep each package behind its door', () => {
    const doors = new Map<string, Set<string>>();
    for (const { layer, target } of imports) {
      if ('packageName' in target)
        doors.set(target.packageName, (doors.get(target.packageName) ?? new Set()).add(layer));
    }
    expect(doors.get('@kubernetes/client-node')).toEqual(new Set(['kube']));
    expect(doors.get('undici')).toEqual(new Set(['kube']));
    expect(doors.get('better-sqlite3')).toEqual(new Set(['store']));
    expect(doors.get('cli-table3')).toEqual(new Set(['output']));
    expect(doors.get('chalk')).toEqual(new Set(['output']));
  });
});

describe('the linter', () => {
  let folder: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'navi-test-'));
    for (const name of ['oxlint.config.ts', 'tsconfig.json', 'package.json'])
      copyFileSync(join(root, name), join(folder, name));
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  /** What oxlint, as this project has it configured, says of a file of that layer and content. */
  function lint(layer: string, content: string): string {
    const file = join(folder, 'src', layer, 'probe', 'probe.ts');
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
    const { stdout, stderr } = spawnSync(join(root, 'node_modules/.bin/oxlint'), [file], {
      cwd: folder,
      encoding: 'utf8',
    });
    expect(stdout + stderr).toMatch(/Finished in/);
    return stdout;
  }

  test.each([
    ['core', `export { NaviError } from '../../errors/navi-error.ts';\n`],
    ['query', `export { lineLogger } from '../../daemon/logger.ts';\n`],
    ['commands', `export { failure } from '../../kube/failure.ts';\n`],
    ['derive', `export { openReader } from '../../store/open-reader.ts';\n`],
    ['daemon', `export { KubeConfig } from '@kubernetes/client-node';\n`],
    ['query', `export { Kysely } from 'kysely';\n`],
  ])('refuses in src/%s: %s', (layer, content) => {
    expect(lint(layer, content)).toMatch(/no-restricted-imports/);
  });

  test('takes an import that the matrix has', () => {
    expect(lint('query', `export { openReader } from '../../store/open-reader.ts';\n`)).not.toMatch(
      /no-restricted-imports/,
    );
  });
});
