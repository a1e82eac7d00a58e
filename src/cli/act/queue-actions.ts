import { targetText, type Action } from '../../core/action/action.ts';
import { terminalText } from '../../core/terminal-text.ts';
import { NaviError } from '../../errors/navi-error.ts';
import type { ImpersonationHeaders } from '../../kubeconfig/impersonation-headers.ts';
import { tableStyle } from '../../output/navi-table.ts';
import { stdoutTerminal } from '../../output/terminal-stream.ts';
import { askDaemon } from '../../control/control-client.ts';
import type { QueueRun } from '../../control/protocol.ts';
import { userFile } from '../../store/data-directory.ts';
import { ActionTable, type NewAction } from '../../store/action-table.ts';
import type { MirrorReader } from '../../store/open-reader.ts';
import { openUserWriter } from '../../store/user-store.ts';
import { daemonSocket } from '../daemon-socket.ts';
import type { GetTarget } from '../get/get-target.ts';
import { paintedPatch } from '../history/object-patch.ts';
import { openDataDirectory } from '../open-data-directory.ts';

/** An action with what is shown of it. */
export interface ShownAction {
  readonly action: Action;
  readonly diff: string;
}

/** For which cluster actions are queued, and for how long. */
export interface Queueing {
  readonly reader: MirrorReader;
  readonly target: GetTarget;
  readonly headers: ImpersonationHeaders;
  readonly expiresMs: number;
  readonly write: (text: string) => void;
}

/** Shows what would be changed. */
export function showActions(actions: readonly ShownAction[], write: (text: string) => void): void {
  const style = tableStyle(stdoutTerminal(), process.env);
  for (const { action, diff } of actions) {
    const what = `${action.verb} ${targetText(action.target)}`;
    write(diff === '' ? `${terminalText(what)}: nothing that navi could show\n` : paintedPatch(diff, style));
  }
}

/** Writes actions to the queue, all or none, and says so. @throws NAVI_NOT_MIRRORED, what `openUserWriter` throws */
export async function queueActions(actions: readonly ShownAction[], queueing: Queueing): Promise<void> {
  const { reader, target, headers, expiresMs, write } = queueing;
  const clusterUid = identityOf(reader, target);
  const createdAtMs = Date.now();
  const writer = await openUserWriter(userFile(openDataDirectory(process.env)));
  try {
    const ids = writer.change((tables) =>
      actions.map(({ action, diff }) => {
        const added: NewAction = {
          mirrorId: target.context.mirrorId,
          clusterUid,
          context: target.context.name,
          headers,
          action,
          diff,
          createdAtMs,
          expiresAtMs: createdAtMs + expiresMs,
        };
        return tables.of(ActionTable).add(added);
      }),
    );
    for (const [at, id] of ids.entries()) {
      const { action } = actions[at] as ShownAction;
      write(`queued ${id}: ${terminalText(`${action.verb} ${targetText(action.target)}`)}\n`);
    }
  } finally {
    writer.close();
  }
}

/**
 * Has the daemon carry out what is queued, as far as the cluster is there. Undefined where none runs.
 * @throws NAVI_UNREACHABLE, NAVI_NOT_MIRRORED, what `askDaemon` throws
 */
export async function runQueueNow(target: Pick<GetTarget, 'choice'>): Promise<QueueRun | undefined> {
  const answer = await askDaemon(daemonSocket(), { method: 'run-queue', ...target.choice }, 600_000);
  return answer as QueueRun | undefined;
}

/** Who the mirror takes the cluster for. @throws NAVI_NOT_MIRRORED where that was never told */
function identityOf({ sqlite }: MirrorReader, { context }: GetTarget): string {
  const uid = sqlite.prepare('select cluster_uid from mirror').pluck().get();
  if (typeof uid === 'string' && uid !== '') return uid;
  throw new NaviError('NAVI_NOT_MIRRORED', `nothing tells which cluster is behind context "${context.name}"`, {
    hints: ['nothing can be queued for it; run it again without --queue'],
  });
}
