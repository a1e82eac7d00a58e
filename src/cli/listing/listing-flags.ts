import * as Flags from '@oclif/core/flags';
import type { ChosenContexts } from '../chosen-contexts.ts';
import { contextFlags } from '../context-flags.ts';
import { contextsRun, type ContextsOutput, type ContextsRunFlags } from '../contexts-run.ts';
import { colorFlag } from '../color-flag.ts';
import type { ListingRun } from './run-listing.ts';

/** Flags of every listing. */
export const listingFlags = {
  ...contextFlags,
  color: colorFlag,
  output: Flags.option({
    char: 'o',
    description: 'json, or name for a name on each line',
    options: ['json', 'name'] as const,
  })(),
  watch: Flags.boolean({ char: 'w', description: 'follow: the table drawn anew, in a pipe a line for each change' }),
};

/** The parsed values of `listingFlags`. */
interface ListingFlagValues extends ContextsRunFlags {
  readonly output?: 'json' | 'name' | undefined;
  readonly watch: boolean;
}

/** How a listing is to be run. @throws what `contextsRun` throws */
export async function listingRun(
  flags: ListingFlagValues,
  output: ContextsOutput,
): Promise<ListingRun & Pick<ChosenContexts, 'kubeconfig' | 'wholeKubeconfig'>> {
  return { ...(await contextsRun(flags, output)), output: flags.output, isWatch: flags.watch };
}
