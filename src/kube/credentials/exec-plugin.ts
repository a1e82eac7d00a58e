import { spawn, type ChildProcess } from 'node:child_process';
import { systemCodeOf } from '../../errors/navi-error.ts';
import { plainMessageOf } from '../../errors/plain-words.ts';
import type { ExecPlugin } from '../../kubeconfig/kubeconfig.ts';
import type { Clock } from '../../util/clock.ts';
import { failure, RequestFailed } from '../failure.ts';
import type { Obtained } from './credential.ts';
import { execCredential } from './exec-info.ts';
import { plainErrorText } from './plain-error-text.ts';

/** How long a plugin may take where nobody can answer it (ms). */
const timeoutMs = 60_000;

/** Longest output that is read (bytes): enough for a chain of certificates. */
const maxOutputBytes = 1024 * 1024;

/** So much of the end of what a plugin says on stderr is kept (characters). */
const keptErrorLength = 2_000;

/** Names of variables whose values are nobody's business. */
const secretName = /secret|token|passw|key|credential/i;

/** After its end the pipes of a plugin may stay open for this long (ms): what it started may hold them. */
const drainMs = 1_000;

/** One run of a plugin. */
export interface ExecRun {
  readonly plugin: ExecPlugin;
  /** Value of KUBERNETES_EXEC_INFO. */
  readonly info: string;
  /** Whether a person reads its stderr, and answers at its stdin, for as long as that takes; none does unless given. */
  readonly person?: 'reads' | 'answers' | undefined;
  readonly env: NodeJS.ProcessEnv;
  readonly clock: Clock;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Runs a plugin as client-go does and reads the credential it prints. Nothing it prints is kept or told but the end of
 * its stderr. Without a person it is the head of a process group of its own, which is killed as a whole.
 * @throws RequestFailed (unauthorized) with what it said on stderr
 */
export async function runExecPlugin(run: ExecRun): Promise<Obtained> {
  const { plugin } = run;
  const end = await finish(run);
  const obtained = end.isDone ? execCredential(plugin, end.output) : end.why;
  if (typeof obtained !== 'string') return obtained;
  const secrets = plugin.env.filter(({ name }) => secretName.test(name)).map(({ value }) => value);
  const said = plainErrorText(end.errorText, secrets);
  const failed = failure('unauthorized', `exec plugin ${plugin.command} ${obtained}${said === '' ? '' : `: ${said}`}`);
  throw new RequestFailed(end.isStarted ? failed : { ...failed, hint: installHint });
}

/** No login gets a plugin that cannot be run. */
const installHint = 'install it, or mend command of the user’s exec in the kubeconfig';

interface PluginEnd {
  readonly isDone: boolean;
  readonly isStarted: boolean;
  /** What went wrong, as the end of a sentence about the plugin. */
  readonly why: string;
  readonly output: string;
  readonly errorText: string;
}

function finish(run: ExecRun): Promise<PluginEnd> {
  const { plugin, clock, signal, person } = run;
  const own = Object.fromEntries(plugin.env.map(({ name, value }) => [name, value]));
  const child = spawn(plugin.command, plugin.args, {
    env: { ...run.env, ...own, KUBERNETES_EXEC_INFO: run.info },
    stdio: [person === 'answers' ? 'inherit' : 'ignore', 'pipe', person === undefined ? 'pipe' : 'inherit'],
    detached: person === undefined,
    windowsHide: true,
  });
  const output: Buffer[] = [];
  let outputBytes = 0;
  let errorText = '';
  let cut = '';
  const stop = (why: string): void => {
    cut ||= why;
    endGroup(child, person === undefined);
  };
  child.stdout?.on('data', (chunk: Buffer) => {
    outputBytes += chunk.length;
    if (outputBytes <= maxOutputBytes) output.push(chunk);
    else stop('printed more than a credential');
  });
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
    errorText = (errorText + chunk).slice(-keptErrorLength);
  });
  const cancelTimer =
    person !== undefined
      ? () => undefined
      : clock.after(timeoutMs, () => stop(`did not end within ${timeoutMs / 1_000} s and was killed`));
  const onAbort = (): void => stop('was ended');
  signal?.addEventListener('abort', onAbort, { once: true });
  return new Promise((resolve) => {
    const ended = (isDone: boolean, why: string): void => {
      cancelTimer();
      signal?.removeEventListener('abort', onAbort);
      child.stdout?.destroy();
      child.stderr?.destroy();
      resolve({
        isDone: isDone && cut === '',
        isStarted: child.pid !== undefined,
        why: cut || why,
        output: Buffer.concat(output).toString(),
        errorText,
      });
    };
    child.once('error', (error) => ended(false, startFault(plugin, error)));
    child.once('exit', (code, killedBy) => {
      const why = killedBy === null ? `failed with exit code ${code}` : `was killed by ${killedBy}`;
      const drained = clock.after(drainMs, () => ended(code === 0, why));
      child.once('close', () => {
        drained();
        ended(code === 0, why);
      });
    });
  });
}

function startFault(plugin: ExecPlugin, error: Error): string {
  if (systemCodeOf(error) !== 'ENOENT') return `cannot be run: ${plainMessageOf(error)}`;
  return `is not there${plugin.installHint === '' ? '' : ` (${plugin.installHint.trim()})`}`;
}

/** Ends a plugin with all it started; one that shares the terminal alone. */
function endGroup(child: ChildProcess, isGroup: boolean): void {
  if (child.pid === undefined) return;
  try {
    if (isGroup && process.platform !== 'win32') process.kill(-child.pid, 'SIGKILL');
    else child.kill('SIGKILL');
  } catch (error) {
    // It has ended by itself.
    if (systemCodeOf(error) !== 'ESRCH') throw error;
  }
}
