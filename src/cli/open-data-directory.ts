import { NaviError } from '../errors/navi-error.ts';
import { checkPrivate, dataDirectory, mirrorsDirectory, statOrAbsent } from '../store/data-directory.ts';

/**
 * The data directory, which need not exist yet.
 * @throws NAVI_STORE_EXPOSED where others can enter it, NAVI_STORE_UNUSABLE where it is no directory, or may not be looked at.
 */
export function openDataDirectory(env: NodeJS.ProcessEnv): string {
  const directory = dataDirectory(env);
  const state = statOrAbsent(directory);
  if (state !== undefined && !state.isDirectory() && !state.isSymbolicLink()) {
    throw new NaviError('NAVI_STORE_UNUSABLE', `data directory ${directory} is no directory`, {
      hints: ['choose another place with NAVI_DATA_DIR'],
    });
  }
  checkPrivate(directory, 'directory');
  checkPrivate(mirrorsDirectory(directory), 'directory');
  return directory;
}
