import * as Flags from '@oclif/core/flags';
import type { GetFlag } from './flag-table.ts';

/** Flags of a table as oclif's help shows them; nothing reads a command line with these. */
export function helpFlags(flags: readonly GetFlag[]): Readonly<Record<string, ReturnType<typeof helpFlag>>> {
  return Object.fromEntries(flags.map((flag) => [flag.name, helpFlag(flag)]));
}

function helpFlag({ name, letter, kind, summary, valueName, group }: GetFlag) {
  const common = {
    description: summary,
    helpGroup: group,
    hidden: group === 'accepted' || group === 'kubectl only',
    name,
    ...(letter === undefined ? {} : { char: letter as 'A' }),
  };
  if (kind === 'boolean') return Flags.boolean(common);
  const valued = { ...common, helpValue: valueName ?? 'NUMBER' };
  return kind === 'list' || kind === 'array' ? Flags.string({ ...valued, multiple: true }) : Flags.string(valued);
}
