import { spawn } from 'node:child_process';
import { accessSync, constants, existsSync, unlinkSync } from 'node:fs';
import { delimiter } from 'node:path';
import { text } from 'node:stream/consumers';
import { readConfig } from '../config/read-config.ts';
import { counted } from '../core/counted.ts';
import { oneLine } from '../core/terminal-text.ts';
import { NaviError, systemCodeOf } from '../errors/navi-error.ts';
import { daemonMark, dataDirectory, lockFile, mirrorFile } from '../store/data-directory.ts';
import { lockHolder } from '../store/lock-database.ts';
import { daemonSocket } from './daemon-socket.ts';
import type { Asking } from './look-for-daemon.ts';
import { liveMirrors, tellProgress } from './told-progress.ts';

/** The line that is told once after each end of a daemon. */
const noDaemon =
  'navi: no daemon runs, so that answers are as old as its end; navi sync --detach starts one, and auto_start = true of [daemon] in config.toml does so by itself';

/**
 * What a question does that found no daemon: starts one, or says that there is none. Where nothing may be written neither is done.
 * @param isToStart the configuration mentions `auto_start`
 */
export async function withoutDaemon(
  asking: Asking,
  env: NodeJS.ProcessEnv,
  { isToStart }: { readonly isToStart: boolean },
): Promise<void> {
  const dataDir = dataDirectory(env);
  if (!isWritable(dataDir) || isHeld(dataDir)) return;
  const isWanted = isToStart ? isStartWanted(asking, env) : false;
  if (isWanted === true) await start(asking, env);
  else if (isWanted === false && asking.isFollowing !== true && wasTaken(daemonMark(dataDir))) asking.notice(noDaemon);
}

/** A folder that is not there yet is made by the daemon. */
function isWritable(dataDir: string): boolean {
  if (!existsSync(dataDir)) return true;
  try {
    accessSync(dataDir, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** A lock that cannot be looked at is told of by what opens the store. */
function isHeld(dataDir: string): boolean {
  try {
    return lockHolder(lockFile(dataDir)) !== undefined;
  } catch (error) {
    if (error instanceof NaviError) return true;
    throw error;
  }
}

/** Undefined, and told, where the configuration cannot be used: a daemon would not start by it, but that keeps nobody from an answer. */
function isStartWanted({ notice }: Asking, env: NodeJS.ProcessEnv): boolean | undefined {
  try {
    return readConfig(env).isAutoStarted;
  } catch (error) {
    if (!(error instanceof NaviError)) throw error;
    notice(`navi: no daemon was started: ${error.message}`);
    return undefined;
  }
}

/** Whether this process is the one that took the file away: of several that ask at a time one tells. */
function wasTaken(file: string): boolean {
  try {
    unlinkSync(file);
    return true;
  } catch (error) {
    if (['ENOENT', 'EACCES', 'EPERM', 'EROFS'].includes(systemCodeOf(error))) return false;
    throw error;
  }
}

/**
 * Starts a daemon for the contexts that are asked for, by `navi sync --detach`, and says so. Where no mirror is there yet the first sync is
 * waited for, as `navi sync --once` does beside a daemon, since there is nothing that could answer. What fails is told, and the question
 * answers all the same, or says itself what is missing.
 */
async function start({ contexts, kubeconfig, notice }: Asking, env: NodeJS.ProcessEnv): Promise<void> {
  const missing = contexts.filter(({ mirrorId }) => !existsSync(mirrorFile(dataDirectory(env), mirrorId)));
  const childEnv = { ...env, KUBECONFIG: kubeconfig.join(delimiter) };
  const detached = await runSync(['--detach', ...named(contexts)], childEnv);
  // It starts also where some of the contexts cannot be used.
  const done = detached.find((line) => /^(daemon started|a daemon runs already)/.test(line));
  if (done === undefined) {
    notice(`navi: no daemon ran, and none could be started: ${wordsOf(detached)}`);
    return;
  }
  notice(`navi: no daemon ran: ${oneLine(done)}`);
  if (missing.length === 0) return;
  notice('navi: nothing is mirrored yet, so that everything is listed first');
  const endProgress = tellProgress(() => firstSyncLine(missing, env));
  const once = await runSync(['--once', ...named(missing)], childEnv).finally(endProgress);
  if (once.some((line) => line.startsWith('error: '))) notice(`navi: the first sync is not complete: ${wordsOf(once)}`);
}

function named(contexts: Asking['contexts']): readonly string[] {
  return contexts.flatMap(({ name }) => ['--context', name]);
}

/** How a `navi sync` failed, in its own words. */
function wordsOf(lines: readonly string[]): string {
  const line = lines.find((each) => each.startsWith('error: ')) ?? lines[0] ?? 'it does not say why';
  return oneLine(line.replace(/^error: /, ''));
}

async function firstSyncLine(missing: Asking['contexts'], env: NodeJS.ProcessEnv): Promise<string> {
  const names = missing.map(({ name }) => name);
  const mirrors = (await liveMirrors(daemonSocket(env))).filter(({ context }) => names.includes(context));
  const scopes = mirrors.flatMap((mirror) => mirror.scopes);
  const listing = scopes.filter(({ mode }) => mode === 'listing');
  const count = listing.reduce((sum, { listedCount }) => sum + listedCount, 0);
  const objects = count === 0 ? '' : `, ${counted(count, 'object')} of others so far`;
  return `listing ${oneLine(names.join(', '))} … ${scopes.length - listing.length} of ${scopes.length} types${objects}`;
}

/** Runs `navi sync` with these flags to its end; the lines that it wrote. */
async function runSync(flags: readonly string[], env: NodeJS.ProcessEnv): Promise<readonly string[]> {
  const child = spawn(process.execPath, [process.argv[1] ?? '', 'sync', ...flags], {
    env,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  // One that cannot be run says nothing.
  child.on('error', () => undefined);
  const said = await text(child.stderr);
  return said.split('\n').filter((line) => line !== '');
}
