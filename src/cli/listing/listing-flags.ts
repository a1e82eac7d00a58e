import * as Flags from '@oclif/core/flags';
import { chosenContexts, contextFlags, type ContextFlagValues } from '../context-flags.ts';
import { noticeAfterMs } from '../notice-after.ts';
import type { ColorMode } from '../../output/navi-table.ts';
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
};

/** The parsed values of `listingFlags`. */
interface ListingFlagValues extends ContextFlagValues {
  readonly color: ColorMode;
  readonly output?: 'json' | 'name' | undefined;
}

/** Where a listing prints to: the methods of its command. */
type ListingOutput = Pick<ListingRun, 'write' | 'notice'>;

/** How a listing is to be run. @throws what `chosenContexts` throws */
export function listingRun(flags: ListingFlagValues, output: ListingOutput): ListingRun {
  const { contexts, faults } = chosenContexts(flags);
  const { color, output: format } = flags;
  return { contexts, faults, color, output: format, noticeAfterMs: noticeAfterMs(process.env), ...output };
}
