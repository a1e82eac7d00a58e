import { BaseCommand } from '../../cli/base-command.ts';
import { configFile } from '../../config/config-file.ts';

/** Where the settings are. */
export class ConfigPathCommand extends BaseCommand {
  static override summary = 'Print the path of config.toml.';

  static override description =
    'The file that NAVI_CONFIG names, else navi/config.toml in the platform’s place for settings. It need not exist.';

  static override examples = [
    '<%= config.bin %> config path',
    'NAVI_CONFIG=/etc/navi.toml <%= config.bin %> config path',
  ];

  override async run(): Promise<void> {
    await this.parse(ConfigPathCommand);
    this.write(`${configFile(process.env)}\n`);
  }
}
