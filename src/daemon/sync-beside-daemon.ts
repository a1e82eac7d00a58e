import { dirname } from 'node:path';
import { askDaemon } from '../control/control-client.ts';
import { controlSocketPath } from '../control/socket-path.ts';
import { oneLine } from '../core/terminal-text.ts';
import { errorText } from '../errors/error-text.ts';
import { NaviError } from '../errors/navi-error.ts';
import { asFault, errorOfAll, exitCodeOf, ofContext } from '../errors/of-contexts.ts';
import type { ResolvedContext } from '../kubeconfig/resolve-context.ts';
import { checkPrivate, dataDirectory } from '../store/data-directory.ts';
import { confirmByDaemon } from './confirm-by-daemon.ts';
import { refusals, type ListOutcome } from './refusals.ts';
import type { SyncRun } from './sync-run.ts';

/**
 * `navi sync` beside a daemon: `--once` has it confirm, a foreground sync has it take the contexts in. What cannot be done for
 * one context keeps no other from it. Resolves with the exit code.
 * @param held what keeps this process from mirroring itself: thrown where nobody listens
 */
export async function syncBesideDaemon(run: SyncRun, held: NaviError): Promise<number> {
  const path = controlSocketPath(dataDirectory(run.env), run.env);
  checkPrivate(dirname(path), 'directory');
  const ask = run.mode === 'once' ? confirmed : added;
  const results = await Promise.all(run.contexts.map(async (context) => await ask(run, { path, context, held })));
  const failed = results.filter((result) => result instanceof NaviError);
  if (failed.includes(held)) throw held;
  if (failed.length === results.length) throw errorOfAll(failed);
  for (const result of results) run.output.write(result instanceof NaviError ? errorText(result) : textOf(result));
  return exitCodeOf([...run.faults.map(({ exitCode }) => exitCode), ...results.map(codeOf)]);
}

interface Asked {
  readonly path: string;
  readonly context: ResolvedContext;
  readonly held: NaviError;
}

async function confirmed(run: SyncRun, { path, context, held }: Asked): Promise<ListOutcome | NaviError> {
  const about = { contexts: [context.name], kubeconfig: run.kubeconfigFiles };
  try {
    const mirror = await confirmByDaemon(path, context, about);
    if (mirror === undefined) return held;
    const scopes = mirror.scopes.map(({ type, mode, reason }) => ({
      type,
      isRefused: mode === 'stopped' && reason === 'forbidden',
    }));
    const outcome = refusals(scopes, { context: context.name, isTerminal: run.isTerminal });
    if (outcome.code !== 0) return outcome;
    return { code: 0, lines: [`the running daemon confirms: ${context.name} is complete`, ...outcome.lines] };
  } catch (error) {
    return ofContext(context.name, asFault(error));
  }
}

async function added(run: SyncRun, { path, context, held }: Asked): Promise<ListOutcome | NaviError> {
  const about = { contexts: [context.name], kubeconfig: run.kubeconfigFiles };
  try {
    if ((await askDaemon(path, { method: 'add', ...about })) === undefined) return held;
    return {
      code: 0,
      lines: [`the running daemon now keeps ${context.name}; navi status shows how far it is`],
    };
  } catch (error) {
    return ofContext(context.name, asFault(error));
  }
}

const textOf = ({ lines }: ListOutcome): string => lines.map((line) => `${oneLine(line)}\n`).join('');

const codeOf = (result: ListOutcome | NaviError): number =>
  result instanceof NaviError ? result.exitCode : result.code;
