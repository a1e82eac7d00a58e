import { requiredArgument } from '../../cli/argument.ts';
import { BaseCommand } from '../../cli/base-command.ts';
import { entryJson } from '../../cli/queue/entry-json.ts';
import { entryLines } from '../../cli/queue/entry-text.ts';
import { chosenEntries, queueKept, readQueue } from '../../cli/queue/queue-entries.ts';
import { terminalJson } from '../../core/terminal-text.ts';
import { jsonFlag } from '../../cli/json-flag.ts';

/** All about queued actions. */
export class QueueShowCommand extends BaseCommand {
  static override summary = 'Show everything about queued actions.';

  static override description =
    'Where they stand and why, until when they wait, what must still be so for them to be carried out, and what they change.';

  static override usage = ['queue show ID…'];

  static override examples = [
    '<%= config.bin %> queue show 4',
    '<%= config.bin %> queue show 4 5',
    '<%= config.bin %> queue show 4 -o json',
  ];

  static override strict = false;

  static override args = { id: requiredArgument({ description: 'numbers of actions' }) };

  static override flags = {
    output: jsonFlag,
  };

  override async run(): Promise<void> {
    const { argv, flags } = await this.parse(QueueShowCommand);
    const entries = chosenEntries(readQueue(), argv.map(String));
    const kept = queueKept();
    if (flags.output === 'json') {
      this.write(
        terminalJson(`${JSON.stringify({ actions: entries.map((entry) => entryJson(entry, kept)) }, null, 2)}\n`),
      );
      return;
    }
    this.write(entries.map((entry) => `${entryLines(entry, kept).join('')}${entry.diff}`).join('\n'));
  }
}
