import * as Flags from '@oclif/core/flags';
import { BaseCommand } from '../cli/base-command.ts';
import { listingFlags, listingRun } from '../cli/listing/listing-flags.ts';
import { runListing } from '../cli/listing/run-listing.ts';
import { typeListing } from '../cli/listing/type-listing.ts';

/** What `kubectl api-resources` shows, with what is mirrored of it. */
export class TypesCommand extends BaseCommand {
  static override summary = 'List the types that a cluster serves, and what is mirrored of each.';

  static override description =
    'What kubectl api-resources shows, from the store: names, short names, group, kind, and besides how many objects there are and how navi follows them. A type that is not mirrored says why.';

  static override examples = [
    '<%= config.bin %> types',
    '<%= config.bin %> types --api-group apps',
    '<%= config.bin %> types --no-namespaced -o name',
    '<%= config.bin %> types --all-contexts -o json',
  ];

  static override flags = {
    ...listingFlags,
    'api-group': Flags.string({ description: 'types of this group; empty for the core group', helpValue: 'GROUP' }),
    namespaced: Flags.boolean({ description: 'types with, or without, a namespace', allowNo: true }),
  };

  override async run(): Promise<void> {
    const { flags } = await this.parse(TypesCommand);
    const run = await listingRun(flags, { write: (text) => this.write(text), notice: (text) => this.notice(text) });
    const choice = { group: flags['api-group'], namespaced: flags.namespaced };
    process.exitCode = await runListing(typeListing(choice), run);
  }
}
