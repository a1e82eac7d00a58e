import { controlSocketPath } from '../control/socket-path.ts';
import { dataDirectory } from '../store/data-directory.ts';

/** Where the daemon of this user's data directory listens. */
export function daemonSocket(): string {
  return controlSocketPath(dataDirectory(process.env), process.env);
}
