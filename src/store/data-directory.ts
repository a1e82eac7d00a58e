import { chmodSync, lstatSync, mkdirSync, statSync, type Stats } from 'node:fs';
import { dirname, join } from 'node:path';
import { NaviError, systemCodeOf } from '../errors/navi-error.ts';
import { fileHint, plainMessageOf } from '../errors/plain-words.ts';
import { os } from '../util/late-modules.ts';

/** Where everything of this user lies: NAVI_DATA_DIR, else the platform's place for application data. */
export function dataDirectory(env: NodeJS.ProcessEnv, platform: NodeJS.Platform = process.platform): string {
  const named = env['NAVI_DATA_DIR'];
  if (named !== undefined && named !== '') return named;
  if (platform === 'darwin') return join(os().homedir(), 'Library', 'Application Support', 'navi');
  if (platform === 'win32') return join(env['LOCALAPPDATA'] ?? join(os().homedir(), 'AppData', 'Local'), 'navi');
  // An empty one is none (XDG Base Directory Specification).
  return join(env['XDG_DATA_HOME'] || join(os().homedir(), '.local', 'share'), 'navi');
}

/** Folder of all mirrors. */
export function mirrorsDirectory(dataDir: string): string {
  return join(dataDir, 'mirrors');
}

/** Folder of one mirror: `mirrors/<id>` in the data directory. */
export function mirrorDirectory(dataDir: string, mirrorId: string): string {
  return join(mirrorsDirectory(dataDir), mirrorId);
}

/** The database of one mirror. */
export function mirrorFile(dataDir: string, mirrorId: string): string {
  return join(mirrorDirectory(dataDir, mirrorId), 'mirror.db');
}

/** What a mirror keeps of the past, beside its database. */
export function historyFile(mirror: string): string {
  return join(dirname(mirror), 'history.db');
}

/** What is this user's own and of no cluster. */
export function userFile(dataDir: string): string {
  return join(dataDir, 'user.db');
}

/** Who may write: its holder, as long as it lives, keeps `-wal` beside it. */
export function lockFile(dataDir: string): string {
  return join(dataDir, 'lock.db');
}

/** The contexts of the daemon's sources, as a kubeconfig; missing where it has none. */
export function sourcesFile(dataDir: string): string {
  return join(dataDir, 'sources.json');
}

/** There since a daemon began, until somebody was told that none runs any more. Empty. */
export function daemonMark(dataDir: string): string {
  return join(dataDir, 'daemon-ran');
}

/**
 * Makes `directory` (and its parents) with mode 0700 where it is missing, then checks it as `checkPrivate` does.
 * @throws NAVI_STORE_UNUSABLE when it cannot be made, NAVI_STORE_EXPOSED when others can enter it.
 */
export function makePrivateDirectory(directory: string): void {
  try {
    makeDirectory(directory);
  } catch (error) {
    const full = systemCodeOf(error) === 'ENOSPC';
    throw new NaviError(
      full ? 'NAVI_DISK_FULL' : 'NAVI_STORE_UNUSABLE',
      `data directory ${directory} cannot be made: ${plainMessageOf(error)}`,
      {
        hints: ['choose another place with NAVI_DATA_DIR'],
        cause: error,
      },
    );
  }
  checkPrivate(directory, 'directory');
}

/**
 * Makes a missing directory and its parents, each 0700. (Node's own recursive mkdir never returns below /proc, and calls a read-only file
 * system a folder that does not exist.)
 * @throws Error of the system
 */
export function makeDirectory(directory: string): void {
  const state = statSync(directory, { throwIfNoEntry: false });
  if (state?.isDirectory() === true) return;
  if (state !== undefined) throw new Error('it is no directory');
  if (dirname(directory) !== directory) makeDirectory(dirname(directory));
  try {
    mkdirSync(directory, { mode: 0o700 });
    chmodSync(directory, 0o700);
  } catch (error) {
    // Another process may make the same ones.
    if (systemCodeOf(error) !== 'EEXIST') throw error;
  }
}

/**
 * Refuses a store that another user owns or that group or others can open: it holds what this user may read in the
 * cluster. A missing path passes. Windows has no such modes; its profile folders are the user's own.
 * @throws NAVI_STORE_EXPOSED, NAVI_STORE_UNUSABLE for what is of another kind, or cannot be looked at
 */
export function checkPrivate(path: string, kind: 'directory' | 'file'): void {
  if (process.platform === 'win32') return;
  const state = statOrAbsent(path);
  if (state === undefined) return;
  const uid = process.getuid?.() ?? state.uid;
  const isKind = kind === 'directory' ? state.isDirectory() : state.isFile();
  // A sticky folder is everybody's, such as /tmp: its mode is not this user's to change.
  const isShared = (state.mode & 0o1000) !== 0;
  const fix = isShared
    ? 'choose another place with NAVI_DATA_DIR'
    : `chmod ${kind === 'directory' ? '700' : '600'} ${path}`;
  if (state.isSymbolicLink()) {
    throw new NaviError('NAVI_STORE_EXPOSED', `${path} is a symbolic link; navi opens only its own ${kind}`, {
      hints: ['point NAVI_DATA_DIR at the real place'],
    });
  }
  if (!isKind) throw new NaviError('NAVI_STORE_UNUSABLE', `${path} is no ${kind}`, { hints: [`remove ${path}`] });
  if (state.uid !== uid) {
    throw new NaviError('NAVI_STORE_EXPOSED', `${path} belongs to user ${state.uid}, not to you (${uid})`, {
      hints: ['choose another place with NAVI_DATA_DIR'],
    });
  }
  if (kind === 'file' && state.nlink > 1) {
    throw new NaviError('NAVI_STORE_EXPOSED', `${path} has ${state.nlink} names (hard links); navi would change all`, {
      hints: [`cp ${path} ${path}.copy && mv ${path}.copy ${path} makes it a file of its own`],
    });
  }
  if ((state.mode & 0o077) !== 0) {
    const mode = (state.mode & 0o777).toString(8).padStart(3, '0');
    throw new NaviError('NAVI_STORE_EXPOSED', `${path} is open to other users (mode ${mode})`, { hints: [fix] });
  }
}

/** What lies there, links not followed; undefined where nothing does. @throws NAVI_STORE_UNUSABLE where that may not be seen */
export function statOrAbsent(path: string): Stats | undefined {
  try {
    return lstatSync(path);
  } catch (error) {
    if (systemCodeOf(error) === 'ENOENT') return undefined;
    const elsewhere = 'choose another place with NAVI_DATA_DIR';
    throw new NaviError('NAVI_STORE_UNUSABLE', `${path} cannot be read: ${plainMessageOf(error)}`, {
      hints: [...new Set([fileHint(error, path, elsewhere), elsewhere])],
      cause: error,
    });
  }
}
