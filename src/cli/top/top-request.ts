import { parseFieldSelector, type FieldTerm } from '../../core/selector/field-selector.ts';
import type { LabelRequirement } from '../../core/selector/label-requirement.ts';
import { parseLabelSelector } from '../../core/selector/label-selector.ts';
import type { UsageKind } from '../../core/usage.ts';
import { didYouMean, nearestWord } from '../../core/nearest-word.ts';
import { kubectlError } from '../../errors/as-kubectl.ts';
import { NaviError } from '../../errors/navi-error.ts';
import { parseDuration } from '../duration.ts';

/** What `navi top` was asked for. */
export interface TopRequest {
  readonly kind: UsageKind;
  /** Undefined: all. */
  readonly name: string | undefined;
  /** Undefined for that of the context. */
  readonly namespace: string | undefined;
  readonly isAllNamespaces: boolean;
  readonly labels: readonly LabelRequirement[];
  readonly fields: readonly FieldTerm[];
  readonly sortBy: 'cpu' | 'memory' | undefined;
  readonly hasContainers: boolean;
  readonly hasHeaders: boolean;
  readonly hasSum: boolean;
  /** Shares of a node's capacity and not of what pods may have of it. */
  readonly isOfCapacity: boolean;
  /** Use beside requests and limits. */
  readonly hasReserves: boolean;
  /** How far the past that is drawn reaches (ms); undefined: none is. */
  readonly pastMs: number | undefined;
}

/** The values of the flags. */
export interface TopFlags {
  readonly 'all-namespaces': boolean;
  readonly selector: string;
  readonly 'field-selector': string;
  readonly 'sort-by': string;
  readonly containers: boolean;
  readonly 'no-headers': boolean;
  readonly sum: boolean;
  readonly 'show-capacity': boolean;
  readonly use: boolean;
  readonly history?: string | undefined;
}

const kindOfWord: Readonly<Record<string, UsageKind>> = {
  node: 'nodes',
  nodes: 'nodes',
  no: 'nodes',
  pod: 'pods',
  pods: 'pods',
  po: 'pods',
};

/** As long as samples are kept (ms). */
const longestPastMs = 24 * 3_600_000;

/** How far `--history` alone reaches. */
const defaultPast = '1h';

/**
 * The request that arguments and flags make.
 * @throws NAVI_AS_KUBECTL with the text of kubectl 1.36 for what that refuses, NAVI_USAGE
 */
export function topRequest(args: readonly string[], namespace: string | undefined, flags: TopFlags): TopRequest {
  const [word = '', name, ...more] = args;
  const kind = Object.hasOwn(kindOfWord, word) ? kindOfWord[word] : undefined;
  if (kind === undefined) throw unknownKind(word);
  if (more.length > 0) throw tooManyNames(kind);
  refuseForeignFlags(kind, flags);
  const sortBy = sortByOf(flags['sort-by']);
  const { selector, 'field-selector': fieldSelector } = flags;
  if (name !== undefined && name !== '' && selector + fieldSelector !== '')
    throw kubectlError(`only one of NAME or ${kind === 'pods' ? 'selector' : '--selector'} can be provided`);
  const labels = parseLabelSelector(selector);
  if (!labels.ok) throw kubectlError(labels.message);
  const fields = parseFieldSelector(fieldSelector);
  if (!fields.ok) throw kubectlError(fields.message);
  return {
    kind,
    name: name === '' ? undefined : name,
    namespace,
    isAllNamespaces: flags['all-namespaces'],
    labels: labels.requirements,
    fields: fields.terms,
    sortBy,
    hasContainers: flags.containers,
    hasHeaders: !flags['no-headers'],
    hasSum: flags.sum,
    isOfCapacity: flags['show-capacity'],
    hasReserves: flags.use,
    pastMs: flags.history === undefined ? undefined : pastOf(flags.history),
  };
}

/** The words of the command line with the value that `--history` has where none follows. */
export function withPast(argv: readonly string[]): string[] {
  return argv.flatMap((word, index) => {
    const hasValue = /^\d/.test(argv[index + 1] ?? '') && /^[\d.hms]+$/.test(argv[index + 1] ?? '');
    return word === '--history' && !hasValue ? [word, defaultPast] : [word];
  });
}

function sortByOf(text: string): TopRequest['sortBy'] {
  if (text === '') return undefined;
  if (text === 'cpu' || text === 'memory') return text;
  throw kubectlError('--sort-by accepts only cpu or memory');
}

function pastOf(text: string): number {
  const ms = parseDuration(text, '--history');
  if (ms > 0 && ms <= longestPastMs) return ms;
  throw new NaviError('NAVI_USAGE', `--history reaches back up to 24h, not ${text}`, {
    hints: ['for example --history 6h'],
  });
}

function refuseForeignFlags(kind: UsageKind, flags: TopFlags): void {
  const foreign =
    kind === 'pods' ? ['show-capacity'] : ['all-namespaces', 'containers', 'sum', 'field-selector', 'use'];
  const given = foreign.find((flag) => {
    const value = (flags as unknown as Readonly<Record<string, unknown>>)[flag];
    return value === true || (typeof value === 'string' && value !== '');
  });
  if (given === undefined) return;
  throw new NaviError('NAVI_USAGE', `navi top ${kind} has no --${given}`, { hints: ['navi top --help'] });
}

function unknownKind(word: string): NaviError {
  const what = word === '' ? 'navi top is about pods or nodes' : `navi top is about pods or nodes, not "${word}"`;
  const meant = nearestWord(word, ['pods', 'nodes']);
  return new NaviError('NAVI_USAGE', what, {
    hints: [...didYouMean(meant && `navi top ${meant}`), 'navi top pods -A', 'navi top nodes'],
  });
}

function tooManyNames(kind: UsageKind): NaviError {
  const one = kind === 'pods' ? 'pod' : 'node';
  return kubectlError(`${one} [NAME | -l label]\nSee 'kubectl top ${one} -h' for help and examples`);
}
