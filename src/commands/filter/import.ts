import { requiredArgument } from '../../cli/argument.ts';
import * as Flags from '@oclif/core/flags';
import { BaseCommand } from '../../cli/base-command.ts';
import { readFilterFile, readFilterInput } from '../../cli/filter/read-filter-file.ts';
import { changeFilters, filterCount, freeName } from '../../cli/filter/user-filters.ts';

/** Filters from a file. */
export class FilterImportCommand extends BaseCommand {
  static override summary = 'Save the filters of a TOML file, all of them or none.';

  static override description =
    'The file is what navi filter export prints: a table [filters.NAME] each, with arguments, one line as for a shell, and a description. Its arguments are checked as navi filter save does.';

  static override examples = [
    '<%= config.bin %> filter import team.toml',
    '<%= config.bin %> filter import --force team.toml',
    '<%= config.bin %> filter import - < team.toml',
  ];

  static override args = { file: requiredArgument({ description: 'TOML file; - is standard input' }) };

  static override flags = {
    force: Flags.boolean({ description: 'also in place of filters of the same names' }),
  };

  override async run(): Promise<void> {
    const { args, flags } = await this.parse(FilterImportCommand);
    const read = args.file === '-' ? await readFilterInput() : readFilterFile(args.file);
    await changeFilters((filters) => {
      for (const filter of read) {
        if (!flags.force) freeName(filters, filter.name, 'navi filter import --force puts those of the file in place');
        filters.save(filter, Date.now());
      }
    });
    this.notice(`imported ${filterCount(read.length)}`);
  }
}
