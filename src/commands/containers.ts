import { BaseCommand } from '../cli/base-command.ts';
import { containerListing } from '../cli/listing/container-listing.ts';
import { listingFlags, listingRun } from '../cli/listing/listing-flags.ts';
import { placeChoice, placeFlags } from '../cli/listing/place-flags.ts';
import { runListing } from '../cli/listing/run-listing.ts';

/** The containers of pods, a line each. */
export class ContainersCommand extends BaseCommand {
  static override summary = 'List the containers of pods, each on a line of its own.';

  static override description =
    'Init containers, sidecars and ephemeral ones too, in the order in which they start: state with its reason, since when, restarts, how the run before ended, requests, limits, image.';

  static override examples = [
    '<%= config.bin %> containers',
    '<%= config.bin %> containers -n shop,web',
    '<%= config.bin %> containers -A --all-contexts -o json',
  ];

  static override flags = { ...listingFlags, ...placeFlags };

  override async run(): Promise<void> {
    const { flags } = await this.parse(ContainersCommand);
    const run = await listingRun(flags, { write: (text) => this.write(text), notice: (text) => this.notice(text) });
    process.exitCode = await runListing(containerListing(placeChoice(flags)), run);
  }
}
