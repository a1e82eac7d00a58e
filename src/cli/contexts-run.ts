import type { ColorMode } from '../output/color-mode.ts';
import type { ContextsRun } from './ask-contexts.ts';
import { chosenContexts, type ChosenContexts, type ContextChoiceOptions } from './chosen-contexts.ts';
import type { ContextFlagValues } from './context-flags.ts';
import { lookForDaemon } from './look-for-daemon.ts';
import { noticeAfterMs } from './notice-after.ts';

/** What of the flags says which clusters are asked, and how their answers look. */
export interface ContextsRunFlags extends ContextFlagValues {
  readonly color: ColorMode;
  readonly watch?: boolean | undefined;
}

/** Where a command about several contexts prints to: the methods of its class. */
export type ContextsOutput = Pick<ContextsRun, 'write' | 'notice'>;

/** How contexts are to be asked, and their kubeconfig. @throws what `chosenContexts` throws */
export async function contextsRun(
  flags: ContextsRunFlags,
  { write, notice }: ContextsOutput,
  choice: ContextChoiceOptions = {},
): Promise<ContextsRun & Pick<ChosenContexts, 'wholeKubeconfig'>> {
  const { contexts, faults, kubeconfig, wholeKubeconfig } = await chosenContexts(flags, choice);
  const { color } = flags;
  await lookForDaemon({ contexts, kubeconfig, notice, isFollowing: flags.watch });
  return {
    contexts,
    faults,
    kubeconfig,
    wholeKubeconfig,
    color,
    noticeAfterMs: await noticeAfterMs(process.env),
    write,
    notice,
  };
}
