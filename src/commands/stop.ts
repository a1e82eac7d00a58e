import { BaseCommand } from '../cli/base-command.ts';
import { stopDaemon } from '../cli/stop-daemon.ts';

/** Ends the daemon of this data directory. */
export class StopCommand extends BaseCommand {
  static override summary = 'Stop the daemon: it commits what it has received and ends.';

  static override description = 'Returns once the daemon has ended. Without a daemon it says so and exits 5.';

  static override examples = ['<%= config.bin %> stop', 'NAVI_DATA_DIR=/srv/navi <%= config.bin %> stop'];

  override async run(): Promise<void> {
    await this.parse(StopCommand);
    this.notice(await stopDaemon(process.env));
  }
}
