import * as Flags from '@oclif/core/flags';
import { BaseCommand } from '../../cli/base-command.ts';
import { showServiceLogs } from '../../cli/service/service-logs.ts';

/** What the service logged. */
export class ServiceLogsCommand extends BaseCommand {
  static override summary = 'Print what the service logged.';

  static override description =
    'From the journal of systemd, or the log file of launchd’s agent: a line of JSON for each event. The last 200 lines, unless --tail says otherwise.';

  static override examples = ['<%= config.bin %> service logs', '<%= config.bin %> service logs --tail 20'];

  static override flags = {
    follow: Flags.boolean({ char: 'f', description: 'go on with what comes, until interrupted' }),
    tail: Flags.integer({ description: 'how many of the last lines', default: 200, min: 1, helpValue: 'LINES' }),
  };

  override async run(): Promise<void> {
    const { flags } = await this.parse(ServiceLogsCommand);
    process.exitCode = showServiceLogs(process.env, { tail: flags.tail, isFollowed: flags.follow });
  }
}
