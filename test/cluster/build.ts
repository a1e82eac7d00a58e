/**
 * Builds the programs of a real control plane for the tests from `go.mod` beside this file, once per state of the
 * sources, into a folder of the user's cache. Run it as `node test/cluster/build.ts`. Without Go it says so and
 * succeeds: the tests that need a cluster are skipped then.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import {
  buildFlags,
  builtProgramsFolder,
  clusterModuleFolder,
  clusterProgramsMissing,
  goVersion,
  programCacheFolder,
  programPackages,
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

function buildProgram(program: string, path: string, folder: string): void {
  const startedMs = performance.now();
  const file = join(folder, program);
  const run = spawnSync('go', ['build', ...buildFlags(), '-o', file, path], {
    cwd: clusterModuleFolder,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  if (run.error !== undefined) throw run.error;
  if (run.status !== 0) throw new Error(`go build of ${program} failed`);
  say(`  ${program} in ${((performance.now() - startedMs) / 1000).toFixed(1)} s`);
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

function build(target: string): void {
  const cache = programCacheFolder();
  mkdirSync(cache, { recursive: true });
  const unfinished = join(cache, `${unfinishedPrefix}${process.pid}`);
  mkdirSync(unfinished);
  const programs = Object.entries(programPackages);
  say(`cluster programs: building ${programs.length} with ${basename(target)} (minutes the first time)`);
  for (const [program, path] of programs) buildProgram(program, path, unfinished);
  putInPlace(unfinished, target);
}

function run(): void {
  const assets = process.env['KUBEBUILDER_ASSETS'];
  if (assets !== undefined && assets !== '') {
    const missing = clusterProgramsMissing('controllers');
    say(`cluster programs: ${assets} (KUBEBUILDER_ASSETS)${missing === undefined ? '' : `; ${missing}`}`);
    return;
  }
  const version = goVersion();
  if (version === undefined) {
    const missing = clusterProgramsMissing('controllers');
    say(missing === undefined ? 'cluster programs: cached' : `tests on a real cluster will be skipped: ${missing}`);
    return;
  }
  removeUnfinished(programCacheFolder());
  const target = builtProgramsFolder(version);
  if (!existsSync(target)) build(target);
  say(`cluster programs: ${target}`);
}

run();
