import { readAlerts } from '../../config/read-alerts.ts';
import { BaseCommand } from '../../cli/base-command.ts';
import { colorFlag } from '../../cli/color-flag.ts';
import { rulesJson, rulesTable } from '../../cli/alerts/rules-text.ts';
import { readIncidents } from '../../cli/alerts/user-incidents.ts';
import { tableStyle } from '../../output/navi-table.ts';
import { stdoutTerminal } from '../../output/terminal-stream.ts';
import { jsonFlag } from '../../cli/json-flag.ts';

/** The rules in force. */
export class AlertsRulesCommand extends BaseCommand {
  static override summary = 'List the rules by which alerts are raised.';

  static override description =
    'Those that come with navi and those of config.toml, without the ones that this disables. A running daemon takes a change over when navi config or SIGHUP tells it.';

  static override examples = ['<%= config.bin %> alerts rules', '<%= config.bin %> alerts rules -o json'];

  static override flags = {
    color: colorFlag,
    output: jsonFlag,
  };

  override async run(): Promise<void> {
    const { flags } = await this.parse(AlertsRulesCommand);
    const nowMs = Date.now();
    const settings = readAlerts(process.env);
    const known = { settings, silences: readIncidents((incidents) => incidents.silences(nowMs)) ?? [], nowMs };
    if (flags.output === 'json') this.write(rulesJson(known));
    else if (settings.rules.length === 0) this.notice('no rule is in force');
    else this.write(rulesTable(known, tableStyle(stdoutTerminal(), process.env, flags.color)));
  }
}
