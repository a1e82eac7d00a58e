import { instantText } from '../../core/instant-text.ts';
import * as Flags from '@oclif/core/flags';
import { BaseCommand } from '../../cli/base-command.ts';
import { colorFlag } from '../../cli/color-flag.ts';
import { readFilters } from '../../cli/filter/user-filters.ts';
import { shellWord } from '../../core/shell-word.ts';
import { oneLine, terminalJson } from '../../core/terminal-text.ts';
import { naviTable, tableStyle } from '../../output/navi-table.ts';
import type { StoredFilter } from '../../store/filter-table.ts';
import { stdoutTerminal } from '../../output/terminal-stream.ts';

/** Every saved filter. */
export class FilterListCommand extends BaseCommand {
  static override summary = 'List the saved filters.';

  static override description =
    'With their arguments and descriptions, in the order of their names. Arguments are cut to the terminal; navi filter show NAME has all of them.';

  static override examples = [
    '<%= config.bin %> filter list',
    '<%= config.bin %> filter list -o name',
    '<%= config.bin %> filter list -o json',
  ];

  static override flags = {
    color: colorFlag,
    output: Flags.option({
      char: 'o',
      description: 'json, or name for a name on each line',
      options: ['json', 'name'] as const,
    })(),
  };

  override async run(): Promise<void> {
    const { flags } = await this.parse(FilterListCommand);
    if (flags.output === 'name') {
      for (const name of readFilters((filters) => filters.names())) this.write(`${oneLine(name)}\n`);
      return;
    }
    const all = readFilters((filters) => filters.all());
    if (flags.output === 'json') {
      this.write(terminalJson(`${JSON.stringify({ filters: all.map(filterJson) }, null, 2)}\n`));
      return;
    }
    if (all.length === 0) {
      this.notice('no filter is saved');
      return;
    }
    const rows = all.map((filter) => [
      oneLine(filter.name),
      oneLine(filter.arguments.map(shellWord).join(' ')),
      oneLine(filter.description),
    ]);
    this.write(
      naviTable(['NAME', 'ARGUMENTS', 'DESCRIPTION'], rows, tableStyle(stdoutTerminal(), process.env, flags.color)),
    );
  }
}

function filterJson({ createdAtMs, changedAtMs, ...filter }: StoredFilter): object {
  return { ...filter, createdAt: instantText(createdAtMs), changedAt: instantText(changedAtMs) };
}
