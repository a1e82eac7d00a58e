import { BaseCommand } from '../../cli/base-command.ts';
import { chosenContexts } from '../../cli/chosen-contexts.ts';
import { contextFlags } from '../../cli/context-flags.ts';
import { runQueue } from '../../cli/queue/run-queue.ts';
import { readConfig } from '../../config/read-config.ts';
import { refuseReadOnly } from '../../config/read-only.ts';

/** Has the daemon carry out now what is queued. */
export class QueueRunCommand extends BaseCommand {
  static override summary = 'Have the daemon carry out now what is queued for a cluster.';

  static override description =
    'It does so by itself as soon as the cluster is back; this waits for it and tells what became of each action. What is unknown is not tried again. Exit code 4 where something was not carried out, 6 where something waits.';

  static override examples = [
    '<%= config.bin %> queue run',
    '<%= config.bin %> queue run --context production',
    '<%= config.bin %> queue run --all-contexts',
  ];

  static override flags = contextFlags;

  override async run(): Promise<void> {
    const { flags } = await this.parse(QueueRunCommand);
    refuseReadOnly(readConfig(process.env));
    const { contexts, kubeconfig } = await chosenContexts(flags);
    process.exitCode = await runQueue({
      contexts,
      kubeconfig,
      write: (text) => this.write(text),
      notice: (text) => this.notice(text),
    });
  }
}
