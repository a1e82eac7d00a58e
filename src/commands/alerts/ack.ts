import { counted } from '../../core/counted.ts';
import * as Flags from '@oclif/core/flags';
import { requiredArgument } from '../../cli/argument.ts';
import { BaseCommand } from '../../cli/base-command.ts';
import { acknowledge } from '../../cli/alerts/change-alerts.ts';

/** Says that somebody takes care of alerts. */
export class AlertsAckCommand extends BaseCommand {
  static override summary = 'Say that you take care of alerts.';

  static override description =
    'All that are named, or none: where one does not exist nothing is noted. The alert goes on, and receivers are told when it is over; who reads navi alerts sees your name.';

  static override usage = ['alerts ack ID…'];

  static override examples = [
    '<%= config.bin %> alerts ack k3v9m2xq',
    '<%= config.bin %> alerts ack k3v9m2xq 0fh2abcd',
    '<%= config.bin %> alerts ack --undo k3v9m2xq',
  ];

  static override strict = false;

  static override args = { id: requiredArgument({ description: 'ids of alerts, as navi alerts lists them' }) };

  static override flags = { undo: Flags.boolean({ description: 'say that nobody does any more' }) };

  override async run(): Promise<void> {
    const { argv, flags } = await this.parse(AlertsAckCommand);
    const ids = [...new Set(argv.map(String))];
    await acknowledge(ids, flags.undo);
    this.notice(`${flags.undo ? 'given back' : 'acked'} ${counted(ids.length, 'alert')}`);
  }
}
