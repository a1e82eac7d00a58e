import { defineConfig, type OxlintOverride } from 'oxlint';

/**
 * The layers of src, each with the layers it may import (itself always included). Imports point one way:
 * commands → query, output, store (reader) → core. `npm run lint` enforces the table.
 */
const layers: Record<string, readonly string[]> = {
  core: [],
  errors: ['core'],
  util: ['core', 'errors'],
  cel: ['core', 'errors'],
  config: ['core', 'errors', 'util', 'cel'],
  kubeconfig: ['core', 'errors', 'util'],
  kube: ['core', 'errors', 'util', 'kubeconfig'],
  derive: ['core'],
  manifest: ['core', 'errors'],
  store: ['core', 'errors', 'util'],
  query: ['core', 'errors', 'cel', 'store'],
  output: ['core', 'errors'],
  control: ['core', 'errors', 'util', 'kubeconfig'],
  daemon: ['core', 'errors', 'util', 'cel', 'config', 'control', 'kubeconfig', 'kube', 'derive', 'store'],
  simulator: ['core', 'util', 'derive'],
  demo: ['core', 'errors', 'util', 'simulator'],
  cli: [
    'core',
    'errors',
    'util',
    'cel',
    'config',
    'kubeconfig',
    'manifest',
    'derive',
    'store',
    'query',
    'output',
    'control',
  ],
  commands: ['core', 'errors', 'util', 'cel', 'config', 'kubeconfig', 'store', 'query', 'output', 'cli', 'control'],
};

/** One door per dependency: the layers that may name a package. */
const doors: Record<string, readonly string[]> = {
  '@kubernetes/client-node': ['kube'],
  undici: ['kube'],
  socks: ['kube'],
  'smol-toml': ['config'],
  '@decimalturn/toml-patch': ['config'],
  'js-yaml': ['kubeconfig', 'manifest'],
  'better-sqlite3': ['store'],
  kysely: ['store'],
  '@oclif/core': ['cli', 'commands'],
  chalk: ['output'],
  'cli-table3': ['output'],
  'string-width': ['output'],
  '@marcbachmann/cel-js': ['cel'],
  re2js: ['cel'],
};

const everyLayer = Object.keys(layers);

function restrictions(files: string, layer: string, allowed: readonly string[]): OxlintOverride {
  const foreign = everyLayer.filter((name) => name !== layer && !allowed.includes(name));
  const closed = Object.keys(doors).filter((name) => !(doors[name] ?? []).includes(layer));
  return {
    files: [files],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            ...foreign.map((name) => ({
              group: [`../${name}/*`, `../../${name}/*`, `../${name}/**`, `../../${name}/**`],
              message: `src/${layer} may import only: ${allowed.join(', ') || 'nothing above it'}`,
            })),
            ...closed.map((name) => ({ group: [name, `${name}/**`], message: `${name} has its own door` })),
          ],
        },
      ],
    },
  };
}

export default defineConfig({
  plugins: ['typescript', 'unicorn', 'import', 'oxc'],
  categories: { correctness: 'error', suspicious: 'off' },
  options: { typeAware: true },
  ignorePatterns: ['dist', 'node_modules'],
  rules: {
    'typescript/no-floating-promises': 'error',
    'typescript/no-misused-promises': 'error',
    'typescript/switch-exhaustiveness-check': 'error',
    'typescript/only-throw-error': 'error',
    'typescript/no-explicit-any': 'error',
    'typescript/no-non-null-assertion': 'error',
    'typescript/consistent-type-imports': 'error',
    'typescript/no-unnecessary-condition': 'error',
    'typescript/prefer-readonly': 'error',
    'import/no-cycle': 'error',
    'import/no-default-export': 'error',
    'oxc/no-barrel-file': 'error',
    'unicorn/filename-case': ['error', { case: 'kebabCase' }],
    'no-console': 'error',
    'max-lines': ['error', { max: 300, skipBlankLines: true, skipComments: true }],
    'max-lines-per-function': ['error', { max: 60, skipBlankLines: true, skipComments: true }],
    'max-params': ['error', { max: 4 }],
    'max-depth': ['error', { max: 3 }],
  },
  overrides: [
    ...Object.entries(layers).map(([layer, allowed]) => restrictions(`src/${layer}/**/*.ts`, layer, allowed)),
    // The commands that run the daemon and the demo in their own process, and the one that signs in; every other is a reader.
    ...['sync', 'demo', 'login'].map((name) =>
      restrictions(`src/commands/${name}.ts`, 'commands', [...(layers['commands'] ?? []), 'daemon', 'demo', 'kube']),
    ),
    {
      files: ['test/**', 'bench/**', '*.ts'],
      rules: {
        'max-lines': ['error', { max: 600, skipBlankLines: true, skipComments: true }],
        'max-lines-per-function': 'off',
        'typescript/no-non-null-assertion': 'off',
      },
    },
    { files: ['*.config.ts'], rules: { 'import/no-default-export': 'off' } },
  ],
});
