import { spawnSync } from 'node:child_process';
import { NaviError } from '../../errors/navi-error.ts';

/** How a program ended. */
export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program of the service manager to its end. @throws NAVI_USAGE where there is no such program */
export function run(program: string, args: readonly string[]): Ended {
  const { error, status, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8' });
  if (error !== undefined) {
    throw new NaviError(
      'NAVI_USAGE',
      `${program} cannot be run here: navi service needs systemd, or launchd on macOS`,
      {
        hints: ['navi sync --daemon runs under any supervisor', 'navi sync --detach needs none'],
        cause: error,
      },
    );
  }
  return { code: status ?? 1, stdout, stderr };
}

/** Runs it and takes no other end than a good one. @throws NAVI_USAGE in its words */
export function mustRun(program: string, args: readonly string[]): Ended {
  const ended = run(program, args);
  if (ended.code === 0) return ended;
  const said = ended.stderr.trim().split('\n').at(-1) ?? '';
  throw new NaviError('NAVI_USAGE', `${[program, ...args].join(' ')} failed${said === '' ? '' : `: ${said}`}`, {
    hints: [
      'navi service install --print shows what would be installed',
      'navi sync --detach needs no service manager',
    ],
  });
}
