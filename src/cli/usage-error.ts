import { stripVTControlCharacters } from 'node:util';
import { NaviError } from '../errors/navi-error.ts';

/** What of oclif's own errors is looked at; `flags` are those that nobody knows, `args` those that are missing. */
export interface OclifError extends Error {
  readonly flags?: unknown;
  readonly args?: unknown;
}

/** Flags of `kubectl get` (kubectl 1.36) that navi does not have. */
const flagsOfKubectl = new Set(
  (
    'allow-missing-template-keys chunk-size filename kustomize output-watch-events raw recursive server-print ' +
    'show-managed-fields sort-by subresource template watch watch-only as as-group as-uid as-user-extra cache-dir ' +
    'certificate-authority client-certificate client-key cluster disable-compression insecure-skip-tls-verify kuberc ' +
    'log-flush-frequency match-server-version password profile profile-output request-timeout server tls-server-name ' +
    'token user username v vmodule warnings-as-errors'
  )
    .split(' ')
    .map((name) => `--${name}`),
);

/** Their one-letter forms. */
const lettersOfKubectl = 'fkRswv';

/** One-letter flags of `navi get`. */
const lettersOfNavi = 'AlLno';

/**
 * A usage error of oclif's parser in navi's words: what is wrong with which value, and where to read on. For `get`
 * what kubectl refuses too is answered with kubectl's text and code.
 * @param command id of the command, empty where there is none of that name
 * @param argv what was typed after the command
 */
export function usageError(error: OclifError, command: string, argv: readonly string[]): NaviError {
  const hints = [command === '' ? 'navi --help lists the commands' : `navi ${command} --help`];
  const text = stripVTControlCharacters(error.message).replace(/\s*See more help with --help\s*$/, '');
  const [flag] = Array.isArray(error.flags) ? error.flags.map(String) : [];
  if (flag !== undefined) return command === 'get' ? unknownGetFlag(flag) : usage(`unknown flag ${flag}`, hints);
  const [, needing] = /^Flag (--\S+) expects a value/.exec(text) ?? [];
  if (needing !== undefined) {
    const isOurs = command !== 'get' || needing === '--max-age';
    return isOurs ? usage(`${needing} needs a value`, hints) : asKubectl(missingValue(needing, argv));
  }
  const [, unknown] = /^command (.*) not found$/s.exec(text) ?? [];
  if (unknown !== undefined) return usage(`"${unknown.replaceAll(':', ' ')}" is no command of navi`, hints);
  return usage(sentence(error, text), hints);
}

function usage(message: string, hints: readonly string[]): NaviError {
  return new NaviError('NAVI_USAGE', message, { hints });
}

function asKubectl(message: string): NaviError {
  return new NaviError('NAVI_AS_KUBECTL', `error: ${message}\nSee 'kubectl get --help' for usage.`);
}

/** A flag that navi does not have: kubectl may have it, or have its own words for it. */
function unknownGetFlag(given: string): NaviError {
  const name = given.split('=')[0] ?? given;
  const hints = [`kubectl get … ${name} does`, 'navi get --help'];
  if (name.startsWith('--')) {
    return flagsOfKubectl.has(name)
      ? usage(`navi get does not take ${name} yet`, hints)
      : asKubectl(`unknown flag: ${name}`);
  }
  const letter = Array.from(name.slice(1)).find((each) => !lettersOfNavi.includes(each)) ?? '';
  if (lettersOfKubectl.includes(letter)) return usage(`navi get does not take -${letter} yet`, hints);
  return asKubectl(`unknown shorthand flag: '${letter}' in -${given.slice(given.indexOf(letter, 1))}`);
}

function missingValue(flag: string, argv: readonly string[]): string {
  const last = argv.at(-1) ?? '';
  return /^-\w+$/.test(last)
    ? `flag needs an argument: '${last.at(-1) ?? ''}' in ${last}`
    : `flag needs an argument: ${flag}`;
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
