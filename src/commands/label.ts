import { argument } from '../cli/argument.ts';
import { actFlags } from '../cli/act/act-flags.ts';
import { BaseCommand } from '../cli/base-command.ts';
import { helpFlags } from '../cli/get/help-flags.ts';

/** Set or take away labels of objects, as kubectl label does. */
export class LabelCommand extends BaseCommand {
  static override summary = 'Set or take away labels of objects, as kubectl label does.';

  static override description =
    'Reads the objects from the cluster through the running daemon, and changes nothing that somebody else changed meanwhile. ' +
    'Says what kubectl says and exits as it does; but 2 where the configuration says read_only, 5 where no daemon runs, and 6 where the cluster cannot be reached.\n\n--queue keeps it until the cluster is back, with a diff of what it changes; on a terminal navi asks where the cluster is away. It is carried out once, and only while the fields that it changes are as they were shown (navi queue). Secrets are never queued.';

  static override usage = [
    'label TYPE NAME KEY=VALUE… [KEY-…] [--overwrite]',
    'label TYPE -l SELECTOR | --all KEY=VALUE…',
    'label -f FILE KEY=VALUE…',
  ];

  static override examples = [
    '<%= config.bin %> label pod web-0 tier=front -n shop',
    '<%= config.bin %> label pods -l app=web tier- --dry-run=server',
    '<%= config.bin %> label deployment/web owner=ada --overwrite --queue',
  ];

  static override strict = false;

  static override args = { resource: argument({ description: 'TYPE NAME KEY=VALUE… KEY-…' }) };

  // For the help alone: `readGetFlags` reads them as kubectl does.
  static override flags = helpFlags(actFlags('label'));

  override async run(): Promise<void> {
    this.parsed = true;
    const { runVerb } = await import('../cli/act/run-verb.ts');
    process.exitCode = await runVerb('label', this.argv, {
      write: (text) => this.write(text),
      notice: (text) => this.notice(text),
    });
  }
}
