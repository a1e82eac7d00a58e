import { spawnSync } from 'node:child_process';
import { globSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import { Config } from '@oclif/core/config';
import { rolldown } from 'rolldown';
import { bundledDriver } from './bundled-driver.ts';
import { chunkGroups } from './chunk-groups.ts';
import { tableFile } from '../src/cli/complete/command-table.ts';
import { makeCommandTable, type ManifestCommand } from '../src/cli/complete/make-command-table.ts';
import { listSettings } from '../src/config/list-settings.ts';
import { schema } from '../src/config/schema.ts';
import { yesOrNo } from '../src/config/setting-kinds.ts';
import { lightStart } from './light-start.ts';
import { lazyRequires } from './lazy-requires.ts';
import { rareModules } from './rare-modules.ts';

/**
 * Bundles src into dist: one file per command (oclif finds them by name), main.js, and shared chunks. Everything but the
 * native part of the SQLite driver is bundled, so that a query command loads few small files. CommonJS, which Node loads
 * some 10 ms faster: an ES module that imports `node:fs` has everything loaded that hangs on it.
 */
const commands = globSync('src/commands/**/*.ts');
const entries = Object.fromEntries(commands.map((file) => [relative('src', file).replace(/\.ts$/, ''), file]));

const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };

/** Empty outside of a checkout, and with a star where the checkout has changes. */
const commit =
  spawnSync('git', ['describe', '--always', '--dirty=*', '--exclude=*'], { encoding: 'utf8' }).stdout?.trim() ?? '';

rmSync('dist', { recursive: true, force: true });
await bundle('dist', { main: 'src/main.ts', ...entries });
// The process of `navi sql` shares nothing with the commands: it loads one file.
for (const name of ['statement-main', 'statement-guard']) {
  await bundle('dist/sql', { [name]: `src/cli/sql/${name}.ts` });
}
// Nor does what shells ask at each tab, which goes without oclif.
await bundle('dist/complete', { 'run-complete': 'src/cli/complete/run-complete.ts' });
// Nor does the thread of `navi sync` that reads pages.
await bundle('dist/pages', { 'page-thread': 'src/daemon/pages/page-thread.ts' });
writeFileSync('dist/package.json', '{ "type": "commonjs" }\n');

async function bundle(dir: string, input: Readonly<Record<string, string>>): Promise<void> {
  const made = await rolldown({
    input,
    platform: 'node',
    // A group without what it requires needs it.
    preserveEntrySignatures: 'allow-extension',
    plugins: [bundledDriver, lightStart, lazyRequires, rareModules],
    // What the process of `navi sql` goes without the commands have anyway.
    checks: { ineffectiveDynamicImport: false },
    transform: { define: { naviBuild: JSON.stringify({ version, commit }) } },
    logLevel: 'warn',
  });
  await made.write({
    dir,
    format: 'cjs',
    entryFileNames: '[name].js',
    chunkFileNames: 'chunks/[name]-[hash].js',
    minify: true,
    codeSplitting: { groups: chunkGroups },
  });
  await made.close();
}

// With a manifest oclif loads one command's module, not all of them to learn what there is.
rmSync('oclif.manifest.json', { force: true });
const config = await Config.load({ root: process.cwd() });
const manifest = config.plugins.get('navi')?.manifest;
writeFileSync('oclif.manifest.json', `${JSON.stringify(manifest)}\n`);

// What completion knows of the commands: a tenth of the manifest.
const settings = listSettings(schema).flatMap((table) =>
  table.settings.map(({ path, says, wanted }) => {
    return [path.join('.'), says, wanted === yesOrNo.wanted ? 'switch' : 'other'] as const;
  }),
);
writeFileSync(
  tableFile,
  JSON.stringify(makeCommandTable((manifest?.commands ?? {}) as Record<string, ManifestCommand>, settings)),
);
