import { spawnSync } from 'node:child_process';
import { constants } from 'node:os';
import { NaviError } from '../../errors/navi-error.ts';
import { plainMessageOf } from '../../errors/plain-words.ts';
import { dataDirectory, mirrorFile } from '../../store/data-directory.ts';
import { summaryOf } from '../chosen-contexts.ts';

/**
 * Runs a plugin with these arguments in the place of this program; resolves with its exit code. It is told where things are:
 * `NAVI_BIN` (this navi, to call back), `NAVI_DATA_DIR`, and of the current context `NAVI_CONTEXT` and `NAVI_MIRROR`, the database
 * of its mirror, which need not exist. What it may rely on are the views of `navi sql`, not the tables.
 * @throws NAVI_USAGE where it cannot be run
 */
export async function runPlugin(file: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const { error, status, signal } = spawnSync(file, args, {
    stdio: 'inherit',
    env: { ...env, ...(await placesOf(env)) },
    shell: process.platform === 'win32',
  });
  if (error !== undefined) {
    throw new NaviError('NAVI_USAGE', `${file} cannot be run: ${plainMessageOf(error)}`, {
      hints: ['navi plugins shows what is found on the path'],
      cause: error,
    });
  }
  return status ?? 128 + (signal === null ? 0 : constants.signals[signal]);
}

/** The variables by which a plugin finds this navi and its store; of the context only where there is a current one. */
export async function placesOf(env: NodeJS.ProcessEnv): Promise<Readonly<Record<string, string>>> {
  const dataDir = dataDirectory(env);
  const places = { NAVI_BIN: process.argv[1] ?? '', NAVI_DATA_DIR: dataDir };
  try {
    const { summary } = await summaryOf(undefined);
    const current = summary.contexts.find(({ name }) => name === summary.currentContext);
    if (current === undefined) return places;
    return { ...places, NAVI_CONTEXT: current.name, NAVI_MIRROR: mirrorFile(dataDir, current.mirrorId) };
  } catch (error) {
    // Not every plugin is about a context.
    if (error instanceof NaviError) return places;
    throw error;
  }
}
