import { BaseCommand } from '../cli/base-command.ts';
import { colorFlag } from '../cli/color-flag.ts';
import { jsonFlag } from '../cli/json-flag.ts';
import { allPlugins } from '../cli/plugins/find-plugins.ts';
import type { LoadedPlugin } from '../cli/plugins/load-plugins.ts';
import { oneLine, terminalJson } from '../core/terminal-text.ts';
import { naviTable, tableStyle } from '../output/navi-table.ts';
import { stdoutTerminal } from '../output/terminal-stream.ts';

/** A command that is not navi's, as scripts read it. */
interface ListedPlugin {
  readonly name: string;
  readonly kind: 'program' | 'oclif';
  /** The program, or the folder of the package. */
  readonly file: string;
  readonly package: string | null;
  readonly version: string | null;
  readonly shadowedBy: string | null;
}

/** Programs and packages that add commands. */
export class PluginsCommand extends BaseCommand {
  static override summary = 'List the programs and oclif plugins that add commands to navi.';

  static override description =
    'A program navi-NAME on your path is run by navi NAME with all arguments behind it, where navi has no such command. Of oclif plugins those are loaded whose folders the configuration names in plugins, and only where others cannot write to them; programs come before them. Both find the store by NAVI_DATA_DIR and NAVI_MIRROR, and ask it with "$NAVI_BIN" sql, whose views are what they may rely on.';

  static override examples = ['<%= config.bin %> plugins', '<%= config.bin %> plugins -o json'];

  static override flags = {
    color: colorFlag,
    output: jsonFlag,
  };

  override async run(): Promise<void> {
    const { flags } = await this.parse(PluginsCommand);
    const { loadPlugins } = await import('../cli/plugins/load-plugins.ts');
    const { loaded, refused } = await loadPlugins(process.env);
    const plugins = await listed(loaded);
    if (flags.output === 'json') {
      const notTaken = refused.map(({ folder, reason }) => ({ folder, reason: reason.message }));
      this.write(terminalJson(`${JSON.stringify({ plugins, refused: notTaken }, null, 2)}\n`));
      return;
    }
    if (plugins.length > 0) {
      const rows = plugins.map((each) => rowOf(each));
      const headings = ['NAME', 'VERSION', 'PROGRAM OR FOLDER', ''];
      this.write(naviTable(headings, rows, tableStyle(stdoutTerminal(), process.env, flags.color)));
    } else if (refused.length === 0) {
      this.notice('no program on your path is called navi-NAME, and the configuration names no plugins');
    }
    const { tellRefused } = await import('../cli/plugins/tell-plugin.ts');
    tellRefused(refused, process.env);
  }
}

/** Programs first, which come first; each in the order of their names. */
async function listed(loaded: readonly LoadedPlugin[]): Promise<readonly ListedPlugin[]> {
  const { reservedWords } = await import('../cli/usage-error.ts');
  const programs = allPlugins(process.env, reservedWords).map(({ name, file, shadowedBy = null }): ListedPlugin => {
    return { name, kind: 'program', file, package: null, version: null, shadowedBy };
  });
  const packages = loaded.flatMap(({ folder, words }) =>
    words.map(({ word, shadowedBy }): ListedPlugin => {
      const { folder: file, name, version } = folder;
      const program = programs.find((each) => each.name === word && each.shadowedBy === null);
      const before = shadowedBy ?? program?.file ?? null;
      return { name: word, kind: 'oclif', file, package: name, version, shadowedBy: before };
    }),
  );
  return [...programs, ...packages];
}

function rowOf({ name, version, file, shadowedBy }: ListedPlugin): readonly string[] {
  const state = shadowedBy === null ? '' : `never run: ${oneLine(shadowedBy)} is`;
  return [oneLine(name), oneLine(version ?? ''), oneLine(file), state];
}
