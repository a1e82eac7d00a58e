import { parseFilters } from '../../config/filter-file.ts';
import type { SavedFilter } from '../../core/saved-filter.ts';
import { NaviError } from '../../errors/navi-error.ts';
import { fileHint, plainMessageOf } from '../../errors/plain-words.ts';
import { readTextFile } from '../../util/read-text-file.ts';
import { standardInput } from '../standard-input.ts';
import { checkArguments } from './check-arguments.ts';

/** Longest file that is read (bytes); its text may be shorter still. */
const maxBytes = 4 * 1024 ** 2;

/** The filters of a TOML file, each of which `navi get` would take. @throws NAVI_CONFIG_BROKEN */
export function readFilterFile(file: string): readonly SavedFilter[] {
  return filtersOf(contentOf(file), file);
}

/** The same for standard input. @throws NAVI_CONFIG_BROKEN */
export async function readFilterInput(): Promise<readonly SavedFilter[]> {
  return filtersOf(Buffer.from(await standardInput()).toString('utf8'), 'standard input');
}

function filtersOf(text: string, file: string): readonly SavedFilter[] {
  return parseFilters(text.replace(/^\uFEFF/, ''), file, checkArguments);
}

function contentOf(file: string): string {
  try {
    return readTextFile(file, maxBytes);
  } catch (error) {
    throw new NaviError('NAVI_CONFIG_BROKEN', `filter file ${file} cannot be read: ${plainMessageOf(error)}`, {
      hints: [fileHint(error, file, 'navi filter export prints such a file')],
      cause: error,
    });
  }
}
