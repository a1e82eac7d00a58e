import { argument } from '../cli/argument.ts';
import { actFlags } from '../cli/act/act-flags.ts';
import { BaseCommand } from '../cli/base-command.ts';
import { helpFlags } from '../cli/get/help-flags.ts';

/** Let new pods onto nodes again, as kubectl uncordon does. */
export class UncordonCommand extends BaseCommand {
  static override summary = 'Let new pods onto nodes again, as kubectl uncordon does.';

  static override description =
    'Says what kubectl says and exits as it does; but 2 where the configuration says read_only, 5 where no daemon runs, and 6 where the cluster cannot be reached.\n\n--queue keeps it until the cluster is back, with a diff of what it changes; on a terminal navi asks where the cluster is away. It is carried out once, and only while the fields that it changes are as they were shown (navi queue). Secrets are never queued.';

  static override usage = ['uncordon NODE…', 'uncordon -l SELECTOR'];

  static override examples = [
    '<%= config.bin %> uncordon worker-1',
    '<%= config.bin %> uncordon -l zone=b --dry-run=client',
    '<%= config.bin %> uncordon worker-1 --queue',
  ];

  static override strict = false;

  static override args = { resource: argument({ description: 'NODE…' }) };

  // For the help alone: `readGetFlags` reads them as kubectl does.
  static override flags = helpFlags(actFlags('uncordon'));

  override async run(): Promise<void> {
    this.parsed = true;
    const { runVerb } = await import('../cli/act/run-verb.ts');
    process.exitCode = await runVerb('uncordon', this.argv, {
      write: (text) => this.write(text),
      notice: (text) => this.notice(text),
    });
  }
}
