import { stripVTControlCharacters } from 'node:util';
import { nearestWord } from '../core/nearest-word.ts';
import { NaviError } from '../errors/navi-error.ts';

/** What of oclif's own errors is looked at; `flags` are those that nobody knows, `args` those that are missing. */
export interface OclifError extends Error {
  readonly flags?: unknown;
  readonly args?: unknown;
}

/** The files of src/commands. */
const commandNames = ['demo', 'get', 'login', 'search', 'status', 'stop', 'sync', 'tree', 'types'];

/**
 * A usage error of oclif's parser in navi's words: what is wrong with which value, and where to read on. `get`
 * reads its flags itself.
 * @param command id of the command, empty where there is none of that name
 */
export function usageError(error: OclifError, command: string): NaviError {
  const hints = [command === '' ? 'navi --help lists the commands' : `navi ${command} --help`];
  const text = stripVTControlCharacters(error.message).replace(/\s*See more help with --help\s*$/, '');
  const [flag] = Array.isArray(error.flags) ? error.flags.map(String) : [];
  if (flag !== undefined) return usage(`unknown flag ${flag}`, hints);
  const [, needing] = /^Flag (--\S+) expects a value/.exec(text) ?? [];
  if (needing !== undefined) return usage(`${needing} needs a value`, hints);
  const [, unknown] = /^command (.*) not found\.?$/is.exec(text) ?? [];
  if (unknown !== undefined) return unknownCommand(unknown.replaceAll(':', ' '));
  return usage(sentence(error, text), hints);
}

/** What was typed may be a command with words that it does not take. */
function unknownCommand(typed: string): NaviError {
  const [first = '', ...words] = typed.split(' ');
  if (commandNames.includes(first)) {
    return usage(`navi ${first} takes no argument, and "${words.join(' ')}" is one`, [
      ...(first === 'stop' ? [] : [`navi ${first} --context NAME chooses a context`]),
      `navi ${first} --help`,
    ]);
  }
  const meant = nearestWord(first, commandNames);
  return usage(`"${typed}" is no command of navi`, [
    ...(meant === undefined ? [] : [`did you mean navi ${meant}?`]),
    ...(['-v', '-V', 'version'].includes(typed) ? ['navi --version tells the version'] : []),
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

function lowerFirst(text: string): string {
  return text.slice(0, 1).toLowerCase() + text.slice(1);
}
