import { requiredArgument } from '../../cli/argument.ts';
import { BaseCommand } from '../../cli/base-command.ts';
import { readFilters, requiredFilter } from '../../cli/filter/user-filters.ts';
import { shellLine } from '../../core/shell-word.ts';

/** What a filter stands for. */
export class FilterShowCommand extends BaseCommand {
  static override summary = 'Print the command line that a filter stands for.';

  static override description =
    'Quoted for a shell, so that it can be pasted there: the same answer as navi get @NAME, or the beginning of another question.';

  static override examples = [
    '<%= config.bin %> filter show restarting',
    '<%= config.bin %> filter show größe',
    '<%= config.bin %> filter show web.errors',
  ];

  static override args = { name: requiredArgument({ description: 'name of a saved filter' }) };

  override async run(): Promise<void> {
    const { args } = await this.parse(FilterShowCommand);
    const filter = readFilters((filters) => requiredFilter(filters, args.name));
    this.write(`navi get ${shellLine(filter.arguments)}\n`);
  }
}
