import { targetPath } from '../../core/action/action-request.ts';
import { asObject, asString } from '../../core/json.ts';
import { ownFailure, type Failure } from '../get/failure.ts';
import { askCluster, parsedBody } from '../get/ask-cluster.ts';
import { getRequest } from '../get/get-request.ts';
import type { GetCommandLine } from '../get/parse-flags.ts';
import { goNanoseconds } from '../../core/go-nanoseconds.ts';
import type { ActNow } from './act-target.ts';
import type { MadeChange } from './caught-up.ts';

/** How long is waited where nothing else is said (ms), as by kubectl 1.36. */
const weekMs = 7 * 24 * 3_600_000;

/** Between two looks (ms): the first come soon. */
const firstPauseMs = 50;
const longestPauseMs = 1_000;

/** Waits until deleted objects are gone: finalizers and orderly ends take their time. */
export async function awaitDeletion(
  made: readonly MadeChange[],
  line: GetCommandLine,
  { target }: ActNow,
): Promise<readonly Failure[]> {
  const timeoutMs = Number(goNanoseconds(line.text('timeout')) / 1_000_000n) || weekMs;
  const giveUpAtMs = Date.now() + timeoutMs;
  const asking = { why: 'only the cluster tells when it is gone', request: getRequest(line), target };
  for (const { action, type } of made) {
    const path = targetPath(action.target, '');
    for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(longestPauseMs, 2 * pauseMs)) {
      const answer = await askCluster(path, 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1', asking);
      // Who may not look does not wait, as by kubectl.
      const isRead = answer.status >= 200 && answer.status < 300;
      const uid = asString(asObject(parsedBody(answer)['metadata'])['uid']);
      if (!isRead || uid !== action.target.uid) break;
      if (Date.now() + pauseMs > giveUpAtMs)
        return [ownFailure(`timed out waiting for the condition on ${type.resource}/${action.target.name}`)];
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
  }
  return [];
}
