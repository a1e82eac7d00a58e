import { BaseCommand } from '../cli/base-command.ts';
import { imageListing } from '../cli/listing/image-listing.ts';
import { listingFlags, listingRun } from '../cli/listing/listing-flags.ts';
import { placeChoice, placeFlags } from '../cli/listing/place-flags.ts';
import { runListing } from '../cli/listing/run-listing.ts';

/** The images that pods run, or would run. */
export class ImagesCommand extends BaseCommand {
  static override summary = 'List the images of pods: pulls that fail first, then those that run.';

  static override description =
    'Each image with its digest, how many containers on how many nodes run it, and how its pull goes: failed with the node’s message, pulling, waiting, pulled.';

  static override examples = [
    '<%= config.bin %> images',
    '<%= config.bin %> images -A',
    '<%= config.bin %> images -A --all-contexts -o name',
  ];

  static override flags = { ...listingFlags, ...placeFlags };

  override async run(): Promise<void> {
    const { flags } = await this.parse(ImagesCommand);
    const run = await listingRun(flags, { write: (text) => this.write(text), notice: (text) => this.notice(text) });
    process.exitCode = await runListing(imageListing(placeChoice(flags)), run);
  }
}
