import { askDaemon } from '../../control/control-client.ts';
import { isSecretType, targetText, type Action } from '../../core/action/action.ts';
import type { ActionOutcome, ServerRefusal } from '../../core/action/action-outcome.ts';
import { resourceName } from '../../core/api-resource.ts';
import { goQuote } from '../../core/go-quote.ts';
import { NaviError } from '../../errors/navi-error.ts';
import { daemonSocket } from '../daemon-socket.ts';
import { ownFailure, serverFailure, type Failure } from '../get/failure.ts';
import type { GetTarget } from '../get/get-target.ts';
import type { ImpersonationHeaders } from '../../kubeconfig/impersonation-headers.ts';
import { invalidText } from '../get/invalid-text.ts';

/** How long an action may take, with all its looks at the object (ms). */
const actionTimeoutMs = 180_000;

/** As whom an action is carried out, and whether it is only tried. */
export interface ActNow {
  readonly target: GetTarget;
  readonly headers: ImpersonationHeaders;
  readonly isDryRun: boolean;
}

/** Has the daemon carry an action out now. @throws NAVI_DAEMON_NOT_RUNNING, NAVI_UNREACHABLE, what `askDaemon` throws */
export async function actNow(action: Action, { target, headers, isDryRun }: ActNow): Promise<ActionOutcome> {
  const request = { method: 'act', ...target.choice, headers, action, isDryRun } as const;
  const answer = await askDaemon(daemonSocket(), request, actionTimeoutMs).catch((error: unknown) => {
    if (!(error instanceof NaviError) || error.code !== 'NAVI_DAEMON_SILENT' || isDryRun) throw error;
    throw new NaviError(
      'NAVI_DAEMON_SILENT',
      `${error.message}: whether ${targetText(action.target)} was changed is not known`,
      {
        hints: ['look at the object before you try again', ...error.hints],
        cause: error,
      },
    );
  });
  if (answer === undefined) throw noDaemon();
  return answer as ActionOutcome;
}

/** What is said where nobody is there to change anything. */
export function noDaemon(): NaviError {
  return new NaviError('NAVI_DAEMON_NOT_RUNNING', 'no daemon is running, and clusters are changed through it', {
    hints: ['navi sync --detach starts one', '--queue keeps it until one runs and the cluster is there'],
  });
}

/** What an outcome is told as, where it is not done. */
export function outcomeFailure(action: Action, outcome: ActionOutcome, prefix = ''): Failure | undefined {
  switch (outcome.state) {
    case 'done':
      return undefined;
    case 'failed':
      return refusalFailure(outcome.refusal, prefix);
    case 'conflict':
      return conflictFailure(action, outcome, prefix);
    case 'away':
      if (!outcome.isSent && outcome.refusal !== undefined) return refusalFailure(outcome.refusal, prefix);
      return unknownFailure(action, outcome.message);
    case 'unknown':
      return unknownFailure(action, outcome.message);
  }
}

function unknownFailure({ target }: Action, why: string): Failure {
  return ownFailure(`whether ${targetText(target)} was changed is not known: ${why}`);
}

function refusalFailure({ reason, message, body }: ServerRefusal, prefix: string): Failure {
  if (prefix !== '') return ownFailure(`${prefix}${message}`);
  if (reason === 'Invalid') return { reason, message: invalidText(body), isWhole: true };
  return serverFailure(reason, message);
}

function conflictFailure(
  { target }: Action,
  outcome: Extract<ActionOutcome, { readonly state: 'conflict' }>,
  prefix: string,
): Failure {
  if (outcome.refusal !== undefined) return refusalFailure(outcome.refusal, prefix);
  const object = `${resourceName(target)} ${goQuote(target.name)}`;
  if (outcome.reason === 'gone') return serverFailure('NotFound', `${object} not found`);
  return serverFailure('Conflict', `Operation cannot be fulfilled on ${object}: ${outcome.message}`);
}

/** @throws NAVI_USAGE for what may never be kept on a disk */
export function refuseSecret({ target }: Action): void {
  if (!isSecretType(target)) return;
  throw new NaviError('NAVI_USAGE', `${targetText(target)} is a Secret, and those are never queued`, {
    hints: ['run it again without --queue when the cluster is there'],
  });
}
