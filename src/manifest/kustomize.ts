import { spawn } from 'node:child_process';
import { NaviError, systemCodeOf } from '../errors/navi-error.ts';

/** What kubectl made of a kustomization; `warnings` are lines it wrote to stderr on the way. */
export type KustomizeResult =
  | { readonly ok: true; readonly text: string; readonly warnings: readonly string[] }
  /** The error text without its `error: `. */
  | { readonly ok: false; readonly message: string };

/** Where kubectl is looked for and runs. */
export interface KustomizeEnvironment {
  readonly folder: string;
  /** Its PATH is searched; kubectl gets all of it. */
  readonly env: NodeJS.ProcessEnv;
}

/**
 * Builds the kustomization in `target` with `kubectl kustomize`, in the order in which `kubectl get -k` takes it. That
 * kubectl may fetch what the kustomization names elsewhere.
 * @throws NAVI_USAGE where no kubectl is on PATH.
 */
export async function kustomize(target: string, environment: KustomizeEnvironment): Promise<KustomizeResult> {
  const { promise, resolve, reject } = Promise.withResolvers<KustomizeResult>();
  const child = spawn('kubectl', ['kustomize', '--', target], {
    cwd: environment.folder,
    env: environment.env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (chunk: string) => {
      output[name] += chunk;
    });
  }
  child.on('error', (error) => {
    const isMissing = systemCodeOf(error) === 'ENOENT';
    const why = isMissing ? 'which is not on PATH' : `which cannot be started: ${error.message}`;
    reject(new NaviError('NAVI_USAGE', `-k needs kubectl, ${why}`, { cause: error }));
  });
  child.on('close', (code) => {
    if (code === 0) resolve({ ok: true, text: output.stdout, warnings: linesOf(output.stderr) });
    else resolve({ ok: false, message: output.stderr.trimEnd().replace(/^error: /, '') });
  });
  return await promise;
}

function linesOf(text: string): readonly string[] {
  return text.split('\n').filter((line) => line !== '');
}
