import { BaseCommand } from '../../cli/base-command.ts';
import { editConfig } from '../../cli/config/edit-config.ts';

/** Opens the file in an editor. */
export class ConfigEditCommand extends BaseCommand {
  static override summary = 'Edit config.toml, and check it before it is taken.';

  static override description =
    'In the editor that VISUAL, else EDITOR names. What is edited is a copy: it takes the place of the file once it is without a fault; else the fault is told, and the copy is kept. A file that is not there yet begins with every setting as a comment.';

  static override examples = ['<%= config.bin %> config edit', 'EDITOR=nano <%= config.bin %> config edit'];

  override async run(): Promise<void> {
    await this.parse(ConfigEditCommand);
    this.notice(await editConfig(process.env));
  }
}
