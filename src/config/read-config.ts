import { NaviError, systemCodeOf } from '../errors/navi-error.ts';
import { fileHint, plainMessageOf } from '../errors/plain-words.ts';
import { readTextFile } from '../util/read-text-file.ts';
import { configFile, maxConfigBytes } from './config-file.ts';
import { configOf, type Config } from './config.ts';
import { readToml, type Table } from './toml-document.ts';

/** Longest text of one (characters): a configuration for people is a page. */
const maxLength = 256 * 1024;

/**
 * Reads this user's configuration. A file that does not exist settles nothing, unless NAVI_CONFIG names it. A variable of
 * the environment takes the place of its key (`variableOf`).
 * @throws NAVI_CONFIG_BROKEN; NAVI_USAGE for a variable
 */
export function readConfig(env: NodeJS.ProcessEnv): Config {
  const file = configFile(env);
  return parseConfig(configText(file, env), file, env);
}

/**
 * The configuration that a TOML text holds. Strict: what navi does not know is an error.
 * @param file as errors name it
 * @throws NAVI_CONFIG_BROKEN that names file, line and key; NAVI_USAGE for a variable
 */
export function parseConfig(text: string, file: string, env: NodeJS.ProcessEnv = {}): Config {
  return readDocument(text, file, (document) => configOf(document, env));
}

/** What `read` makes of the document of such a text. @param read throws WrongValue @throws NAVI_CONFIG_BROKEN that names file, line and key */
export function readDocument<T>(text: string, file: string, read: (document: Table) => T): T {
  const hints = ['navi config show lists the settings', 'point NAVI_CONFIG to another file'];
  return readToml({ text, file, noun: 'configuration', maxLength, hints }, read);
}

/**
 * The text of this user's configuration; empty where there is no such file.
 * @throws NAVI_CONFIG_BROKEN where it cannot be read
 */
export function configText(file: string, env: NodeJS.ProcessEnv): string {
  try {
    return readTextFile(file, maxConfigBytes).replace(/^\uFEFF/, '');
  } catch (error) {
    const isNamed = env['NAVI_CONFIG'] !== undefined && env['NAVI_CONFIG'] !== '';
    if (systemCodeOf(error) === 'ENOENT' && !isNamed) return '';
    throw new NaviError('NAVI_CONFIG_BROKEN', `configuration ${file} cannot be read: ${plainMessageOf(error)}`, {
      hints: [fileHint(error, file, 'point NAVI_CONFIG to another file, or unset it')],
      cause: error,
    });
  }
}
