import { argument, requiredArgument } from '../../cli/argument.ts';
import * as Flags from '@oclif/core/flags';
import { BaseCommand } from '../../cli/base-command.ts';
import { checkArguments } from '../../cli/filter/check-arguments.ts';
import { changeFilters, freeName, usableName } from '../../cli/filter/user-filters.ts';
import { NaviError } from '../../errors/navi-error.ts';

/** Saves a filter whose arguments `navi get` would take. */
export class FilterSaveCommand extends BaseCommand {
  static override summary = 'Save arguments of navi get under a name.';

  static override description =
    'What stands behind NAME is what would stand behind navi get, flags included. It is checked as navi get would, and nothing is saved that could not be asked. ' +
    'Names have letters, digits, -, _ and ., at most 63 characters. Credentials (--token, --password …) are never saved.';

  static override usage = ['filter save [--force] [--description TEXT] NAME ARGUMENT…'];

  static override examples = [
    "<%= config.bin %> filter save restarting pods -A --where 'cols.RESTARTS > 5'",
    "<%= config.bin %> filter save newest pods --order-by 'AGE' --limit 10",
    "<%= config.bin %> filter save --description 'not ready' nr nodes -o wide",
    '<%= config.bin %> filter save --force web pods,services -l app=web',
  ];

  static override args = {
    name: requiredArgument({ description: 'what navi get @NAME asks for' }),
    argument: argument({ description: 'what would stand behind navi get' }),
  };

  static override flags = {
    description: Flags.string({ description: 'what it is for', helpValue: 'TEXT', default: '' }),
    force: Flags.boolean({ description: 'also in place of a filter of that name' }),
  };

  override async run(): Promise<void> {
    const { own, words } = splitAtName(this.argv);
    const { args, flags } = await this.parse(FilterSaveCommand, own);
    const name = usableName(args.name);
    refuseOwnFlags(words);
    checkArguments(words);
    const filter = { name, arguments: words, description: flags.description };
    await changeFilters((filters) => {
      if (!flags.force) freeName(filters, name, `navi filter save --force ${name} … puts this one in its place`);
      filters.save(filter, Date.now());
    });
    this.notice(`saved: navi get @${name}`);
  }
}

/** Flags of this command stand before the name; all behind it is for `navi get`. */
function splitAtName(argv: readonly string[]): { readonly own: string[]; readonly words: readonly string[] } {
  let at = 0;
  while (argv[at]?.startsWith('-') === true) at += argv[at] === '--description' ? 2 : 1;
  const words = argv.slice(at + 1);
  return { own: argv.slice(0, at + 1), words: words[0] === '--' ? words.slice(1) : words };
}

function refuseOwnFlags(words: readonly string[]): void {
  const own = words.find((word) => word === '--force' || /^--description(?:=|$)/.test(word));
  if (own === undefined) return;
  throw new NaviError('NAVI_USAGE', `${own.replace(/=.*/s, '')} stands before the name of the filter`, {
    hints: [`navi filter save ${own.startsWith('--f') ? '--force' : '--description TEXT'} NAME …`],
  });
}
