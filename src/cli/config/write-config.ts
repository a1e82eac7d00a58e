import { chmodSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { NaviError, systemCodeOf } from '../../errors/navi-error.ts';
import { fileHint, plainMessageOf } from '../../errors/plain-words.ts';
import { makeDirectory } from '../../store/data-directory.ts';

/**
 * Puts the text in place of the file in one step, so that nobody reads half of it. A link stays one: what it leads to is
 * written. A file that is made now is for this user alone.
 * @throws NAVI_CONFIG_BROKEN where it cannot be written
 */
export function writeConfig(file: string, text: string): void {
  const target = targetOf(file);
  const made = `${target}.${process.pid}~`;
  try {
    makeDirectory(dirname(target));
    const mode = statSync(target, { throwIfNoEntry: false })?.mode ?? 0o600;
    writeFileSync(made, text, { mode: mode & 0o777, flag: 'wx' });
    chmodSync(made, mode & 0o777);
    renameSync(made, target);
  } catch (error) {
    rmSync(made, { force: true });
    throw new NaviError('NAVI_CONFIG_BROKEN', `configuration ${file} cannot be written: ${plainMessageOf(error)}`, {
      hints: [fileHint(error, file, 'point NAVI_CONFIG to another file')],
      cause: error,
    });
  }
}

function targetOf(file: string): string {
  try {
    return realpathSync(file);
  } catch (error) {
    if (systemCodeOf(error) === 'ENOENT') return file;
    throw error;
  }
}
