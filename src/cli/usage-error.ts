import { stripVTControlCharacters } from 'node:util';
import { NaviError } from '../errors/navi-error.ts';

/** What of oclif's own errors is looked at; `flags` are those that nobody knows, `args` those that are missing. */
export interface OclifError extends Error {
  readonly flags?: unknown;
  readonly args?: unknown;
}

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
  if (unknown !== undefined) return usage(`"${unknown.replaceAll(':', ' ')}" is no command of navi`, hints);
  return usage(sentence(error, text), hints);
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
