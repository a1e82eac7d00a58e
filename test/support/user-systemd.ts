import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

/** A service manager of systemd for one user, in a mount namespace of its own: nothing of this machine's is touched. */
export interface UserSystemd {
  /** Runs a program where the manager is, to its end. */
  run(program: string, args: readonly string[]): Promise<{ stdout: string; stderr: string; code: number }>;
  /** Ends the manager with all its services. */
  stop(): Promise<void>;
}

const managers = ['/usr/lib/systemd/systemd', '/lib/systemd/systemd'];

/** systemd runs as the manager of a user only where it finds the folder that it makes itself as the first process. */
const script = `
mount -t tmpfs navi-test /run && mkdir -p /run/systemd/system "$XDG_RUNTIME_DIR" && chmod 700 "$XDG_RUNTIME_DIR" || exit 1
for manager in ${managers.join(' ')}; do [ -x "$manager" ] && exec "$manager" --user --log-target=null --unit=basic.target; done
exit 1`;

/** Starts one. @param folder home of its user @throws where this machine allows no mounts, or has no systemd */
export async function startUserSystemd(folder: string, env: NodeJS.ProcessEnv): Promise<UserSystemd> {
  const home = join(folder, 'home');
  mkdirSync(home, { recursive: true });
  const environment = { ...env, HOME: home, XDG_RUNTIME_DIR: '/run/user/navi-test' };
  const manager = spawn('unshare', ['--mount', 'sh', '-c', script], { env: environment, stdio: 'ignore' });
  const run: UserSystemd['run'] = (program, args) =>
    new Promise((resolve) => {
      const words = ['--mount', '--target', String(manager.pid), '--wd=/', program, ...args];
      execFile('nsenter', words, { env: environment, timeout: 60_000 }, (error, stdout, stderr) =>
        resolve({ stdout, stderr, code: error === null ? 0 : Number(error.code ?? 1) }),
      );
    });
  const giveUpAt = performance.now() + 20_000;
  for (;;) {
    const { stdout } = await run('systemctl', ['--user', 'is-system-running']);
    if (/running|degraded/.test(stdout)) break;
    if (manager.exitCode !== null || performance.now() > giveUpAt) {
      manager.kill('SIGKILL');
      throw new Error(`systemd does not run here: ${stdout}`);
    }
  }
  return { run, stop: () => stop(manager, run) };
}

async function stop(manager: ChildProcess, run: UserSystemd['run']): Promise<void> {
  const ended = once(manager, 'exit');
  await run('systemctl', ['--user', 'exit']);
  await ended;
}
