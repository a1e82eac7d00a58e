import { os } from './late-modules.ts';

/**
 * Has a user whom this machine does not know, as a container's may be one, be at home in `/`, as Docker and podman have it: Node throws
 * where it is asked for the home of such a user. An empty HOME is none. @param env is changed
 */
export function giveHome(env: NodeJS.ProcessEnv): void {
  if (env['HOME'] !== undefined && env['HOME'] !== '') return;
  delete env['HOME'];
  try {
    os().homedir();
  } catch {
    env['HOME'] = '/';
  }
}

/** The same of the shell, which oclif asks for. @param env is changed */
export function giveShell(env: NodeJS.ProcessEnv): void {
  if (env['SHELL'] !== undefined) return;
  try {
    os().userInfo();
  } catch {
    env['SHELL'] = '/bin/sh';
  }
}
