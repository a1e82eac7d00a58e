import { askDaemon } from '../../control/control-client.ts';
import type { ClusterAnswer } from '../../control/protocol.ts';
import { parseJson } from '../../core/canonical-json.ts';
import { gatewayAnswer, isAwayStatus } from '../../core/gateway-answer.ts';
import { asObject, asString, type JsonObject } from '../../core/json.ts';
import { NaviError } from '../../errors/navi-error.ts';
import type { ImpersonationHeaders } from '../../kubeconfig/impersonation-headers.ts';
import { daemonSocket } from '../daemon-socket.ts';
import { shellWord } from '../../core/shell-word.ts';
import { serverFailure, type Failure } from './failure.ts';
import type { GetRequest } from './get-request.ts';
import type { GetTarget } from './get-target.ts';

/** How long the cluster may take for one answer (ms). */
const answerTimeoutMs = 70_000;

/** What is asked of the cluster, and what is told where nobody can ask it. */
interface Asking {
  /** A phrase: why the mirror cannot answer. */
  readonly why: string;
  readonly request: Pick<GetRequest, 'impersonate'>;
  readonly target: GetTarget;
}

/** One GET by way of the daemon. @throws NAVI_NOT_MIRRORED where none runs, NAVI_UNREACHABLE */
export async function askCluster(
  path: string,
  accept: string,
  { why, request, target }: Asking,
): Promise<ClusterAnswer> {
  const socket = daemonSocket();
  const headers = await headersOf(request, target);
  const answer = await askDaemon(socket, { method: 'read', ...target.choice, path, accept, headers }, answerTimeoutMs);
  if (answer !== undefined) return answer as ClusterAnswer;
  throw new NaviError('NAVI_NOT_MIRRORED', `${why}; a running navi sync would ask the cluster`, {
    hints: [kubectlLine(target), 'navi sync --detach starts one'],
  });
}

/** The same for kubectl. */
export function kubectlLine({ command, argv }: Pick<GetTarget, 'command' | 'argv'>): string {
  return `kubectl ${command} ${argv.map(shellWord).join(' ')}`;
}

/** Of whom the kubeconfig says, the daemon knows. */
export async function headersOf({ impersonate }: Asking['request'], target: GetTarget): Promise<ImpersonationHeaders> {
  if (impersonate === undefined) return {};
  const { impersonatingHeaders } = await import('./impersonating-headers.ts');
  return impersonatingHeaders(impersonate, target);
}

/** The body of an answer as an object; an empty one where it is none. */
export function parsedBody(answer: ClusterAnswer): JsonObject {
  try {
    return asObject(parseJson(answer.body));
  } catch {
    return {};
  }
}

/** The text of a Status, or of whatever stands in its place. */
export function answerFailure(answer: ClusterAnswer, body: JsonObject): Failure {
  const failure = toldFailure(answer, body);
  if (!isAwayStatus(answer.status)) return failure;
  return { ...failure, away: gatewayAnswer(answer.status, answer.body) ?? failure.message };
}

function toldFailure(answer: ClusterAnswer, body: JsonObject): Failure {
  if (body['kind'] === 'Status') return serverFailure(asString(body['reason']), asString(body['message']));
  const text = answer.body.trim();
  return serverFailure(
    answer.status === 404 ? 'NotFound' : '',
    answer.status === 404 ? 'the server could not find the requested resource' : `unknown (${text})`,
  );
}
