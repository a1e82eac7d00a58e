import { realpathSync } from 'node:fs';
import { join } from 'node:path';
import { configFile, configMentions } from '../../config/config-file.ts';
import { NaviError } from '../../errors/navi-error.ts';
import { plainMessageOf } from '../../errors/plain-words.ts';
import { readTextFile } from '../../util/read-text-file.ts';
import { fileWritableByOthers, folderWritableByOthers } from './writable-by-others.ts';

/** A folder that config.toml names, with the package of an oclif plugin in it. Nothing of it was run. */
export interface PluginFolder {
  /** Absolute, without symbolic links. */
  readonly folder: string;
  /** Of the package. */
  readonly name: string;
  readonly version: string;
  /** All of its package.json. */
  readonly content: Readonly<Record<string, unknown>>;
}

/** What config.toml names and navi does not take. */
export interface RefusedFolder {
  /** As config.toml has it; config.toml itself where that cannot be used. */
  readonly folder: string;
  readonly reason: NaviError;
}

/** Each in the order of config.toml. */
export interface NamedFolders {
  readonly usable: readonly PluginFolder[];
  readonly refused: readonly RefusedFolder[];
}

/** Longest package.json (bytes). */
const maxPackageBytes = 1024 ** 2;

/** The folders that this user's configuration names as oclif plugins. What reads TOML is loaded only where the file may name one. */
export async function namedFolders(env: NodeJS.ProcessEnv): Promise<NamedFolders> {
  if (!configMentions('plugins', env)) return { usable: [], refused: [] };
  const usable: PluginFolder[] = [];
  const refused: RefusedFolder[] = [];
  const file = configFile(env);
  await noted(refused, file, async () => {
    const { readConfig } = await import('../../config/read-config.ts');
    const { plugins } = readConfig(env);
    if (plugins.length === 0) return;
    // Who writes to it names code that runs as this user.
    const isOpen = fileWritableByOthers(file);
    if (isOpen !== undefined) throw refusal(`of ${file}`, isOpen.why, isOpen.hint);
    for (const named of plugins) {
      await noted(refused, named, () => {
        const read = readFolder(named);
        const other = usable.find(({ name }) => name === read.name);
        if (other !== undefined) throw refusal(named, `${other.folder} is called "${read.name}" too`, 'one is enough');
        usable.push(read);
      });
    }
  });
  return { usable, refused };
}

/** Runs `look`; an error of navi's own is put among the refused. */
async function noted(refused: RefusedFolder[], folder: string, look: () => Promise<void> | void): Promise<void> {
  try {
    await look();
  } catch (error) {
    if (!(error instanceof NaviError)) throw error;
    refused.push({ folder, reason: error });
  }
}

/** @throws NAVI_CONFIG_BROKEN for one that is not there, is no plugin, or that others may write to */
function readFolder(named: string): PluginFolder {
  const folder = placeOf(named);
  const isOpen = folderWritableByOthers(folder);
  if (isOpen !== undefined) throw refusal(named, isOpen.why, isOpen.hint);
  const content = packageOf(named, folder);
  const { name, version, oclif } = content;
  if (typeof oclif !== 'object' || oclif === null)
    throw refusal(named, 'its package.json has no "oclif"', 'oclif plugins have one, with "commands"');
  if (typeof name !== 'string' || name === '' || name === 'navi')
    throw refusal(named, 'its package.json has no "name" of its own', 'oclif plugins have one');
  return { folder, name, version: typeof version === 'string' ? version : '', content };
}

function placeOf(named: string): string {
  try {
    return realpathSync(named);
  } catch (error) {
    throw refusal(named, plainMessageOf(error), 'navi config edit changes plugins', error);
  }
}

function packageOf(named: string, folder: string): Readonly<Record<string, unknown>> {
  try {
    const read: unknown = JSON.parse(readTextFile(join(folder, 'package.json'), maxPackageBytes));
    if (typeof read === 'object' && read !== null) return { ...read };
  } catch (error) {
    throw refusal(named, `its package.json: ${plainMessageOf(error)}`, 'a plugin is the folder of a package', error);
  }
  throw refusal(named, 'its package.json is no object', 'a plugin is the folder of a package');
}

function refusal(named: string, why: string, hint: string, cause?: unknown): NaviError {
  return new NaviError('NAVI_CONFIG_BROKEN', `plugin ${named} is not taken: ${why}`, { hints: [hint], cause });
}
