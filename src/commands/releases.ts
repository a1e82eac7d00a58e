import { BaseCommand } from '../cli/base-command.ts';
import { listingFlags, listingRun } from '../cli/listing/listing-flags.ts';
import { placeChoice, placeFlags } from '../cli/listing/place-flags.ts';
import { releaseListing } from '../cli/listing/release-listing.ts';
import { runListing } from '../cli/listing/run-listing.ts';

/** Releases of Helm. */
export class ReleasesCommand extends BaseCommand {
  static override summary = 'List the releases of Helm.';

  static override description =
    'From the labels of the Secrets or ConfigMaps in which Helm keeps them: the newest revision, its status, when it was made, and how many revisions are kept. The chart is in a value of the Secret, which navi does not read.';

  static override examples = [
    '<%= config.bin %> releases',
    '<%= config.bin %> releases -A',
    '<%= config.bin %> releases -A --all-contexts -o json',
  ];

  static override flags = { ...listingFlags, ...placeFlags };

  override async run(): Promise<void> {
    const { flags } = await this.parse(ReleasesCommand);
    const run = await listingRun(flags, { write: (text) => this.write(text), notice: (text) => this.notice(text) });
    process.exitCode = await runListing(releaseListing(placeChoice(flags)), run);
  }
}
