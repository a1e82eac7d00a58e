import type { ActionVerb } from '../../core/action/action.ts';
import { shellWord } from '../../core/shell-word.ts';
import { readConfig } from '../../config/read-config.ts';
import { refuseReadOnly } from '../../config/read-only.ts';
import { NaviError } from '../../errors/navi-error.ts';
import { getTargets } from '../get/get-target.ts';
import { commandFlags, commandLine, readGetFlags, type GetCommandLine } from '../get/parse-flags.ts';
import { actFlags } from './act-flags.ts';
import { dryRunOf, type ActRequest } from './act-request.ts';
import { deleteRequest } from './deletion.ts';
import { keyRequest } from './key-changes.ts';
import { runAct } from './run-act.ts';
import { cordonRequest, restartRequest, scaleRequest } from './workload-changes.ts';

/** Where a command that changes objects prints to. */
export interface VerbOutput {
  readonly write: (text: string) => void;
  readonly notice: (text: string) => void;
}

/**
 * A command that changes objects, from its words to its exit code.
 * @throws NAVI_USAGE where nothing may be changed, and what `runAct` throws
 */
export async function runVerb(verb: ActionVerb, argv: readonly string[], output: VerbOutput): Promise<number> {
  const of = commandFlags(verb === 'restart' ? 'rollout restart' : verb, actFlags(verb));
  const line = commandLine(readGetFlags(argv, of), of);
  refuseReadOnly(readConfig(process.env));
  refuseOnlyKubectl(verb, line);
  refuseOnlyQueued(verb, line);
  const { targets } = await getTargets(line, argv, output.notice);
  const [target, ...others] = targets;
  if (target === undefined || others.length > 0) {
    throw new NaviError('NAVI_USAGE', `navi ${verb} changes one cluster at a time`, {
      hints: [`navi ${verb} … --context NAME`],
    });
  }
  const startedAtMs = Date.now();
  const namespace = line.text('namespace') === '' ? target.context.namespace : line.text('namespace');
  const request = await requestFor(verb, line, { startedAtMs, namespace });
  return await runAct({ line, target, write: output.write, request });
}

async function requestFor(
  verb: ActionVerb,
  line: GetCommandLine,
  { startedAtMs, namespace }: { readonly startedAtMs: number; readonly namespace: string },
): Promise<(isQueued: boolean) => ActRequest> {
  switch (verb) {
    case 'label':
      return () => keyRequest('label', line);
    case 'annotate':
      return () => keyRequest('annotation', line);
    case 'scale':
      return () => scaleRequest(line);
    case 'restart':
      return () => restartRequest(line, startedAtMs, namespace);
    case 'cordon':
    case 'uncordon':
      return () => cordonRequest(verb, line);
    case 'delete':
      return (isQueued) => deleteRequest(line, isQueued);
    case 'patch':
    case 'apply': {
      const { applyRequest, patchRequest } = await import('./patches.ts');
      return () => (verb === 'patch' ? patchRequest(line) : applyRequest(line, dryRunOf(line)));
    }
  }
}

/** @throws NAVI_USAGE for what is of queued actions alone */
function refuseOnlyQueued(verb: ActionVerb, line: GetCommandLine): void {
  if (line.isOn('queue') || !line.isGiven('expires')) return;
  throw new NaviError('NAVI_USAGE', '--expires is for what is queued', {
    hints: [`navi ${verb} … --queue --expires ${shellWord(line.text('expires'))}`],
  });
}

/** @throws NAVI_USAGE for flags that navi does not have a use for */
function refuseOnlyKubectl(verb: ActionVerb, line: GetCommandLine): void {
  const named = new Set([
    'list',
    'local',
    'record',
    'timeout',
    'interactive',
    'raw',
    'prune',
    'all',
    'wait',
    'overwrite',
    'openapi-patch',
  ]);
  const refused = actFlags(verb).find(
    ({ name, group }) => group === 'kubectl only' && named.has(name) && line.isGiven(name),
  );
  if (refused === undefined) return;
  throw new NaviError('NAVI_USAGE', `navi ${verb} has no --${refused.name}`, {
    hints: [`kubectl ${line.command} … --${refused.name} … has it`],
  });
}
