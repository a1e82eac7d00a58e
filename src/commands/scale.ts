import { argument } from '../cli/argument.ts';
import { actFlags } from '../cli/act/act-flags.ts';
import { BaseCommand } from '../cli/base-command.ts';
import { helpFlags } from '../cli/get/help-flags.ts';

/** Set how many replicas there are, as kubectl scale does. */
export class ScaleCommand extends BaseCommand {
  static override summary = 'Set how many replicas there are, as kubectl scale does.';

  static override description =
    'Through the scale subresource of the object. ' +
    'Says what kubectl says and exits as it does; but 2 where the configuration says read_only, 5 where no daemon runs, and 6 where the cluster cannot be reached.\n\n--queue keeps it until the cluster is back, with a diff of what it changes; on a terminal navi asks where the cluster is away. It is carried out once, and only while the fields that it changes are as they were shown (navi queue). Secrets are never queued.';

  static override usage = [
    'scale TYPE NAME --replicas COUNT [--current-replicas COUNT]',
    'scale TYPE/NAME… --replicas COUNT',
    'scale TYPE -l SELECTOR | --all --replicas COUNT',
  ];

  static override examples = [
    '<%= config.bin %> scale deployment web --replicas 3',
    '<%= config.bin %> scale deployment/web --current-replicas=2 --replicas=3',
    '<%= config.bin %> scale statefulset/db --replicas=1 --queue --expires 2h',
  ];

  static override strict = false;

  static override args = { resource: argument({ description: 'TYPE NAME, or TYPE/NAME…' }) };

  // For the help alone: `readGetFlags` reads them as kubectl does.
  static override flags = helpFlags(actFlags('scale'));

  override async run(): Promise<void> {
    this.parsed = true;
    const { runVerb } = await import('../cli/act/run-verb.ts');
    process.exitCode = await runVerb('scale', this.argv, {
      write: (text) => this.write(text),
      notice: (text) => this.notice(text),
    });
  }
}
