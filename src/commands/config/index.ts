import { TopicCommand } from '../../cli/topic-command.ts';

/** The commands around config.toml. */
export class ConfigCommand extends TopicCommand {
  static override summary = 'See the settings, change one, and check the file.';

  static override description =
    'Settings lie in config.toml; navi(5), man navi-config and navi config schema say what each does. A variable of the environment takes the place of a key.';

  static override usage = ['config COMMAND'];

  static override examples = [
    '<%= config.bin %> config show',
    '<%= config.bin %> config set daemon.metrics_port 9155',
    '<%= config.bin %> config check',
  ];
}
