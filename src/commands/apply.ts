import { actFlags } from '../cli/act/act-flags.ts';
import { BaseCommand } from '../cli/base-command.ts';
import { helpFlags } from '../cli/get/help-flags.ts';

/** Make objects as files say, by server-side apply. */
export class ApplyCommand extends BaseCommand {
  static override summary = 'Make objects as files say, by server-side apply.';

  static override description =
    'Always server-side, with the field manager navi, which kubectl apply does only with --server-side: what the files no longer say is taken away again, and a field that another manager owns is a conflict, which is shown and never forced but with --force-conflicts. ' +
    'Says what kubectl says and exits as it does; but 2 where the configuration says read_only, 5 where no daemon runs, and 6 where the cluster cannot be reached.\n\n--queue keeps it until the cluster is back, with a diff of what it changes; on a terminal navi asks where the cluster is away. It is carried out once, and only while the fields that it changes are as they were shown (navi queue). Secrets are never queued.';

  static override usage = ['apply -f FILE… [-R] [--force-conflicts]', 'apply -k FOLDER'];

  static override examples = [
    '<%= config.bin %> apply -f web.yaml -n shop',
    '<%= config.bin %> apply -k overlays/test --dry-run=server',
    '<%= config.bin %> apply -f web.yaml --queue',
  ];

  static override strict = false;

  // For the help alone: `readGetFlags` reads them as kubectl does.
  static override flags = helpFlags(actFlags('apply'));

  override async run(): Promise<void> {
    this.parsed = true;
    const { runVerb } = await import('../cli/act/run-verb.ts');
    process.exitCode = await runVerb('apply', this.argv, {
      write: (text) => this.write(text),
      notice: (text) => this.notice(text),
    });
  }
}
