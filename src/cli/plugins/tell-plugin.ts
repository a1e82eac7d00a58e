import { stripVTControlCharacters } from 'node:util';
import { errorText } from '../../errors/error-text.ts';
import { messageOf, NaviError } from '../../errors/navi-error.ts';
import { writeStderr } from '../../output/stderr.ts';
import { usageError, type OclifError } from '../usage-error.ts';
import type { LoadedPlugin } from './load-plugins.ts';
import type { RefusedFolder } from './plugin-folders.ts';

/** What oclif's errors have besides; a plugin has its own copy of oclif, so that they are of no class known here. */
interface Thrown {
  readonly code?: unknown;
  readonly oclif?: { readonly exit?: unknown };
}

function isParserError(error: unknown): error is OclifError {
  return error instanceof Error && 'parse' in error;
}

/** A command of a plugin that ran. */
export interface RunCommand extends Pick<LoadedPlugin, 'folder'> {
  /** The first one that was typed. */
  readonly word: string;
}

/** Tells what a plugin's command threw, and sets the exit code: what the plugin says, else 1. */
export function tellFailure({ folder, word }: RunCommand, error: unknown, env: NodeJS.ProcessEnv): void {
  const { code, oclif }: Thrown = typeof error === 'object' && error !== null ? error : {};
  process.exitCode = typeof oclif?.exit === 'number' ? oclif.exit : 1;
  if (code === 'EEXIT') return;
  // What the parser of a command refuses, in navi's own words.
  if (isParserError(error)) return tell(usageError(error, word), env);
  const message = stripVTControlCharacters(messageOf(error));
  const hints = [`it is the plugin ${folder.folder}`];
  if (env['NAVI_DEBUG'] === undefined) hints.push('NAVI_DEBUG=1 shows where');
  tell(new NaviError('NAVI_USAGE', `${folder.name}: ${message}`, { hints, cause: error }), env);
}

/** Tells each of what config.toml names and is not taken. */
export function tellRefused(refused: readonly RefusedFolder[], env: NodeJS.ProcessEnv): void {
  for (const { reason } of refused) tell(reason, env);
}

function tell(error: NaviError, env: NodeJS.ProcessEnv): void {
  writeStderr(errorText(error));
  const { cause } = error;
  if (env['NAVI_DEBUG'] !== undefined && cause instanceof Error) writeStderr(`${cause.stack ?? ''}\n`);
}
