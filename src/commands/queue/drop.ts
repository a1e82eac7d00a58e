import { counted } from '../../core/counted.ts';
import * as Flags from '@oclif/core/flags';
import { argument } from '../../cli/argument.ts';
import { BaseCommand } from '../../cli/base-command.ts';
import { changeQueue, chosenEntries } from '../../cli/queue/queue-entries.ts';
import { NaviError } from '../../errors/navi-error.ts';
import type { StoredAction } from '../../store/action-table.ts';

/** Takes actions out of the queue. */
export class QueueDropCommand extends BaseCommand {
  static override summary = 'Take actions out of the queue: they are not carried out.';

  static override description =
    'All that are named, or none. What was sent, or may have been, is not taken back by that, and is dropped only with --yes: whether the cluster carried it out is then for you to see.';

  static override usage = ['queue drop ID… [--yes]', 'queue drop --settled'];

  static override examples = [
    '<%= config.bin %> queue drop 4',
    '<%= config.bin %> queue drop 4 5',
    '<%= config.bin %> queue drop --settled',
  ];

  static override strict = false;

  static override args = { id: argument({ description: 'numbers of actions' }) };

  static override flags = {
    settled: Flags.boolean({ description: 'all that is done, expired, failed or a conflict' }),
    yes: Flags.boolean({ char: 'y', description: 'also what may have been carried out' }),
  };

  override async run(): Promise<void> {
    const { argv, flags } = await this.parse(QueueDropCommand);
    const typed = argv.map(String);
    if (flags.settled ? typed.length > 0 : typed.length === 0) {
      throw new NaviError('NAVI_USAGE', 'navi queue drop takes numbers of actions, or --settled', {
        hints: ['navi queue list has them'],
      });
    }
    const count = await changeQueue((actions) => {
      const all = actions.all();
      const chosen = flags.settled
        ? all.filter(({ state }) => ['done', 'expired', 'failed', 'conflict'].includes(state))
        : chosenEntries(all, typed);
      if (!flags.yes) chosen.forEach(refuseDoubtful);
      for (const { id } of chosen) actions.drop(id);
      return chosen.length;
    });
    this.notice(`dropped ${counted(count, 'action')}`);
  }
}

/** @throws NAVI_USAGE */
function refuseDoubtful({ id, state }: StoredAction): void {
  if (state !== 'sending' && state !== 'unknown') return;
  throw new NaviError('NAVI_USAGE', `action ${id} is ${state}: the cluster may have carried it out, or not`, {
    hints: ['look at its object first', `navi queue drop ${id} --yes drops it all the same`],
  });
}
