import { net } from '../util/late-modules.ts';
import { NaviError, messageOf, type ErrorCode, exitCodes } from '../errors/navi-error.ts';
import type { ControlAnswer, ControlRequest } from './protocol.ts';

/** How long an ordinary answer may take (ms); confirming may take a list. */
const answerTimeoutMs = 10_000;

/**
 * Asks the daemon that listens at `path`, or resolves undefined where none does.
 * @throws NAVI_DAEMON_SILENT when it does not answer in time; what the daemon itself answered as an error.
 */
export async function askDaemon(path: string, request: ControlRequest, timeoutMs = answerTimeoutMs): Promise<unknown> {
  const line = await exchange(path, `${JSON.stringify(request)}\n`, timeoutMs);
  return line === undefined ? undefined : resultOf(line);
}

/** The result of an answer line. @throws NaviError as the daemon answered it, NAVI_DAEMON_SILENT for what is no answer */
export function resultOf(line: string): unknown {
  const answer = parseAnswer(line);
  if (answer.ok) return answer.result;
  const code: ErrorCode = answer.code in exitCodes ? (answer.code as ErrorCode) : 'NAVI_DAEMON_SILENT';
  throw new NaviError(code, answer.message, { hints: answer.hints });
}

function parseAnswer(line: string): ControlAnswer {
  const unknown = 'the daemon answers in no language of navi';
  const hints = ['navi stop ends it; one of this version takes its place with navi sync --detach'];
  let answer: unknown;
  try {
    answer = JSON.parse(line);
  } catch (error) {
    throw new NaviError('NAVI_DAEMON_SILENT', unknown, { hints, cause: error });
  }
  if (typeof answer !== 'object' || answer === null || !('ok' in answer)) {
    throw new NaviError('NAVI_DAEMON_SILENT', unknown, { hints });
  }
  return answer as ControlAnswer;
}

function exchange(path: string, line: string, timeoutMs: number): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    const socket = net().connect(path);
    const chunks: string[] = [];
    let isAnswered = false;
    const silent = (why: string): void => {
      socket.destroy();
      reject(
        new NaviError('NAVI_DAEMON_SILENT', `the daemon does not answer: ${why}`, {
          hints: ['navi status says what the store knows', 'end the daemon by its pid and start it again'],
        }),
      );
    };
    socket.setEncoding('utf8');
    socket.setTimeout(timeoutMs, () => silent(`nothing within ${timeoutMs / 1_000} s`));
    socket.on('connect', () => socket.write(line));
    socket.on('data', (chunk: string) => {
      const end = chunk.indexOf('\n');
      chunks.push(end < 0 ? chunk : chunk.slice(0, end));
      if (end < 0 || isAnswered) return;
      isAnswered = true;
      resolve(chunks.join(''));
      socket.end();
    });
    socket.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT' || error.code === 'ECONNREFUSED') resolve(undefined);
      else silent(messageOf(error));
    });
    socket.on('close', () => {
      if (!isAnswered) silent('it closed the connection');
    });
  });
}
