/**
 * Builds the programs of a real control plane for the tests from `go.mod` beside this file, once per state of the
 * sources, into a folder of the user's cache. Run it as `node test/cluster/build.ts`; with `--all` the older API
 * servers of the long tests are built too, each from the module in the folder of its version. Without Go it says so
 * and succeeds: the tests that need a cluster are skipped then.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import {
  type ClusterModule,
  assetsFolder,
  buildFlags,
  builtProgramsFolder,
  clusterModuleFolder,
  clusterProgramsMissing,
  currentModules,
  goVersion,
  programCacheFolder,
  programPackages,
  serverVersions,
} from '../support/cluster-programs.ts';

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

function isRunning(processId: number): boolean {
  try {
    process.kill(processId, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** A build fills a folder named after its process id; those of dead processes are what an interruption left. */
const unfinishedPrefix = 'building-';

function removeUnfinished(cache: string): void {
  if (!existsSync(cache)) return;
  for (const name of readdirSync(cache)) {
    if (!name.startsWith(unfinishedPrefix)) continue;
    if (!isRunning(Number(name.slice(unfinishedPrefix.length)))) rmSync(join(cache, name), { recursive: true });
  }
}

/** Several times what the slowest program takes on two cores: a download that hangs must not hang the tests. */
const programTimeoutMs = 30 * 60_000;

function buildProgram(version: ClusterModule, path: string, file: string): void {
  const startedMs = performance.now();
  const run = spawnSync('go', ['build', ...buildFlags(version), '-o', file, path], {
    cwd: clusterModuleFolder(version),
    stdio: ['ignore', 'inherit', 'inherit'],
    timeout: programTimeoutMs,
  });
  if (run.error !== undefined) throw run.error;
  if (run.status !== 0) throw new Error(`go build of ${basename(file)} ${version} failed`);
  say(`  ${basename(file)} in ${((performance.now() - startedMs) / 1000).toFixed(1)} s`);
}

/**
 * Renames the finished folder into place. Of two builds at once the second finds the place taken, by the same
 * programs.
 */
function putInPlace(finished: string, target: string): void {
  try {
    renameSync(finished, target);
  } catch (error) {
    rmSync(finished, { recursive: true });
    if (!existsSync(target)) throw error;
  }
}

function build(version: ClusterModule, target: string): void {
  const cache = programCacheFolder();
  mkdirSync(cache, { recursive: true });
  const unfinished = join(cache, `${unfinishedPrefix}${process.pid}`);
  mkdirSync(unfinished);
  const programs = programPackages(version);
  say(`cluster programs ${version}: building ${programs.length} as ${basename(target)} (minutes the first time)`);
  for (const [program, path] of programs) buildProgram(version, path, join(unfinished, program));
  putInPlace(unfinished, target);
}

const whyMissing = (version: ClusterModule): string | undefined =>
  version === 'metrics' ? clusterProgramsMissing('metrics') : clusterProgramsMissing('controllers', version);

function provide(version: ClusterModule): void {
  const title = `cluster programs ${version}`;
  const assets = assetsFolder(version);
  if (assets !== undefined) {
    const missing = whyMissing(version);
    say(`${title}: ${assets} (KUBEBUILDER_ASSETS)${missing === undefined ? '' : `; ${missing}`}`);
    return;
  }
  const builtBy = goVersion(version);
  if (builtBy === undefined) {
    const missing = whyMissing(version);
    say(`${title}: ${missing === undefined ? 'cached' : `tests that need them will be skipped: ${missing}`}`);
    return;
  }
  removeUnfinished(programCacheFolder());
  const target = builtProgramsFolder(version, builtBy);
  if (!existsSync(target)) build(version, target);
  say(`${title}: ${target}`);
}

const { values } = parseArgs({ options: { all: { type: 'boolean', default: false } } });
const versions = values.all ? new Set([...serverVersions, ...currentModules]) : currentModules;
for (const version of versions) provide(version);
