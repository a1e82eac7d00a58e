import { TopicCommand } from '../../cli/topic-command.ts';

/** The commands around the daemon as a service. */
export class ServiceCommand extends TopicCommand {
  static override summary = 'Run the daemon as a service of yours, from each login on.';

  static override description =
    'A unit of systemd for your user, or an agent of launchd on macOS. It is ready once what can be mirrored is, is watched while it runs, and is started again when it crashes. Other supervisors run navi sync --daemon.';

  static override usage = ['service COMMAND'];

  static override examples = [
    '<%= config.bin %> service install --all-contexts',
    '<%= config.bin %> service status',
    '<%= config.bin %> service uninstall',
  ];
}
