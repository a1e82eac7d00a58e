import { Plugin } from '@oclif/core/config';
import { settings } from '@oclif/core/settings';
import { messageOf, NaviError } from '../../errors/navi-error.ts';
import { reservedWords } from '../usage-error.ts';
import { namedFolders, type PluginFolder, type RefusedFolder } from './plugin-folders.ts';

/** A first word that a plugin has commands under. */
export interface PluginWord {
  readonly word: string;
  /** What is run in its place; undefined where it is what is run. */
  readonly shadowedBy: string | undefined;
}

/** A plugin that config.toml names, with the commands that navi runs of it. */
export interface LoadedPlugin {
  readonly folder: PluginFolder;
  readonly plugin: Plugin;
  /** In their order. */
  readonly words: readonly PluginWord[];
}

/** Each in the order of config.toml. */
export interface LoadedPlugins {
  readonly loaded: readonly LoadedPlugin[];
  readonly refused: readonly RefusedFolder[];
}

/** What a first word may be, as of a program on the path. */
const wordPattern = /^[a-z0-9][a-z0-9-]*$/;

/**
 * The oclif plugins that this user's configuration names. Of one without oclif.manifest.json this runs the modules of all its commands.
 * A word belongs to navi, else to the plugin that is named first.
 */
export async function loadPlugins(env: NodeJS.ProcessEnv): Promise<LoadedPlugins> {
  // What lies in the folder is run as it is, with no compiler between.
  settings.enableAutoTranspile = false;
  const { usable, refused } = await namedFolders(env);
  const loaded: LoadedPlugin[] = [];
  const failed: RefusedFolder[] = [];
  for (const folder of usable) {
    try {
      loaded.push(await loadPlugin(folder, loaded));
    } catch (error) {
      failed.push({ folder: folder.folder, reason: loadFailure(folder, error) });
    }
  }
  return { loaded, refused: [...refused, ...failed] };
}

async function loadPlugin(folder: PluginFolder, before: readonly LoadedPlugin[]): Promise<LoadedPlugin> {
  const pjson = structuredClone(folder.content) as unknown as Plugin['pjson'];
  const plugin = new Plugin({
    root: folder.folder,
    name: folder.name,
    type: 'link',
    pjson,
    errorOnManifestCreate: true,
  });
  // In place of a warning of Node's own, with a stack.
  Object.assign(plugin, { warn: (error: unknown) => raise(error) });
  await plugin.load();
  const words = wordsOf(plugin).map((word): PluginWord => ({ word, shadowedBy: shadowOf(word, before) }));
  const isTaken = (id: string): boolean =>
    words.some(({ word, shadowedBy }) => word === firstWord(id) && shadowedBy === undefined);
  plugin.commands = plugin.commands
    .filter(({ id }) => isTaken(id))
    .map((command) => ({
      ...command,
      aliases: command.aliases.filter(isTaken),
      hiddenAliases: command.hiddenAliases.filter(isTaken),
    }));
  const topics = plugin.topics.filter(({ name }) => isTaken(name));
  Object.defineProperty(plugin, 'topics', { value: topics });
  return { folder, plugin, words };
}

function raise(error: unknown): never {
  throw error instanceof Error ? error : new Error(String(error));
}

/** @throws Error for one that cannot be typed */
function wordsOf({ commands }: Plugin): readonly string[] {
  const words = [...new Set(commands.map(({ id }) => firstWord(id)))].toSorted();
  if (words.length === 0) throw new Error('it has no command');
  const odd = words.find((word) => !wordPattern.test(word));
  if (odd !== undefined) throw new Error(`"${odd}" cannot be the first word of a command`);
  return words;
}

function shadowOf(word: string, before: readonly LoadedPlugin[]): string | undefined {
  if (reservedWords.includes(word)) return `navi ${word}`;
  return before.find(({ words }) => words.some((each) => each.word === word && each.shadowedBy === undefined))?.folder
    .folder;
}

function firstWord(id: string): string {
  return id.split(/[: ]/)[0] ?? id;
}

function loadFailure({ folder }: PluginFolder, error: unknown): NaviError {
  return new NaviError('NAVI_CONFIG_BROKEN', `plugin ${folder} cannot be loaded: ${messageOf(error)}`, {
    hints: ['NAVI_DEBUG=1 shows where', 'npm install in that folder brings what it needs'],
    cause: error,
  });
}
