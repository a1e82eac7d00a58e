import { argument } from '../../cli/argument.ts';
import { BaseCommand } from '../../cli/base-command.ts';
import { colorFlag } from '../../cli/color-flag.ts';
import { paintedPatch } from '../../cli/history/object-patch.ts';
import { entryDiff } from '../../cli/queue/entry-diff.ts';
import { chosenEntries, isUnderWay, readQueue } from '../../cli/queue/queue-entries.ts';
import { tableStyle } from '../../output/navi-table.ts';
import { stdoutTerminal } from '../../output/terminal-stream.ts';

/** What queued actions change. */
export class QueueDiffCommand extends BaseCommand {
  static override summary = 'Show what queued actions change, and what somebody else changed.';

  static override description =
    'As a diff of YAML, as it was shown when it was queued. Of a conflict both versions: what was to be changed, and below it what somebody made of the same fields meanwhile. Without numbers all that waits or is a conflict.';

  static override usage = ['queue diff [ID…]'];

  static override examples = [
    '<%= config.bin %> queue diff',
    '<%= config.bin %> queue diff 4',
    '<%= config.bin %> queue diff 4 5 --color=always',
  ];

  static override strict = false;

  static override args = { id: argument({ description: 'numbers of actions' }) };

  static override flags = { color: colorFlag };

  override async run(): Promise<void> {
    const { argv, flags } = await this.parse(QueueDiffCommand);
    const all = readQueue();
    const open = all.filter((entry) => isUnderWay(entry) || entry.state === 'conflict');
    const entries = argv.length === 0 ? open : chosenEntries(all, argv.map(String));
    if (entries.length === 0) this.notice('nothing is queued');
    const style = tableStyle(stdoutTerminal(), process.env, flags.color);
    this.write(paintedPatch(entries.map(entryDiff).join('\n'), style));
  }
}
