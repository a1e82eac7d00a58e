import { argument } from '../cli/argument.ts';
import { actFlags } from '../cli/act/act-flags.ts';
import { BaseCommand } from '../cli/base-command.ts';
import { helpFlags } from '../cli/get/help-flags.ts';

/** Delete objects, as kubectl delete does, once somebody said yes. */
export class DeleteCommand extends BaseCommand {
  static override summary = 'Delete objects, as kubectl delete does, once somebody said yes.';

  static override description =
    'Asks on a terminal; without one it needs --yes and is refused with exit code 2 without it. Only the very objects that were found are deleted, not others that have their names by then. ' +
    'Says what kubectl says and exits as it does; but 2 where the configuration says read_only, 5 where no daemon runs, and 6 where the cluster cannot be reached.\n\n--queue keeps it until the cluster is back, with a diff of what it changes; on a terminal navi asks where the cluster is away. It is carried out once, and only while the fields that it changes are as they were shown (navi queue). Secrets are never queued.';

  static override usage = [
    'delete TYPE NAME… [--yes]',
    'delete TYPE/NAME…',
    'delete TYPE -l SELECTOR | --all',
    'delete -f FILE | -k FOLDER',
  ];

  static override examples = [
    '<%= config.bin %> delete pod web-0 -n shop',
    '<%= config.bin %> delete pods -l app=old --yes --wait=false',
    '<%= config.bin %> delete configmap/old --yes --queue',
  ];

  static override strict = false;

  static override args = { resource: argument({ description: 'TYPE NAME…, or TYPE/NAME…' }) };

  // For the help alone: `readGetFlags` reads them as kubectl does.
  static override flags = helpFlags(actFlags('delete'));

  override async run(): Promise<void> {
    this.parsed = true;
    const { runVerb } = await import('../cli/act/run-verb.ts');
    process.exitCode = await runVerb('delete', this.argv, {
      write: (text) => this.write(text),
      notice: (text) => this.notice(text),
    });
  }
}
