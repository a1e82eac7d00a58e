import { dirname } from 'node:path';
import { controlSocketPath } from '../control/socket-path.ts';
import { checkPrivate, dataDirectory } from '../store/data-directory.ts';

/**
 * Where the daemon of this user's data directory listens. In a folder that another user made, somebody else could.
 * @throws NAVI_STORE_EXPOSED
 */
export function daemonSocket(env: NodeJS.ProcessEnv = process.env): string {
  const path = controlSocketPath(dataDirectory(env), env);
  checkPrivate(dirname(path), 'directory');
  return path;
}
