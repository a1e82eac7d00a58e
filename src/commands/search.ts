import { argument } from '../cli/argument.ts';
import * as Flags from '@oclif/core/flags';
import { BaseCommand } from '../cli/base-command.ts';
import { colorFlag } from '../cli/color-flag.ts';
import { contextFlags } from '../cli/context-flags.ts';
import { contextsRun } from '../cli/contexts-run.ts';
import { runSearch } from '../cli/run-search.ts';

/** Finds objects of every type by any text they are known for. */
export class SearchCommand extends BaseCommand {
  static override summary = 'Find objects of all types by name, label, image, IP, host or message.';

  static override description =
    'Several words must all be found; "in quotes" they are one; -WORD leaves out; name:, ns:, kind:, label:, image:, ip:, host:, msg: and cluster: look in one place only; an address range (10.0.3.0/24) finds the addresses in it. ' +
    'Beside other words one that names a kind may mean that (checkout service). ' +
    'Best matches first: the exact name, the beginning of a name, a part of a name, then labels, images, IPs, hosts, namespaces and texts; of the same ones workloads before what belongs to them, owners before their pods, and events last. ' +
    'Where nothing is found, one slip in a word is forgiven. A search without hits exits 0.';

  static override usage = ['search WORD… [--deleted] [-o json | -o name] [--limit N]'];

  static override examples = [
    '<%= config.bin %> search web',
    '<%= config.bin %> search 10.0.3.17',
    '<%= config.bin %> search nginx:1.25 --limit 200 -o json',
    '<%= config.bin %> search kind:pod ns:shop checkout -canary',
    '<%= config.bin %> search ip:10.0.3.0/24 --all-contexts',
    '<%= config.bin %> search --deleted ns:shop web',
  ];

  static override strict = false;

  static override args = { word: argument({ description: 'words to look for; at least one' }) };

  static override flags = {
    ...contextFlags,
    color: colorFlag,
    deleted: Flags.boolean({
      description: 'look among what was deleted in the last seven days, by name, namespace and kind',
    }),
    limit: Flags.integer({
      description: 'most results per context',
      default: 50,
      min: 1,
      max: 100_000,
      helpValue: 'N',
    }),
    output: Flags.option({
      char: 'o',
      description: 'json, or name for TYPE/NAME lines',
      options: ['json', 'name'] as const,
    })(),
  };

  override async run(): Promise<void> {
    // A word with a dash in front is left out of the results, and is no flag.
    const excluded = this.argv.filter(isExcludedWord);
    const { argv, flags } = await this.parse(
      SearchCommand,
      this.argv.filter((argument) => !isExcludedWord(argument)),
    );
    process.exitCode = await runSearch({
      term: [...argv.map(String), ...excluded].join(' '),
      limit: flags.limit,
      isDeleted: flags.deleted,
      output: flags.output,
      ...(await contextsRun(
        flags,
        { write: (text) => this.write(text), notice: (text) => this.notice(text) },
        { withSources: true },
      )),
    });
  }
}

/** `-o` is the one flag with a single dash. */
function isExcludedWord(argument: string): boolean {
  return /^-[^-]/.test(argument) && !/^-(?:h|o(?:=?(?:json|name))?)$/.test(argument);
}
