import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { BaseCommand } from '../cli/base-command.ts';
import { chosenContexts, contextFlags } from '../cli/context-flags.ts';
import { colorModes } from '../output/navi-table.ts';
import { noticeAfterMs } from '../cli/notice-after.ts';
import { runSearch } from '../cli/run-search.ts';

/** Finds objects of every type by any text they are known for. */
export class SearchCommand extends BaseCommand {
  static override summary = 'Find objects of all types by name, label, image, IP, host or message.';

  static override description =
    'Best matches first: the exact name, the beginning of a name, a part of a name, then labels, images, IPs, hosts, namespaces and texts. A search without hits exits 0.';

  static override examples = [
    '<%= config.bin %> search web',
    '<%= config.bin %> search 10.0.3.17',
    '<%= config.bin %> search nginx:1.25 --limit 200 -o json',
  ];

  static override args = { term: Args.string({ description: 'text to look for', required: true }) };

  static override flags = {
    ...contextFlags,
    color: Flags.option({
      description: 'when to colour; auto is on a terminal, as NO_COLOR and FORCE_COLOR say',
      options: colorModes,
      default: 'auto' as const,
    })(),
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
    const { args, flags } = await this.parse(SearchCommand);
    const { contexts, faults } = chosenContexts(flags);
    process.exitCode = await runSearch({
      term: args.term,
      limit: flags.limit,
      output: flags.output,
      contexts,
      faults,
      color: flags.color,
      noticeAfterMs: noticeAfterMs(process.env),
      write: (text) => this.write(text),
      notice: (text) => this.notice(text),
    });
  }
}
