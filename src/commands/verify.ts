import { counted } from '../core/counted.ts';
import { argument } from '../cli/argument.ts';
import { BaseCommand } from '../cli/base-command.ts';
import { daemonWorkFlags, daemonWorkRun } from '../cli/daemon-work/daemon-work-flags.ts';
import { runDaemonWork, type DaemonWork } from '../cli/daemon-work/run-daemon-work.ts';
import type { VerifiedScope } from '../control/protocol.ts';

/** Compares the mirror with the cluster, now. */
export class VerifyCommand extends BaseCommand {
  static override summary = 'Compare the mirror with the cluster now, object by object.';

  static override description =
    'The daemon compares names, uids and resourceVersions of every object, and the bodies of a few, as it does by itself once a day. What differs is listed again at once; then the exit code is 6.';

  static override usage = 'verify [TYPE[,TYPE…]] [--context NAME]';

  static override examples = [
    '<%= config.bin %> verify',
    '<%= config.bin %> verify pods,services',
    '<%= config.bin %> verify --all-contexts -o json',
  ];

  static override strict = false;

  static override args = { type: argument({ description: 'TYPE[,TYPE…]; every watched type where there is none' }) };

  static override flags = daemonWorkFlags;

  override async run(): Promise<void> {
    const { argv, flags } = await this.parse(VerifyCommand);
    const output = { write: (text: string) => this.write(text), notice: (text: string) => this.notice(text) };
    process.exitCode = await runDaemonWork(work, await daemonWorkRun(flags, argv.map(String), output));
  }
}

const work: DaemonWork<VerifiedScope> = {
  method: 'verify',
  result: ({ differenceCount }) =>
    differenceCount === 0 ? 'equal' : `${counted(differenceCount, 'difference')}; it is being listed again`,
  isGood: ({ problem, differenceCount }) => problem === null && differenceCount === 0,
};
