import { globSync, rmSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { Config } from '@oclif/core/config';
import { rolldown } from 'rolldown';

/**
 * Bundles src into dist: one file per command (oclif finds them by name), main.js, and shared chunks. Everything but the
 * SQLite driver, which is native, is bundled, so that a query command loads few small files.
 */
const commands = globSync('src/commands/**/*.ts');
const entries = Object.fromEntries(commands.map((file) => [`commands/${basename(file, '.ts')}`, file]));

rmSync('dist', { recursive: true, force: true });
const bundle = await rolldown({
  input: { main: 'src/main.ts', ...entries },
  platform: 'node',
  external: ['better-sqlite3'],
  logLevel: 'warn',
});
await bundle.write({
  dir: 'dist',
  format: 'esm',
  entryFileNames: '[name].js',
  chunkFileNames: 'chunks/[name]-[hash].js',
  minify: true,
});
await bundle.close();

// With a manifest oclif loads one command's module, not all of them to learn what there is.
rmSync('oclif.manifest.json', { force: true });
const config = await Config.load({ root: process.cwd() });
writeFileSync('oclif.manifest.json', `${JSON.stringify(config.plugins.get('navi')?.manifest)}\n`);
