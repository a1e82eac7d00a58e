import { argument } from '../cli/argument.ts';
import { BaseCommand } from '../cli/base-command.ts';
import { daemonWorkFlags, daemonWorkRun } from '../cli/daemon-work/daemon-work-flags.ts';
import { runDaemonWork, type DaemonWork } from '../cli/daemon-work/run-daemon-work.ts';
import type { RefreshedScope } from '../control/protocol.ts';
import { NaviError } from '../errors/navi-error.ts';

/** Lists types again, now. */
export class RefreshCommand extends BaseCommand {
  static override summary = 'List types again now, through the running daemon.';

  static override description =
    'For when you do not want to wait for what navi does by itself. Resolves once each list is complete; the rows stay as they are until then.';

  static override usage = 'refresh TYPE[,TYPE…] [--context NAME]';

  static override examples = [
    '<%= config.bin %> refresh pods',
    '<%= config.bin %> refresh deployments,services',
    '<%= config.bin %> refresh nodes --all-contexts -o json',
  ];

  static override strict = false;

  static override args = { type: argument({ description: 'TYPE[,TYPE…]' }) };

  static override flags = daemonWorkFlags;

  override async run(): Promise<void> {
    const { argv, flags } = await this.parse(RefreshCommand);
    if (argv.length === 0) {
      throw new NaviError('NAVI_USAGE', 'navi refresh needs a type', {
        hints: ['navi refresh pods', 'navi verify compares every type without listing it again'],
      });
    }
    const output = { write: (text: string) => this.write(text), notice: (text: string) => this.notice(text) };
    process.exitCode = await runDaemonWork(work, await daemonWorkRun(flags, argv.map(String), output));
  }
}

const work: DaemonWork<RefreshedScope> = {
  method: 'refresh',
  result: () => 'listed',
  isGood: ({ problem }) => problem === null,
};
