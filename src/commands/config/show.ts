import { keyText } from '../../config/toml-document.ts';
import { BaseCommand } from '../../cli/base-command.ts';
import { colorFlag } from '../../cli/color-flag.ts';
import { presentConfig, settingRow } from '../../cli/config/settings-text.ts';
import { terminalJson } from '../../core/terminal-text.ts';
import { naviTable, tableStyle } from '../../output/navi-table.ts';
import { stdoutTerminal } from '../../output/terminal-stream.ts';
import { jsonFlag } from '../../cli/json-flag.ts';

/** Every setting as it holds now. */
export class ConfigShowCommand extends BaseCommand {
  static override summary = 'Show every setting, its value, and who says so.';

  static override description =
    'The value of the environment, else of the file, else the default. Of what stands under names, such as contexts, only what the file sets.';

  static override examples = [
    '<%= config.bin %> config show',
    '<%= config.bin %> config show -o json',
    'NAVI_DAEMON_METRICS_PORT=9155 <%= config.bin %> config show',
  ];

  static override flags = {
    color: colorFlag,
    output: jsonFlag,
  };

  override async run(): Promise<void> {
    const { flags } = await this.parse(ConfigShowCommand);
    const { file, settings } = presentConfig(process.env);
    if (flags.output === 'json') {
      const told = settings.map(({ path, value, source, variable }) => ({
        key: keyText(path),
        value,
        source,
        variable: variable ?? null,
      }));
      this.write(terminalJson(`${JSON.stringify({ file, settings: told }, null, 2)}\n`));
      return;
    }
    const style = tableStyle(stdoutTerminal(), process.env, flags.color);
    this.write(naviTable(['KEY', 'VALUE', 'FROM'], settings.map(settingRow), style));
  }
}
