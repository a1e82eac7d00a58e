import { asArray, asObject, asString, type JsonObject } from '../../core/json.ts';
import type { ClusterAnswer } from '../../control/protocol.ts';
import { streamFromDaemon } from '../../control/stream-from-daemon.ts';
import { messageOf, NaviError, type ErrorCode } from '../../errors/navi-error.ts';
import { daemonSocket } from '../daemon-socket.ts';
import { answerFailure, headersOf, kubectlLine, parsedBody } from '../get/ask-cluster.ts';
import { failureLines } from '../get/failure.ts';
import type { GetRequest } from '../get/get-request.ts';
import type { GetTarget } from '../get/get-target.ts';
import type { LogSource } from './pod-logs.ts';

/** A server's refusal of a log: its own words, and all that kubectl says where it ends for that. */
export class LogRefused extends Error {
  readonly told: string;
  /** Of the answer. */
  readonly status: number;

  constructor(message: string, told: string, status: number) {
    super(message);
    this.told = told;
    this.status = status;
  }
}

/** What is asked for of each log, and as whom. */
export interface LogQuestion {
  readonly query: Readonly<Record<string, string | undefined>>;
  readonly request: Pick<GetRequest, 'impersonate'>;
  readonly target: GetTarget;
  /** Ends all that is open. */
  readonly signal: AbortSignal;
}

/**
 * Opens the log of a container: the one place where commands get logs from, whoever has them. The cluster has, by way of the daemon;
 * where it cannot be asked, or has the pod no more, the last lines of a run that ended may be kept.
 * @throws LogRefused, NAVI_DAEMON_NOT_RUNNING, NAVI_UNREACHABLE; the last by reading too
 */
export async function openLog(source: LogSource, question: LogQuestion): Promise<AsyncIterable<Buffer>> {
  try {
    return await openClusterLog(source, question);
  } catch (error) {
    if (!isAway(error)) throw error;
    const { keepingHint, openKeptLog } = await import('./kept-log.ts');
    const kept = await openKeptLog(source, question, messageOf(error));
    if (kept !== undefined) return kept;
    const hint = error instanceof NaviError ? await keepingHint(source.namespace) : undefined;
    throw hint === undefined ? error : withHint(error as NaviError, hint);
  }
}

/** Whether what went wrong says nothing of the log but that it cannot be had now, or no more. */
function isAway(error: unknown): boolean {
  if (error instanceof LogRefused) return error.status === 404 || error.status >= 500;
  return error instanceof NaviError && awayCodes.includes(error.code);
}

/** Of errors for which the cluster could not be asked. */
export const awayCodes: readonly ErrorCode[] = [
  'NAVI_DAEMON_NOT_RUNNING',
  'NAVI_DAEMON_SILENT',
  'NAVI_NOT_MIRRORED',
  'NAVI_UNREACHABLE',
];

function withHint({ code, message, hints, exitCode, cause }: NaviError, hint: string): NaviError {
  return new NaviError(code, message, { hints: [...hints, hint], exitCode, cause });
}

async function openClusterLog(source: LogSource, question: LogQuestion): Promise<AsyncIterable<Buffer>> {
  const { request, target, signal } = question;
  const headers = await headersOf(request, target);
  const asked = { path: pathOf(source, question), accept: 'application/json, */*', headers };
  const stream = await streamFromDaemon(daemonSocket(), { method: 'stream', ...target.choice, ...asked }, signal);
  if (stream === undefined) throw noDaemon(target);
  const answer = stream.result as ClusterAnswer;
  for (const warning of answer.warnings) target.warn(warning);
  if (answer.status >= 200 && answer.status <= 299) return stream.bytes;
  stream.close();
  throw refusal(answer);
}

/** What is said where the cluster has to be asked, and nobody is there to do it. */
export function noDaemon(target: Pick<GetTarget, 'command' | 'argv'>): NaviError {
  return new NaviError('NAVI_DAEMON_NOT_RUNNING', 'no daemon is running, and logs come from the cluster through it', {
    hints: ['navi sync --detach starts one', kubectlLine(target)],
  });
}

/** Names of the query in the order of Go's url.Values. */
function pathOf({ namespace, pod, container }: LogSource, { query }: LogQuestion): string {
  const parameters = new URLSearchParams({ container });
  for (const [name, value] of Object.entries(query)) if (value !== undefined) parameters.set(name, value);
  const path = ['namespaces', namespace, 'pods', pod, 'log'].map(encodeURIComponent).join('/');
  return `/api/v1/${path}?${parameters.toString()}`;
}

function refusal(answer: ClusterAnswer): LogRefused {
  const body = parsedBody(answer);
  const failure = answerFailure(answer, body);
  const told = failure.reason === 'Invalid' ? invalidText(body) : failureLines([failure]).join('');
  return new LogRefused(failure.message, told, answer.status);
}

/** How kubectl 1.36 tells a Status of reason Invalid. */
function invalidText(status: JsonObject): string {
  const details = asObject(status['details']);
  const kind = asString(details['kind']);
  const name = asString(details['name']);
  const subject = kind === '' && name === '' ? 'The request is invalid' : `The ${kind} "${name}" is invalid`;
  const causes = asArray(details['causes']).map(asObject);
  const faults = new Set(causes.map((cause) => `${asString(cause['field'])}: ${asString(cause['message'])}`));
  if (faults.size > 1) return `${subject}: \n${[...faults].map((fault) => `* ${fault}\n`).join('')}`;
  return faults.size === 1 ? `${subject}: ${[...faults].join('')}` : subject;
}
