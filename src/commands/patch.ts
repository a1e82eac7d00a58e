import { argument } from '../cli/argument.ts';
import { actFlags } from '../cli/act/act-flags.ts';
import { BaseCommand } from '../cli/base-command.ts';
import { helpFlags } from '../cli/get/help-flags.ts';

/** Change fields of objects by a patch, as kubectl patch does. */
export class PatchCommand extends BaseCommand {
  static override summary = 'Change fields of objects by a patch, as kubectl patch does.';

  static override description =
    'The patch is sent with the version of the object that was read, so that nothing is changed that somebody else changed meanwhile. ' +
    'Says what kubectl says and exits as it does; but 2 where the configuration says read_only, 5 where no daemon runs, and 6 where the cluster cannot be reached.\n\n--queue keeps it until the cluster is back, with a diff of what it changes; on a terminal navi asks where the cluster is away. It is carried out once, and only while the fields that it changes are as they were shown (navi queue). Secrets are never queued.';

  static override usage = [
    'patch TYPE NAME -p PATCH [--type merge|strategic|json]',
    'patch TYPE/NAME --patch-file FILE',
    'patch -f FILE -p PATCH',
  ];

  static override examples = [
    `<%= config.bin %> patch configmap web -p '{"data":{"color":"red"}}'`,
    "<%= config.bin %> patch deployment/web --type=merge -p 'spec: {replicas: 2}'",
    '<%= config.bin %> patch node/worker-1 --patch-file change.yaml --queue',
  ];

  static override strict = false;

  static override args = { resource: argument({ description: 'TYPE NAME, or TYPE/NAME' }) };

  // For the help alone: `readGetFlags` reads them as kubectl does.
  static override flags = helpFlags(actFlags('patch'));

  override async run(): Promise<void> {
    this.parsed = true;
    const { runVerb } = await import('../cli/act/run-verb.ts');
    process.exitCode = await runVerb('patch', this.argv, {
      write: (text) => this.write(text),
      notice: (text) => this.notice(text),
    });
  }
}
