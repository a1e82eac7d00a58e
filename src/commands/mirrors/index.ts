import { TopicCommand } from '../../cli/topic-command.ts';

/** The commands around what lies in the data directory. */
export class MirrorsCommand extends TopicCommand {
  static override summary = 'See which mirrors lie on this machine, and delete some.';

  static override description =
    'A mirror is one cluster as one user sees it. It lies in the data directory until it is deleted, also when no kubeconfig knows its context any more.';

  static override usage = ['mirrors COMMAND'];

  static override examples = [
    '<%= config.bin %> mirrors list',
    '<%= config.bin %> mirrors list -o json',
    '<%= config.bin %> mirrors forget old-cluster',
  ];
}
