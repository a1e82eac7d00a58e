import { BaseCommand } from '../cli/base-command.ts';
import { argument } from '../cli/argument.ts';
import { getTargets } from '../cli/get/get-target.ts';
import { helpFlags } from '../cli/get/help-flags.ts';
import { commandLine, readGetFlags } from '../cli/get/parse-flags.ts';
import { logFlags, ofLogs } from '../cli/logs/log-flags.ts';
import { runLogs } from '../cli/logs/run-logs.ts';
import { NaviError } from '../errors/navi-error.ts';

/** `kubectl logs`: pods from the mirror, logs through the daemon. */
export class LogsCommand extends BaseCommand {
  static override summary = 'Print the logs of containers, as kubectl logs prints them.';

  static override description =
    'Which pods and containers are meant is answered from the mirror; their logs come from the cluster through the running daemon, ' +
    'as they are read: a slow reader makes only its own log wait. Says what kubectl says, and exits as it does; but 5 where no daemon runs, 6 where the cluster cannot be reached, and 130 when interrupted. ' +
    'The logs of several containers come one after the other, init containers first, and with -f at the same time. On a terminal the escape sequences in a log are shown, not obeyed.';

  static override usage = [
    'logs [-f] [-p] POD [-c CONTAINER] [-n NAMESPACE]',
    'logs [-f] TYPE/NAME [-c CONTAINER | --all-containers] [--all-pods]',
    'logs [-f] -l SELECTOR [--all-containers] [--prefix]',
  ];

  static override examples = [
    '<%= config.bin %> logs web-0',
    '<%= config.bin %> logs deployment/web -n shop --tail=20 --timestamps',
    '<%= config.bin %> logs -l app=web --all-containers --prefix --since=1h',
    '<%= config.bin %> logs -p web-0 -c app',
    '<%= config.bin %> logs -f deployment/web --all-pods',
  ];

  static override strict = false;

  static override args = { pod: argument({ description: 'POD or TYPE/NAME, and a container' }) };

  // For the help alone: `readGetFlags` reads them as kubectl does.
  static override flags = helpFlags(logFlags);

  override async run(): Promise<void> {
    this.parsed = true;
    const line = commandLine(readGetFlags(this.argv, ofLogs), ofLogs);
    const { targets } = await getTargets(line, this.argv, (text) => this.notice(text));
    const [target, ...others] = targets;
    if (target === undefined || others.length > 0) {
      throw new NaviError('NAVI_USAGE', 'navi logs reads in one context at a time', {
        hints: ['navi logs … --context NAME'],
      });
    }
    // Nobody waits for what a reader that stopped has not taken.
    process.once('SIGINT', () => process.exit(130));
    await runLogs(line, target);
  }
}
