import * as Flags from '@oclif/core/flags';
import { requiredArgument } from '../../cli/argument.ts';
import { BaseCommand } from '../../cli/base-command.ts';
import { parseDuration } from '../../cli/duration.ts';
import { silence } from '../../cli/alerts/change-alerts.ts';
import { instantText } from '../../core/instant-text.ts';
import { NaviError } from '../../errors/navi-error.ts';

/** Keeps receivers from being told for a while. */
export class AlertsSilenceCommand extends BaseCommand {
  static override summary = 'Tell nobody of a rule or an alert for a while.';

  static override description =
    'Alerts are raised and listed as before. What still fires at the end of the silence is told then, and what was over before that began within it is never told. A new silence takes the place of the one before.';

  static override usage = ['alerts silence RULE|ID… --for DURATION'];

  static override examples = [
    '<%= config.bin %> alerts silence crash-loop --for 2h',
    '<%= config.bin %> alerts silence k3v9m2xq --for 30m',
    '<%= config.bin %> alerts silence pod-pending image-pull --for 8h',
  ];

  static override strict = false;

  static override args = { target: requiredArgument({ description: 'names of rules, or ids of alerts' }) };

  static override flags = {
    for: Flags.string({ description: 'how long, such as 30m or 2h', helpValue: 'DURATION' }),
  };

  override async run(): Promise<void> {
    const { argv, flags } = await this.parse(AlertsSilenceCommand);
    const forMs = flags.for === undefined ? undefined : parseDuration(flags.for, '--for');
    if (forMs === undefined)
      throw new NaviError('NAVI_USAGE', 'a silence needs --for', { hints: ['for example --for 2h'] });
    if (forMs === 0)
      throw new NaviError('NAVI_USAGE', '--for 0 is no silence', { hints: ['navi alerts unsilence ends one'] });
    const untilMs = await silence([...new Set(argv.map(String))], forMs);
    this.notice(`silent until ${instantText(untilMs)}`);
  }
}
