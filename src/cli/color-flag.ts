import * as Flags from '@oclif/core/flags';
import { colorModes } from '../output/color-mode.ts';

/** `--color`, of every command that prints a table of navi's own. */
export const colorFlag = Flags.option({
  description: 'when to colour; auto is on a terminal, as NO_COLOR and FORCE_COLOR say',
  options: colorModes,
  default: 'auto' as const,
})();
