import { BaseCommand } from '../../cli/base-command.ts';
import { uninstallService } from '../../cli/service/install-service.ts';

/** Ends the service and takes it away. */
export class ServiceUninstallCommand extends BaseCommand {
  static override summary = 'Stop the service, and take it away.';

  static override description =
    'Its unit or agent is deleted; mirrors, history, filters and settings stay. navi mirrors forget deletes mirrors.';

  static override examples = [
    '<%= config.bin %> service uninstall',
    'NAVI_DEBUG=1 <%= config.bin %> service uninstall',
  ];

  override async run(): Promise<void> {
    await this.parse(ServiceUninstallCommand);
    this.notice(uninstallService(process.env));
  }
}
