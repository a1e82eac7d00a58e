import { argument } from '../../cli/argument.ts';
import { BaseCommand } from '../../cli/base-command.ts';
import { didYouMean, nearestWord } from '../../core/nearest-word.ts';
import { NaviError } from '../../errors/navi-error.ts';

/** The commands around queued actions; alone it prints its help. */
export class QueueCommand extends BaseCommand {
  static override summary = 'See, run and drop what waits for a cluster that is away.';

  static override description =
    'With --queue the commands scale, restart, delete, label, annotate, cordon, uncordon, apply and patch write down what they are to do. When the cluster is there the daemon does it, in the order in which it was queued, each action once: only while the object is the same one and the fields that change are as they were shown, and only until it expires. What somebody changed meanwhile is a conflict and stays as it is. The queue lies in user.db in the data directory; Secrets are never in it.';

  static override usage = ['queue COMMAND'];

  static override examples = [
    '<%= config.bin %> queue list',
    '<%= config.bin %> queue show 4',
    '<%= config.bin %> queue diff 4',
  ];

  static override args = { command: argument({ description: 'one of the commands below' }) };

  override async run(): Promise<void> {
    this.parsed = true;
    const [typed] = this.argv;
    if (typed === undefined) {
      const { Help } = await import('@oclif/core/help');
      return await new Help(this.config).showHelp(['queue']);
    }
    const commands = this.config.commandIDs.flatMap((id) => (id.startsWith('queue:') ? [id.slice(6)] : []));
    const meant = nearestWord(typed, commands);
    throw new NaviError('NAVI_USAGE', `"${typed}" is no command of navi queue`, {
      hints: [...didYouMean(meant && `navi queue ${meant}`), `commands: ${commands.toSorted().join(', ')}`],
    });
  }
}
