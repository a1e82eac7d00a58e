import * as Flags from '@oclif/core/flags';
import { argument } from '../cli/argument.ts';
import { BaseCommand } from '../cli/base-command.ts';
import { changeListing, type ChangesChoice } from '../cli/listing/change-listing.ts';
import { listingFlags, listingRun } from '../cli/listing/listing-flags.ts';
import { placeChoice, placeFlags } from '../cli/listing/place-flags.ts';
import { runListing } from '../cli/listing/run-listing.ts';
import { parseMoment } from '../cli/moment.ts';

const operations = ['added', 'updated', 'deleted'] as const;

/** What changed in a cluster. */
export class ChangesCommand extends BaseCommand {
  static override summary = 'List what changed in a cluster: when, what, and by whose hand.';

  static override description =
    'The newest changes last. Those of Events and Leases only where they are named. What navi did not see, since it did not run, is told where it saw the difference; "deleted earlier" is such a deletion. navi history tells all of one object.';

  static override usage = ['changes [TYPE,…] [-n NAMESPACE,…|-A] [--since TIME]'];

  static override examples = [
    '<%= config.bin %> changes -A --since 30m',
    '<%= config.bin %> changes deployments,configmaps -n shop',
    '<%= config.bin %> changes -A --operation deleted -o json',
    '<%= config.bin %> changes -A --watch',
  ];

  static override args = { types: argument({ description: 'types, with commas between them' }) };

  static override flags = {
    ...listingFlags,
    ...placeFlags,
    limit: Flags.integer({ description: 'most changes: the newest', default: 100, min: 1, helpValue: 'COUNT' }),
    operation: Flags.option({
      description: 'only changes of this kind; repeatable',
      options: operations,
      multiple: true,
      multipleNonGreedy: true,
    })(),
    since: Flags.string({ description: 'only those of the last while, or since a time', helpValue: 'TIME' }),
    watch: Flags.boolean({ char: 'w', description: 'follow: each change as a line' }),
  };

  override async run(): Promise<void> {
    const { args, flags } = await this.parse(ChangesCommand);
    const choice: ChangesChoice = {
      types: (args.types ?? '').split(',').filter((type) => type !== ''),
      place: placeChoice(flags),
      sinceMs: flags.since === undefined ? undefined : parseMoment(flags.since, '--since', Date.now()),
      operations: flags.operation,
      limit: flags.limit,
    };
    const run = await listingRun(flags, { write: (text) => this.write(text), notice: (text) => this.notice(text) });
    if (!flags.watch) {
      process.exitCode = await runListing(changeListing(choice), run);
      return;
    }
    const { watchChanges } = await import('../cli/history/watch-changes.ts');
    await watchChanges(choice, run, { contexts: run.contexts.map(({ name }) => name), kubeconfig: run.kubeconfig });
  }
}
