import { askDaemon } from '../../control/control-client.ts';
import { parseJson } from '../../core/canonical-json.ts';
import { instantText } from '../../core/instant-text.ts';
import { asArray, asObject, asString, type JsonObject } from '../../core/json.ts';
import { keepsLogsOf } from '../../core/kept-log.ts';
import { NaviError } from '../../errors/navi-error.ts';
import { mirrorFile } from '../../store/data-directory.ts';
import { KeptLogReader, type KeptLog } from '../../store/kept-log-reader.ts';
import { daemonSocket } from '../daemon-socket.ts';
import type { GetTarget } from '../get/get-target.ts';
import { openDataDirectory } from '../open-data-directory.ts';
import type { LogRequest } from './log-request.ts';
import { logWindow } from './log-window.ts';
import type { LogQuestion } from './open-log.ts';
import type { LogSource } from './pod-logs.ts';

/** How long the daemon is given to take note of what was read (ms). */
const noteMs = 1_000;

/** Which run of a container is meant. */
export interface MeantRun {
  /** metadata.uid of the pod; empty where it is not known. */
  readonly uid: string;
  readonly container: string;
  /** The run before the last one. */
  readonly isPrevious: boolean;
}

/**
 * The kept run that is meant, of those of the pods of a name, the last run first: of the pod itself, else of the last one that
 * had its name. Where the run itself was not kept, it is the last one before it.
 */
export function meantRun(logs: readonly KeptLog[], { uid, container, isPrevious }: MeantRun): KeptLog | undefined {
  const ofContainer = logs.filter((log) => log.container === container);
  const own = ofContainer.filter((log) => log.uid === uid);
  const runs = own.length > 0 ? own : ofContainer.filter((log) => log.uid === ofContainer[0]?.uid);
  if (isPrevious) return runs.find((log) => log.isPrevious) ?? runs.find((log) => !log.isCurrent);
  return runs.find((log) => log.isCurrent) ?? runs[0];
}

/**
 * A log as it was kept, with a notice that says so and of what it is; undefined where none is, or where it is not the user of the
 * kubeconfig who asks: what was kept that one could read.
 * @param why the cluster's own could not be had
 */
export async function openKeptLog(
  source: LogSource,
  question: LogQuestion,
  why: string,
): Promise<AsyncIterable<Buffer> | undefined> {
  const { query, request, target } = question;
  if (request.impersonate !== undefined) return undefined;
  const { namespace, pod, container, uid } = source;
  const found = withKept(target, (kept) => {
    const logs = kept.logs(namespace, pod);
    const log = meantRun(logs, { uid, container, isPrevious: query['previous'] === 'true' });
    const text = log && kept.text(log);
    return { logs, kept: log === undefined || text === undefined ? undefined : { log, text } };
  });
  if (found === undefined) return undefined;
  if (found.kept === undefined) {
    const others = [...new Set(found.logs.map((log) => log.container))];
    if (others.length > 0) target.notice(`of pod ${pod}, logs are kept of: ${others.join(', ')} (-c CONTAINER)`);
    return undefined;
  }
  const { log, text } = found.kept;
  target.notice(`not from the cluster: ${why}`);
  target.notice(keptNotice(log, source));
  return keptBytes(logWindow(text, query, Date.now()), log, question);
}

/** What is said of a kept log beside its lines. */
export function keptNotice(
  log: KeptLog,
  { pod, container, uid }: Pick<LogSource, 'pod' | 'container' | 'uid'>,
): string {
  const { why, exitCode, lineCount, isCut } = log;
  const code = exitCode === null ? '' : `, exit code ${exitCode}`;
  const ended = `ended ${instantText(log.endedAtMs)} (${why}${code})`;
  const lines = lineCount === 1 ? '1 line was' : `${lineCount} lines were`;
  const whose = uid === '' || uid === log.uid ? '' : ' of an earlier pod of that name';
  const how = `${isCut ? 'its last' : 'all of its'} ${lines} kept`;
  return `kept log of ${pod}/${container}${whose}: the run that ${ended}; ${how} ${instantText(log.fetchedAtMs)}`;
}

async function* keptBytes(bytes: Buffer, log: KeptLog, { query, target }: LogQuestion): AsyncGenerator<Buffer, void> {
  yield bytes;
  if (query['follow'] === 'true') target.notice('nothing follows a kept log');
  await askDaemon(daemonSocket(), { method: 'used-logs', ...target.choice, logs: [log.id] }, noteMs).catch(
    (error: unknown) => {
      // Without a daemon nothing makes room either.
      if (!(error instanceof NaviError)) throw error;
    },
  );
}

/**
 * A pod that is gone, as far as its kept logs tell of it: the last one of its name, cut down to the names of its containers. Where all of
 * these are asked for, those that have a kept log.
 */
export function keptPod(
  { namespace, name }: { readonly namespace: string; readonly name: string },
  { isAllContainers }: Pick<LogRequest, 'isAllContainers'>,
  target: GetTarget,
): JsonObject | undefined {
  return withKept(target, (kept) => {
    const [text] = kept.pods(namespace, name);
    if (text === undefined) return undefined;
    const pod = asObject(parseJson(text));
    if (!isAllContainers) return pod;
    const { uid } = asObject(pod['metadata']);
    const told = new Set(kept.logs(namespace, name).flatMap((log) => (log.uid === uid ? [log.container] : [])));
    const lists = Object.entries(asObject(pod['spec'])).map(([list, containers]) => [
      list,
      asArray(containers).filter((each) => told.has(asString(asObject(each)['name']))),
    ]);
    return { ...pod, spec: Object.fromEntries(lists) as JsonObject };
  });
}

/** What has navi keep logs, for an error that says there are none; undefined where it does already. */
export async function keepingHint(namespace: string): Promise<string | undefined> {
  const { readConfig } = await import('../../config/read-config.ts');
  try {
    if (keepsLogsOf(readConfig(process.env).keptLogs, namespace)) return undefined;
  } catch (error) {
    if (error instanceof NaviError) return undefined;
    throw error;
  }
  return `[prefetch.logs] namespaces = ["${namespace}"] in config.toml has navi keep the last lines of what crashes`;
}

/** Undefined where there is no store of kept logs. @throws what `openHandle` throws */
function withKept<T>({ context }: GetTarget, read: (kept: KeptLogReader) => T): T | undefined {
  const kept = KeptLogReader.open({ file: mirrorFile(openDataDirectory(process.env), context.mirrorId) });
  if (kept === undefined) return undefined;
  try {
    return read(kept);
  } finally {
    kept.close();
  }
}
