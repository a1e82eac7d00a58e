import { spawnSync } from 'node:child_process';
import { NaviError } from '../../errors/navi-error.ts';
import { serviceName } from './service-file.ts';
import { servicePlace } from './service-place.ts';

/** Has the program that knows the logs print them; resolves with its exit code. @throws NAVI_USAGE where there is none */
export function showServiceLogs(
  env: NodeJS.ProcessEnv,
  { tail, isFollowed }: { readonly tail: number; readonly isFollowed: boolean },
): number {
  const { manager, logFile } = servicePlace(env);
  const follow = isFollowed ? ['-f'] : [];
  const [program, args] =
    manager === 'systemd'
      ? ['journalctl', ['--user', '-u', serviceName, '-n', String(tail), '-o', 'cat', '--no-pager', ...follow]]
      : ['tail', ['-n', String(tail), ...follow, logFile]];
  const { error, status } = spawnSync(program, args, { stdio: 'inherit' });
  if (error === undefined) return status ?? 1;
  throw new NaviError('NAVI_USAGE', `${program} cannot be run here`, {
    hints: ['a daemon of navi sync --detach logs into daemon.log of the data directory'],
    cause: error,
  });
}
