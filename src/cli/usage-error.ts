import { lowerFirst } from '../core/lower-first.ts';
import { stripVTControlCharacters } from 'node:util';
import { didYouMean, nearestWord } from '../core/nearest-word.ts';
import { NaviError } from '../errors/navi-error.ts';

/** What of oclif's own errors is looked at; `flags` are those that nobody knows, `args` those that are missing. */
export interface OclifError extends Error {
  readonly flags?: unknown;
  readonly args?: unknown;
  /** What the command line was read with. */
  readonly parse?: { readonly input?: { readonly flags?: Readonly<Record<string, unknown>> } };
}

/** The files and folders of src/commands; of those in a folder the ones that take no argument. */
const commandNames = [
  'alerts',
  'alerts rules',
  'annotate',
  'apply',
  'certs',
  'changes',
  'completion',
  'config',
  'config check',
  'config edit',
  'config path',
  'config schema',
  'config show',
  'containers',
  'cordon',
  'delete',
  'demo',
  'describe',
  'diff',
  'doctor',
  'events',
  'export',
  'filter',
  'filter list',
  'get',
  'history',
  'images',
  'label',
  'login',
  'logs',
  'mirrors',
  'mirrors list',
  'patch',
  'plugins',
  'queue',
  'queue list',
  'refresh',
  'releases',
  'report',
  'restart',
  'scale',
  'search',
  'service',
  'service install',
  'service logs',
  'service status',
  'service uninstall',
  'sql',
  'status',
  'stop',
  'sync',
  'top',
  'tree',
  'types',
  'uncordon',
  'verify',
  'version',
  'wait',
];

/** The first words of all commands. */
export const commandWords: readonly string[] = [...new Set(commandNames.map((name) => name.split(' ')[0] ?? name))];

/** The first words that no plugin gets. */
export const reservedWords: readonly string[] = [...commandWords, 'help'];

/**
 * A usage error of oclif's parser in navi's words: what is wrong with which value, and where to read on. `get`
 * reads its flags itself.
 * @param command id of the command, empty where there is none of that name
 */
export function usageError(error: OclifError, command: string): NaviError {
  const hints = [command === '' ? 'navi --help lists the commands' : `navi ${command.replaceAll(':', ' ')} --help`];
  const text = stripVTControlCharacters(error.message).replace(/\s*See more help with --help\s*$/, '');
  // A value may be anything, a credential too.
  const [flag] = Array.isArray(error.flags) ? error.flags.map((each) => String(each).replace(/=.*/s, '')) : [];
  if (flag !== undefined) {
    const known = Object.keys(error.parse?.input?.flags ?? {}).map((name) => `--${name}`);
    return usage(`unknown flag ${flag}`, [...didYouMean(nearestWord(flag, known)), ...hints]);
  }
  const [, needing] = /^Flag (--\S+) expects a value/.exec(text) ?? [];
  if (needing !== undefined) return usage(`${needing} needs a value`, hints);
  const [, unknown] = /^command (.*) not found\.?$/is.exec(text) ?? [];
  if (unknown !== undefined) return unknownCommand(unknown.replaceAll(':', ' '));
  const [, value, options] = /^Expected --[^=]+=(.+) to be one of: (.+)$/s.exec(text) ?? [];
  const near = value === undefined ? undefined : nearestWord(value, options?.split(', ') ?? []);
  return usage(sentence(error, text), [...didYouMean(near), ...hints]);
}

/** Of the commands without arguments those about contexts, which people type behind them. */
const contextCommands = [
  'alerts',
  'certs',
  'containers',
  'events',
  'images',
  'login',
  'releases',
  'report',
  'sync',
  'types',
];

/** What was typed may be a command with words that it does not take. */
function unknownCommand(typed: string): NaviError {
  const words = typed.split(' ');
  const [first = ''] = words;
  const known = [words.slice(0, 2).join(' '), first].find((name) => commandNames.includes(name));
  if (known !== undefined) {
    return usage(`navi ${known} takes no argument, and "${typed.slice(known.length + 1)}" is one`, [
      ...(contextCommands.includes(known) ? [`navi ${known} --context NAME chooses a context`] : []),
      `navi ${known} --help`,
    ]);
  }
  const meant = nearestWord(first, commandNames);
  return usage(`"${typed}" is no command of navi`, [
    ...didYouMean(meant && `navi ${meant}`),
    ...(['-v', '-V'].includes(typed) ? ['navi version tells the version'] : []),
    'navi --help lists the commands',
  ]);
}

function usage(message: string, hints: readonly string[]): NaviError {
  return new NaviError('NAVI_USAGE', message, { hints });
}

/** What is left of oclif's texts, as one line. */
function sentence(error: OclifError, text: string): string {
  const [, ...pair] = /--(\S+?)=\S+ cannot also be provided when using --(\S+)/.exec(text) ?? [];
  if (pair.length > 0) return `${pair.map((name) => `--${name}`).join(' and ')} exclude each other`;
  const [missing] = Array.isArray(error.args) ? (error.args as { name?: string; description?: string }[]) : [];
  if (missing?.name !== undefined && text.startsWith('Missing')) {
    return `the argument ${missing.name.toUpperCase()} is missing: ${missing.description ?? ''}`;
  }
  const [, parsed, why] = /^Parsing (--\S+)\s+(.*)$/s.exec(text) ?? [];
  const line = parsed === undefined ? text : `${parsed}: ${lowerFirst(why ?? '')}`;
  return lowerFirst(line.replaceAll(/\s+/g, ' ').trim());
}
