import * as Flags from '@oclif/core/flags';
import { requiredArgument } from '../../cli/argument.ts';
import { BaseCommand } from '../../cli/base-command.ts';
import { setInConfig } from '../../cli/config/set-in-config.ts';

/** Changes one setting in the file. */
export class ConfigSetCommand extends BaseCommand {
  static override summary = 'Set one key of config.toml.';

  static override description =
    'Comments and layout of the file stay. The file is only written when it is without a fault afterwards. A list takes several values, and a name that has a table, such as a rule, all of it in braces. Behind -- values may begin with -. With --unset the key is taken away, and the default holds again.';

  static override usage = ['config set KEY VALUE…', 'config set KEY --unset'];

  static override examples = [
    '<%= config.bin %> config set daemon.metrics_port 9155',
    '<%= config.bin %> config set contexts.prod.namespaces shop web',
    '<%= config.bin %> config set alerts.rules.pod-pending.for 30m',
  ];

  static override strict = false;

  static override args = { key: requiredArgument({ description: 'the setting, by its tables and key' }) };

  static override flags = { unset: Flags.boolean({ description: 'take the key away' }) };

  override async run(): Promise<void> {
    const { args, argv, flags } = await this.parse(ConfigSetCommand);
    const values = argv.slice(1).map(String);
    this.notice(await setInConfig({ key: args.key, values, isUnset: flags.unset, env: process.env }));
  }
}
