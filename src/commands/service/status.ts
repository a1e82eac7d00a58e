import { BaseCommand } from '../../cli/base-command.ts';
import { serviceState } from '../../cli/service/install-service.ts';
import { exitCodes } from '../../errors/navi-error.ts';

/** Whether the service runs. */
export class ServiceStatusCommand extends BaseCommand {
  static override summary = 'Say whether the service is installed and runs.';

  static override description =
    'In the words of its manager, with what the daemon told it last. Exit 0 where it runs, else 5. navi status says how the mirrors are.';

  static override examples = [
    '<%= config.bin %> service status',
    '<%= config.bin %> service status && <%= config.bin %> status',
  ];

  override async run(): Promise<void> {
    await this.parse(ServiceStatusCommand);
    const { isRunning, text } = serviceState(process.env);
    this.write(text);
    process.exitCode = isRunning ? 0 : exitCodes.NAVI_DAEMON_NOT_RUNNING;
  }
}
