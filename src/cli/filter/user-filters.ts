import { counted } from '../../core/counted.ts';
import { didYouMean, nearestWord } from '../../core/nearest-word.ts';
import { filterName, filterNameFault } from '../../core/saved-filter.ts';
import { shellWord } from '../../core/shell-word.ts';
import { firstNames } from '../../core/type-words.ts';
import { NaviError } from '../../errors/navi-error.ts';
import { userFile } from '../../store/data-directory.ts';
import { FilterTable, type StoredFilter } from '../../store/filter-table.ts';
import { openUserReader, openUserWriter } from '../../store/user-store.ts';
import { openDataDirectory } from '../open-data-directory.ts';

/** Most names that an error lists. */
const shownNameCount = 12;

/** Saved filters, to be read. */
export type FilterReader = Pick<FilterTable, 'names' | 'has' | 'find' | 'all'>;

const nothingSaved: FilterReader = { names: () => [], has: () => false, find: () => undefined, all: () => [] };

/** Reads this user's filters; there are none where nothing was ever saved. @throws what `openUserReader` throws */
export function readFilters<T>(work: (filters: FilterReader) => T): T {
  const reader = openUserReader(userFile(openDataDirectory(process.env)));
  if (reader === undefined) return work(nothingSaved);
  try {
    return reader.read((tables) => work(tables.of(FilterTable)));
  } finally {
    reader.close();
  }
}

/** Changes this user's filters, all of it or nothing. @throws what `openUserWriter` throws */
export async function changeFilters<T>(work: (filters: FilterTable) => T): Promise<T> {
  const writer = await openUserWriter(userFile(openDataDirectory(process.env)));
  try {
    return writer.change((tables) => work(tables.of(FilterTable)));
  } finally {
    writer.close();
  }
}

/** The filter of a name as it was typed. @throws NAVI_USAGE where there is none */
export function requiredFilter(filters: FilterReader, typed: string): StoredFilter {
  const found = filters.find(filterName(typed));
  if (found === undefined) throw unknownFilter(typed, filters.names());
  return found;
}

/** The name in the form in which it is saved. @throws NAVI_USAGE for what cannot be one */
export function usableName(typed: string): string {
  const name = filterName(typed);
  const fault = filterNameFault(name);
  if (fault === undefined) return name;
  throw new NaviError('NAVI_USAGE', `"${typed}" cannot be the name of a filter: it ${fault}`, {
    hints: ['for example restarting, not-ready, web.errors'],
  });
}

/** @throws NAVI_USAGE where there is a filter of that name, with what to do about it */
export function freeName(filters: FilterReader, name: string, hint: string): void {
  if (!filters.has(name)) return;
  throw new NaviError('NAVI_USAGE', `there is a filter "${name}" already`, {
    hints: [hint, `navi filter show ${shellWord(name)} tells what it is`],
  });
}

/** @param sign what stands before a name where it was typed */
export function unknownFilter(typed: string, names: readonly string[], sign = ''): NaviError {
  const meant = nearestWord(filterName(typed), names);
  return new NaviError('NAVI_USAGE', `there is no filter "${typed}"`, {
    hints: [
      ...didYouMean(meant && `${sign}${meant}`),
      names.length === 0
        ? 'navi filter save NAME pods -A saves one'
        : `filters: ${firstNames(names, shownNameCount, ', as navi filter list tells')}`,
    ],
  });
}

/** `1 filter`, `7 filters`. */
export function filterCount(count: number): string {
  return counted(count, 'filter');
}
