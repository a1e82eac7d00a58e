import { requiredArgument } from '../../cli/argument.ts';
import { BaseCommand } from '../../cli/base-command.ts';
import { unsilence } from '../../cli/alerts/change-alerts.ts';

/** Ends silences. */
export class AlertsUnsilenceCommand extends BaseCommand {
  static override summary = 'End the silence of a rule or an alert.';

  static override description =
    'All that are named, or none. Receivers are told within seconds of what fires meanwhile; navi alerts rules lists which rules are silent.';

  static override usage = ['alerts unsilence RULE|ID…'];

  static override examples = [
    '<%= config.bin %> alerts unsilence crash-loop',
    '<%= config.bin %> alerts unsilence k3v9m2xq',
    '<%= config.bin %> alerts unsilence pod-pending image-pull',
  ];

  static override strict = false;

  static override args = { target: requiredArgument({ description: 'names of rules, or ids of alerts' }) };

  override async run(): Promise<void> {
    const { argv } = await this.parse(AlertsUnsilenceCommand);
    await unsilence([...new Set(argv.map(String))]);
    this.notice('no longer silent');
  }
}
