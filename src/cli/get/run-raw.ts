import { isTerminal } from '../../output/is-terminal.ts';
import { kubectlError } from '../../errors/as-kubectl.ts';
import { Stdout } from '../../output/stdout.ts';
import { goQuote } from '../../core/go-quote.ts';
import { failureLines } from './failure.ts';
import { getRequest } from './get-request.ts';
import type { GetTarget } from './get-target.ts';
import { answerFailure, askCluster, parsedBody } from './ask-cluster.ts';
import type { GetCommandLine } from './parse-flags.ts';
import { rawPath } from './raw-path.ts';

/**
 * `--raw PATH`: the text that the cluster answers, by way of the running daemon; resolves with the exit code.
 * @throws NAVI_AS_KUBECTL for what does not go with it, NAVI_NOT_MIRRORED where no daemon runs
 */
export async function runRaw(line: GetCommandLine, target: GetTarget): Promise<number> {
  const raw = line.text('raw');
  refuseRaw(line);
  const read = rawPath(raw);
  if (!read.ok) throw kubectlError(`--raw must be a valid URL path: parse ${goQuote(raw)}: ${read.fault}`);
  const why = 'paths of the API server are not mirrored';
  const answer = await askCluster(read.path, '*/*', { why, request: getRequest(line), target });
  if (answer.status < 200 || answer.status > 299) {
    for (const text of failureLines([answerFailure(answer, parsedBody(answer))])) target.notice(text);
    return 1;
  }
  const stdout = new Stdout(isTerminal(1));
  stdout.write(answer.body);
  stdout.flush();
  return 0;
}

/** kubectl 1.36, in its order. */
function refuseRaw(line: GetCommandLine): void {
  if (line.args.length > 0) throw kubectlError('arguments may not be passed when --raw is specified');
  if (line.isOn('watch') || line.isOn('watch-only') || line.text('selector') !== '') {
    throw kubectlError(
      '--raw may not be specified with other flags that filter the server request or alter the output',
    );
  }
  if (line.text('output') !== '') throw kubectlError('--raw and --output are mutually exclusive');
}
