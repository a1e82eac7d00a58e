import { argument } from '../cli/argument.ts';
import { actFlags } from '../cli/act/act-flags.ts';
import { BaseCommand } from '../cli/base-command.ts';
import { helpFlags } from '../cli/get/help-flags.ts';

/** Replace the pods of workloads, as kubectl rollout restart does. */
export class RestartCommand extends BaseCommand {
  static override summary = 'Replace the pods of workloads, as kubectl rollout restart does.';

  static override description =
    'Sets the annotation kubectl.kubernetes.io/restartedAt of the pod template, on which their controllers replace the pods. ' +
    'Says what kubectl says and exits as it does; but 2 where the configuration says read_only, 5 where no daemon runs, and 6 where the cluster cannot be reached.\n\n--queue keeps it until the cluster is back, with a diff of what it changes; on a terminal navi asks where the cluster is away. It is carried out once, and only while the fields that it changes are as they were shown (navi queue). Secrets are never queued.';

  static override usage = ['restart TYPE NAME…', 'restart TYPE/NAME…', 'restart TYPE [-l SELECTOR]'];

  static override examples = [
    '<%= config.bin %> restart deployment web -n shop',
    '<%= config.bin %> restart deployment/web daemonset/agent',
    '<%= config.bin %> restart deployments -l app=web --queue',
  ];

  static override strict = false;

  static override args = { resource: argument({ description: 'TYPE [NAME…], or TYPE/NAME…' }) };

  // For the help alone: `readGetFlags` reads them as kubectl does.
  static override flags = helpFlags(actFlags('restart'));

  override async run(): Promise<void> {
    this.parsed = true;
    const { runVerb } = await import('../cli/act/run-verb.ts');
    process.exitCode = await runVerb('restart', this.argv, {
      write: (text) => this.write(text),
      notice: (text) => this.notice(text),
    });
  }
}
