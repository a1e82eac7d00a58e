import * as Flags from '@oclif/core/flags';
import { BaseCommand } from '../../cli/base-command.ts';
import { colorFlag } from '../../cli/color-flag.ts';
import { entryJson } from '../../cli/queue/entry-json.ts';
import { entryCells } from '../../cli/queue/entry-text.ts';
import { isUnderWay, queueKept, readQueue } from '../../cli/queue/queue-entries.ts';
import { terminalJson } from '../../core/terminal-text.ts';
import { naviTable, tableStyle } from '../../output/navi-table.ts';
import { stdoutTerminal } from '../../output/terminal-stream.ts';
import { jsonFlag } from '../../cli/json-flag.ts';

/** Every queued action. */
export class QueueListCommand extends BaseCommand {
  static override summary = 'List what is queued, and what became of it.';

  static override description =
    'In the order in which it was queued. What was settled stays in the list for a month, unless it is dropped before.';

  static override examples = [
    '<%= config.bin %> queue list',
    '<%= config.bin %> queue list --waiting',
    '<%= config.bin %> queue list -o json',
  ];

  static override flags = {
    color: colorFlag,
    output: jsonFlag,
    waiting: Flags.boolean({ description: 'only what is not settled' }),
  };

  override async run(): Promise<void> {
    const { flags } = await this.parse(QueueListCommand);
    const entries = readQueue().filter((entry) => !flags.waiting || isUnderWay(entry));
    const kept = queueKept();
    if (flags.output === 'json') {
      this.write(
        terminalJson(`${JSON.stringify({ actions: entries.map((entry) => entryJson(entry, kept)) }, null, 2)}\n`),
      );
      return;
    }
    if (entries.length === 0) {
      this.notice('nothing is queued');
      return;
    }
    const headers = ['ID', 'STATE', 'ACTION', 'OBJECT', 'CONTEXT', 'AGE', 'EXPIRES', 'WHY'];
    const nowMs = Date.now();
    const rows = entries.map((entry) => entryCells(entry, nowMs, kept));
    this.write(naviTable(headers, rows, tableStyle(stdoutTerminal(), process.env, flags.color)));
  }
}
