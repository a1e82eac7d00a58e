import { filterName, type SavedFilter } from '../../core/saved-filter.ts';
import { NaviError } from '../../errors/navi-error.ts';
import { parseExpression } from '../../cel/parse-expression.ts';
import { asUsage } from '../filter/as-usage.ts';
import { readFilters, unknownFilter } from '../filter/user-filters.ts';
import { commandLine, flagWords, readGetFlags, type GetCommandLine, type TypedFlags } from './parse-flags.ts';

/** What of a saved filter gives way to a flag that is typed: the two together would say nothing, or something else. */
const givesWay: Readonly<Record<string, readonly string[]>> = {
  namespace: ['all-namespaces'],
  'sort-by': ['order-by'],
  'order-by': ['sort-by', 'count', 'group-by'],
  'group-by': ['sort-by', 'order-by', 'count', 'output'],
  count: ['sort-by', 'order-by', 'group-by', 'output'],
  context: ['all-contexts'],
  'all-contexts': ['context'],
  watch: ['order-by'],
  'watch-only': ['order-by'],
};

/** Flags that say nothing when they are typed with `=false`. */
const switches: ReadonlySet<string> = new Set(['all-contexts', 'count', 'watch', 'watch-only']);

/**
 * The command line that `@NAME` with what else is typed stands for: the saved arguments, then those typed. A flag that is typed
 * wins over the saved one; lists add up; of two `--where` both must hold.
 * @returns also as words, as they could have been typed
 * @throws NAVI_USAGE for a name that is none, a filter that cannot be used, and a `--where` that is wrong; NAVI_CONFIG_BROKEN
 * for a file of filters; what `readFilters` throws
 */
export async function applyFilter(
  typed: TypedFlags,
): Promise<{ readonly line: GetCommandLine; readonly words: readonly string[] }> {
  const [reference = '', ...args] = typed.args;
  if (!reference.startsWith('@')) {
    throw usage('--filters says where @NAME is looked for, and no filter is named', 'navi get @NAME --filters FILE');
  }
  const second = args.find((argument) => argument.startsWith('@'));
  if (second !== undefined) throw usage(`one filter at a time: ${reference} or ${second}`);
  const filter = await findFilter(reference.slice(1), commandLine(typed).text('filters'));
  const flags = overlaid(savedFlags(filter), { args, values: typed.values });
  return { line: commandLine(flags), words: flagWords(flags) };
}

async function findFilter(typed: string, file: string): Promise<SavedFilter> {
  const { readFilterFile } = file === '' ? {} : await import('../filter/read-filter-file.ts');
  const shared = readFilterFile?.(file) ?? [];
  const name = filterName(typed);
  const found = shared.find((filter) => filter.name === name);
  if (found !== undefined) return found;
  return readFilters((saved) => {
    const own = saved.find(name);
    if (own !== undefined) return own;
    const names = new Set([...shared.map((filter) => filter.name), ...saved.names()]);
    throw unknownFilter(typed, [...names], '@');
  });
}

/** A newer navi may have saved what this one does not know. */
function savedFlags({ name, arguments: words }: SavedFilter): TypedFlags {
  try {
    return readGetFlags(words);
  } catch (error) {
    const fault = asUsage(error);
    if (!(fault instanceof NaviError)) throw fault;
    throw usage(`the filter ${name} cannot be used: ${fault.message}`, ...fault.hints);
  }
}

function overlaid(saved: TypedFlags, typed: TypedFlags): TypedFlags {
  const line = commandLine(typed);
  const isSet = (name: string): boolean => line.isGiven(name) && (!switches.has(name) || line.isOn(name));
  const gone = new Set(Object.keys(givesWay).flatMap((name) => (isSet(name) ? (givesWay[name] ?? []) : [])));
  const values = new Map([...saved.values].filter(([name]) => !gone.has(name)));
  for (const [name, own] of typed.values) values.set(name, [...(values.get(name) ?? []), ...own]);
  values.delete('filters');
  const where = joinedWhere(commandLine(saved).text('where'), line.text('where'));
  if (where !== undefined) values.set('where', [where]);
  return { args: [...saved.args, ...typed.args], values };
}

/** Both, where there are two. The typed one is read alone first, so that what is wrong with it is pointed at there. */
function joinedWhere(saved: string, typed: string): string | undefined {
  if (saved === '' || typed.trim() === '') return undefined;
  parseExpression('--where', typed, 'bool');
  return `${enclosed(saved)} && ${enclosed(typed)}`;
}

/** A comment goes on to the end of its line. */
function enclosed(expression: string): string {
  return expression.includes('//') ? `(${expression}\n)` : `(${expression})`;
}

function usage(message: string, ...hints: readonly string[]): NaviError {
  return new NaviError('NAVI_USAGE', message, { hints: hints.length === 0 ? ['navi get --help'] : hints });
}
