import { argument } from '../../cli/argument.ts';
import { BaseCommand } from '../../cli/base-command.ts';
import { checkConfig } from '../../cli/config/check-config.ts';

/** Looks for faults in a configuration. */
export class ConfigCheckCommand extends BaseCommand {
  static override summary = 'Check config.toml, or another such file.';

  static override description =
    'Exit 0 where navi would start with it, else 2 with the line and column of the first fault. Contexts that no kubeconfig knows are told, and are no fault.';

  static override examples = ['<%= config.bin %> config check', '<%= config.bin %> config check ./config.toml'];

  static override args = { file: argument({ description: 'a file in place of this user’s' }) };

  override async run(): Promise<void> {
    const { args } = await this.parse(ConfigCheckCommand);
    for (const line of await checkConfig(args.file, process.env)) this.notice(line);
  }
}
