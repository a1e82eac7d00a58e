import { asKubectl, kubectlError } from '../../errors/as-kubectl.ts';
import { NaviError } from '../../errors/navi-error.ts';
import { isTerminal } from '../../output/is-terminal.ts';
import { PatientStdout } from '../../output/patient-stdout.ts';
import type { MirrorType } from '../../query/mirror-type.ts';
import { dueNotice } from '../due-notice.ts';
import { getRequest } from '../get/get-request.ts';
import type { GetTarget } from '../get/get-target.ts';
import type { GetCommandLine } from '../get/parse-flags.ts';
import { noticeAfterMs } from '../notice-after.ts';
import { openMirror } from '../open-mirror.ts';
import { findSubject, podsOfOwner, type LogPlace } from './find-pods.ts';
import { writeLog } from './log-output.ts';
import { logRequest, refuseLogFlags, type LogRequest } from './log-request.ts';
import { LogRefused, openLog, type LogQuestion } from './open-log.ts';
import { logsOfPod, type LogSource } from './pod-logs.ts';

/** Between two tries to read a log that is followed (ms, kubectl 1.36). */
const retryMs = 1_000;

/** What logs are written with. */
interface Writing {
  readonly request: LogRequest;
  readonly question: LogQuestion;
  readonly stdout: PatientStdout;
  /** Several logs at a time: none may cut into a line of another. */
  readonly isParallel: boolean;
}

/**
 * `navi logs`: which pods and containers is answered from the mirror, their logs come through the daemon. Resolves once
 * every log has come to its end.
 * @throws NAVI_AS_KUBECTL, NAVI_DAEMON_NOT_RUNNING, NAVI_UNREACHABLE, OutputClosed
 */
export async function runLogs(line: GetCommandLine, target: GetTarget): Promise<void> {
  const request = logRequest(line);
  const sources = await chosenLogs(line, request, target);
  if (request.isFollowed && sources.length > 1 && sources.length > request.maxFollowedCount) {
    throw kubectlError(
      `you are attempting to follow ${sources.length} log streams, but maximum allowed concurrency is ` +
        `${request.maxFollowedCount}, use --max-log-requests to increase the limit`,
    );
  }
  const ending = new AbortController();
  const question = { query: request.query, request: getRequest(line), target, signal: ending.signal };
  const isParallel = request.isFollowed && sources.length > 1;
  const writing = { request, question, stdout: new PatientStdout(isTerminal(1)), isParallel };
  try {
    if (isParallel) await Promise.all(sources.map((source) => passOn(source, writing)));
    else for (const source of sources) await passOn(source, writing);
  } catch (error) {
    throw error instanceof LogRefused ? asKubectl(error.told) : error;
  } finally {
    ending.abort();
  }
}

/** The logs that are asked for, in order. @throws NAVI_AS_KUBECTL */
async function chosenLogs(line: GetCommandLine, request: LogRequest, target: GetTarget): Promise<readonly LogSource[]> {
  const reader = openMirror(target.context);
  try {
    const used = new Set<MirrorType>();
    const place: LogPlace = {
      reader,
      request: getRequest(line),
      target,
      onUsed: (type) => used.add(type),
      keptPod: async (pod) => (await import('./kept-log.ts')).keptPod(pod, request, target),
    };
    const subject = await findSubject(request, place);
    refuseLogFlags(line, request);
    const pods = 'pods' in subject ? subject.pods : await chosenPods(subject.owner, request, place);
    const notice = dueNotice(target.context, [...used], {
      nowMs: Date.now(),
      noticeAfterMs: await noticeAfterMs(process.env),
    });
    if (notice !== undefined) target.notice(notice);
    const choice = { ...request, isChoiceTold: !request.isAllPods };
    return pods.flatMap((pod) => logsOfPod(pod, choice, target.notice));
  } finally {
    reader.close();
  }
}

async function chosenPods(
  owner: Parameters<typeof podsOfOwner>[0],
  { isAllPods, timeoutMs }: LogRequest,
  place: LogPlace,
): ReturnType<typeof podsOfOwner> {
  const pods = await podsOfOwner(owner, place, timeoutMs);
  if (isAllPods || pods.length < 2) return pods;
  const [first] = pods.map((pod) => (pod['metadata'] as { readonly name: string }).name);
  place.target.notice(`Found ${pods.length} pods, using pod/${first}`);
  return pods.slice(0, 1);
}

/** Writes one log; one that is followed is tried again while the server refuses it (kubectl 1.36). */
async function passOn(source: LogSource, writing: Writing): Promise<void> {
  const { request, question, stdout } = writing;
  const giveUpAtMs = Date.now() + request.timeoutMs;
  for (;;) {
    const fault = await writeOnce(source, writing);
    if (fault === undefined) return;
    if (request.ignoresErrors) {
      stdout.write(`error: ${fault.message}\n`);
      return await stdout.flush();
    }
    if (!request.isFollowed || fault instanceof NaviError) throw fault;
    question.target.notice(fault.message);
    const leftMs = giveUpAtMs - Date.now();
    await new Promise((resolve) => setTimeout(resolve, Math.min(retryMs, Math.max(0, leftMs))));
    if (leftMs < retryMs) throw kubectlError('context deadline exceeded');
    if (question.signal.aborted) return;
  }
}

/** What kept it from being read to its end, where that is the cluster's doing. */
async function writeOnce(
  source: LogSource,
  { request, question, stdout, isParallel }: Writing,
): Promise<LogRefused | NaviError | undefined> {
  const prefix = request.isPrefixed ? `[pod/${source.pod}/${source.container}] ` : '';
  try {
    const bytes = await openLog(source, question);
    await writeLog(bytes, stdout, { prefix, isByLine: isParallel || isTerminal(1) });
    return undefined;
  } catch (error) {
    if (error instanceof LogRefused) return error;
    if (error instanceof NaviError && error.code === 'NAVI_UNREACHABLE') return error;
    throw error;
  }
}
