import { colorFlag } from '../color-flag.ts';
import { NaviError } from '../../errors/navi-error.ts';
import { chosenContexts } from '../chosen-contexts.ts';
import { contextFlags, type ContextFlagValues } from '../context-flags.ts';
import type { ColorMode } from '../../output/color-mode.ts';
import type { DaemonWorkRun } from './run-daemon-work.ts';
import { jsonFlag } from '../json-flag.ts';

/** Flags of commands that have the daemon do something. */
export const daemonWorkFlags = {
  ...contextFlags,
  color: colorFlag,
  output: jsonFlag,
};

/** The parsed values of `daemonWorkFlags`. */
interface DaemonWorkFlagValues extends ContextFlagValues {
  readonly color: ColorMode;
  readonly output?: 'json' | undefined;
}

/** How it is to be run. @throws NAVI_USAGE for arguments that name nothing, and what `chosenContexts` throws */
export async function daemonWorkRun(
  flags: DaemonWorkFlagValues,
  argv: readonly string[],
  output: Pick<DaemonWorkRun, 'write' | 'notice'>,
): Promise<DaemonWorkRun> {
  const { contexts, faults, kubeconfig } = await chosenContexts(flags);
  const types = argv.flatMap((argument) => argument.split(',')).filter((type) => type.trim() !== '');
  // An empty variable of a script must not stand for every type.
  if (argv.length > 0 && types.length === 0) {
    throw new NaviError('NAVI_USAGE', 'the name of the type is empty', { hints: ['navi types shows every type'] });
  }
  return { types, contexts, faults, kubeconfig, output: flags.output, color: flags.color, ...output };
}
