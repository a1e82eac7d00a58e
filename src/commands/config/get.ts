import { requiredArgument } from '../../cli/argument.ts';
import { BaseCommand } from '../../cli/base-command.ts';
import { builtInValue, presentConfig, valueText } from '../../cli/config/settings-text.ts';
import { locateSetting } from '../../config/locate-setting.ts';
import { schema } from '../../config/schema.ts';

/** One setting as it holds now. */
export class ConfigGetCommand extends BaseCommand {
  static override summary = 'Print the value of one setting.';

  static override description =
    'As it holds now: of the environment, else of the file, else the default. A text is printed without quotes; nothing is printed where there is no value.';

  static override examples = [
    '<%= config.bin %> config get daemon.audit_interval',
    '<%= config.bin %> config get contexts.prod.namespaces',
    '<%= config.bin %> config get alerts.rules.crash-loop.when',
  ];

  static override args = { key: requiredArgument({ description: 'the setting, by its tables and key' }) };

  override async run(): Promise<void> {
    const { args } = await this.parse(ConfigGetCommand);
    const { path, setting } = locateSetting(schema, args.key);
    const { settings } = presentConfig(process.env);
    const name = JSON.stringify(path);
    const found = settings.find((each) => JSON.stringify(each.path) === name);
    const value = found === undefined ? (builtInValue(path) ?? setting.default) : found.value;
    const text = typeof value === 'string' ? value : valueText(value);
    if (text !== '') this.write(`${text}\n`);
  }
}
