import { configFile } from '../../config/config-file.ts';
import { configText, parseConfig } from '../../config/read-config.ts';
import { settingsDigest } from '../../config/settings-digest.ts';
import type { DaemonInfo } from '../../control/protocol.ts';
import { shellWord } from '../../core/shell-word.ts';
import { NaviError } from '../../errors/navi-error.ts';
import { warning, type Finding } from './finding.ts';

/** What a daemon that runs does not do of what config.toml says. */
export async function checkDaemonSettings(
  { pid, settings }: Pick<DaemonInfo, 'pid' | 'settings'>,
  env: NodeJS.ProcessEnv,
): Promise<readonly Finding[]> {
  const { file, metricsPort, isMetricsServed } = settings;
  const own = configFile(env);
  const found: Finding[] = [];
  if (file !== own) {
    const hints = [`NAVI_CONFIG=${shellWord(file)} navi config show tells what it does`, restart];
    found.push(warning('daemon settings', `it reads ${file}, and this command ${own}`, hints));
  }
  const problem = await whyOlder(settings, env);
  if (problem !== undefined) {
    const hints =
      problem.fault === undefined
        ? [`kill -HUP ${pid} has it read the file again`]
        : [...problem.fault.hints, `then kill -HUP ${pid} has it read the file again`];
    found.push(warning('daemon settings', problem.message, hints));
  }
  if (metricsPort !== null && !isMetricsServed) {
    found.push(
      warning('metrics', `they cannot be served on port ${metricsPort} of 127.0.0.1: something else may have it`, [
        `ss -ltnp 'sport = :${metricsPort}' tells what`,
        'navi config set daemon.metrics_port PORT takes another one',
      ]),
    );
  }
  return found;
}

const restart = 'navi stop && navi sync --detach starts one with the settings of this command';

interface Older {
  readonly message: string;
  /** What is wrong with the newer file. */
  readonly fault?: NaviError;
}

/** Undefined where the daemon has what the file that it reads says now. */
async function whyOlder(
  { file, readAt, digest }: DaemonInfo['settings'],
  env: NodeJS.ProcessEnv,
): Promise<Older | undefined> {
  const since = `it goes on with what it read at ${readAt}`;
  try {
    // Without a name an absent file is one that settles nothing.
    const text = configText(file, file === configFile(env) ? env : {});
    parseConfig(text, file);
    const { parseAlerts } = await import('../../config/read-alerts.ts');
    parseAlerts(text, file);
    return settingsDigest(text) === digest ? undefined : { message: `${file} was changed, and ${since}` };
  } catch (error) {
    if (!(error instanceof NaviError)) throw error;
    return { message: `${file} cannot be used, and ${since}`, fault: error };
  }
}
