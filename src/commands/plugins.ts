import { BaseCommand } from '../cli/base-command.ts';
import { colorFlag } from '../cli/color-flag.ts';
import { allPlugins } from '../cli/plugins/find-plugins.ts';
import { oneLine, terminalJson } from '../core/terminal-text.ts';
import { naviTable, tableStyle } from '../output/navi-table.ts';
import { stdoutTerminal } from '../output/terminal-stream.ts';
import { jsonFlag } from '../cli/json-flag.ts';

/** Programs that add commands. */
export class PluginsCommand extends BaseCommand {
  static override summary = 'List the programs on your path that add commands to navi.';

  static override description =
    'A program navi-NAME is run by navi NAME with all arguments behind it, where navi has no such command. It finds the store by NAVI_DATA_DIR and NAVI_MIRROR, and asks it with "$NAVI_BIN" sql, whose views are what it may rely on. Nothing is ever loaded into navi itself.';

  static override examples = ['<%= config.bin %> plugins', '<%= config.bin %> plugins -o json'];

  static override flags = {
    color: colorFlag,
    output: jsonFlag,
  };

  override async run(): Promise<void> {
    const { flags } = await this.parse(PluginsCommand);
    const { commandWords } = await import('../cli/usage-error.ts');
    const plugins = allPlugins(process.env, commandWords);
    if (flags.output === 'json') {
      const told = plugins.map(({ name, file, shadowedBy }) => ({ name, file, shadowedBy: shadowedBy ?? null }));
      this.write(terminalJson(`${JSON.stringify({ plugins: told }, null, 2)}\n`));
      return;
    }
    if (plugins.length === 0) {
      this.notice('no program on your path is called navi-NAME');
      return;
    }
    const rows = plugins.map(({ name, file, shadowedBy }) => [
      oneLine(name),
      oneLine(file),
      shadowedBy === undefined ? '' : `never run: ${oneLine(shadowedBy)} is`,
    ]);
    this.write(naviTable(['NAME', 'PROGRAM', ''], rows, tableStyle(stdoutTerminal(), process.env, flags.color)));
  }
}
