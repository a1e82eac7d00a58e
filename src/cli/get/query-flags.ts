import { NaviError } from '../../errors/navi-error.ts';
import type { GetCommandLine } from './parse-flags.ts';

/** navi's own questions to `get`, as typed. */
export interface QueryFlags {
  /** CEL expressions; empty where there are none. */
  readonly where: string;
  readonly orderBy: string;
  readonly groupBy: string;
  /** Most rows, and how many are left out before them. */
  readonly limit: number | undefined;
  readonly offset: number;
  readonly isCount: boolean;
  readonly isExplain: boolean;
}

const names = ['where', 'order-by', 'group-by', 'limit', 'offset', 'count', 'explain'];

/** The questions of a command line; undefined where there are none. @throws NAVI_USAGE for what does not go together */
export function queryFlags(line: GetCommandLine): QueryFlags | undefined {
  if (!names.some((name) => line.isGiven(name))) return undefined;
  const flags: QueryFlags = {
    where: line.text('where'),
    orderBy: line.text('order-by'),
    groupBy: line.text('group-by'),
    limit: line.isGiven('limit') ? count(line, 'limit') : undefined,
    offset: count(line, 'offset'),
    isCount: line.isOn('count'),
    isExplain: line.isOn('explain'),
  };
  for (const name of ['where', 'order-by', 'group-by']) {
    if (line.isGiven(name) && line.text(name).trim() === '') throw usage(`--${name} needs an expression`);
  }
  const isCounted = flags.isCount || line.isGiven('group-by');
  if (flags.isCount && line.isGiven('group-by')) throw exclude('--count', '--group-by', '--group-by counts already');
  if (isCounted && line.isGiven('order-by')) throw exclude(flags.isCount ? '--count' : '--group-by', '--order-by');
  if (line.text('sort-by') !== '') {
    const own = ['order-by', 'group-by', 'limit', 'offset', 'count'].find((name) => line.isGiven(name));
    if (own !== undefined) throw exclude('--sort-by', `--${own}`, '--order-by takes fields and columns');
  }
  if (isCounted && !['', 'json'].includes(line.text('output'))) {
    throw usage(`--count and --group-by print a table or -o json, not -o ${line.text('output')}`);
  }
  const other = ['raw', 'subresource'].find((name) => line.text(name) !== '');
  if (other !== undefined) throw exclude(`--${other}`, `--${names.find((name) => line.isGiven(name)) ?? 'where'}`);
  if (line.isOn('watch') || line.isOn('watch-only')) {
    const own = names.find((name) => name !== 'where' && line.isGiven(name));
    if (own !== undefined) throw exclude('--watch', `--${own}`, '--watch follows what --where lets through');
  }
  return flags;
}

/** Whether something else than objects is asked for: how many there are, or how they are found. */
export function hasOwnAnswer({ isCount, isExplain, groupBy }: QueryFlags): boolean {
  return isCount || isExplain || groupBy !== '';
}

/** Questions without a value. */
const switches = ['count', 'deleted', 'explain'];

/** A command line without navi's own questions: what kubectl understands of it. */
export function withoutQuestions(argv: readonly string[]): readonly string[] {
  const kept: string[] = [];
  for (let at = 0; at < argv.length; at += 1) {
    const [, name = '', value] = /^--([^=]+)(=.*)?$/s.exec(argv[at] ?? '') ?? [];
    if (name === 'all-contexts') continue;
    if (![...names, 'at', 'deleted'].includes(name)) kept.push(argv[at] ?? '');
    else if (value === undefined && !switches.includes(name)) at += 1;
  }
  return kept;
}

function count(line: GetCommandLine, name: string): number {
  const text = line.text(name);
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw usage(`--${name} takes a whole number, not ${JSON.stringify(text)}`);
}

function exclude(first: string, second: string, hint?: string): NaviError {
  return usage(`${first} and ${second} exclude each other`, hint);
}

function usage(message: string, hint?: string): NaviError {
  return new NaviError('NAVI_USAGE', message, { hints: [...(hint === undefined ? [] : [hint]), 'navi get --help'] });
}
