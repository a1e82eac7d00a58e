import { argument } from '../cli/argument.ts';
import { actFlags } from '../cli/act/act-flags.ts';
import { BaseCommand } from '../cli/base-command.ts';
import { helpFlags } from '../cli/get/help-flags.ts';

/** Set or take away annotations of objects, as kubectl annotate does. */
export class AnnotateCommand extends BaseCommand {
  static override summary = 'Set or take away annotations of objects, as kubectl annotate does.';

  static override description =
    'Reads the objects from the cluster through the running daemon, and changes nothing that somebody else changed meanwhile. ' +
    'Says what kubectl says and exits as it does; but 2 where the configuration says read_only, 5 where no daemon runs, and 6 where the cluster cannot be reached.\n\n--queue keeps it until the cluster is back, with a diff of what it changes; on a terminal navi asks where the cluster is away. It is carried out once, and only while the fields that it changes are as they were shown (navi queue). Secrets are never queued.';

  static override usage = [
    'annotate TYPE NAME KEY=VALUE… [KEY-…] [--overwrite]',
    'annotate TYPE -l SELECTOR | --all KEY=VALUE…',
    'annotate -f FILE KEY=VALUE…',
  ];

  static override examples = [
    "<%= config.bin %> annotate pod web-0 note='seen by ada' -n shop",
    '<%= config.bin %> annotate deployment/web note- --dry-run=client',
    '<%= config.bin %> annotate nodes --all checked=yes --overwrite --queue',
  ];

  static override strict = false;

  static override args = { resource: argument({ description: 'TYPE NAME KEY=VALUE… KEY-…' }) };

  // For the help alone: `readGetFlags` reads them as kubectl does.
  static override flags = helpFlags(actFlags('annotate'));

  override async run(): Promise<void> {
    this.parsed = true;
    const { runVerb } = await import('../cli/act/run-verb.ts');
    process.exitCode = await runVerb('annotate', this.argv, {
      write: (text) => this.write(text),
      notice: (text) => this.notice(text),
    });
  }
}
