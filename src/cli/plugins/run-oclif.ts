import { configMentions } from '../../config/config-file.ts';
import { messageOf } from '../../errors/navi-error.ts';
import { giveShell } from '../../util/unknown-user.ts';
import { reservedWords } from '../usage-error.ts';
import { tellFailure, tellRefused, type RunCommand } from './tell-plugin.ts';

/**
 * Runs what oclif has to find: help, commands of two words, and those of the plugins that config.toml names, of which nothing is looked at
 * where the first word is navi's own. A failure inside a plugin is told in plain words; the exit code is what the plugin says, else 1.
 * @param root folder of the package
 * @throws what oclif throws for navi's own, and for a command that does not exist
 */
export async function runOclif(argv: readonly string[], root: string, env: NodeJS.ProcessEnv): Promise<void> {
  giveShell(process.env);
  const { run } = await import('@oclif/core/run');
  // Nothing that merely lies in the data directory is ever loaded as code.
  const options = { root, userPlugins: false, devPlugins: false };
  const [first] = argv;
  const isHelp = first === undefined || first === '--help';
  const isNamed = first !== undefined && !first.startsWith('-') && !reservedWords.includes(first);
  if (!(isHelp || isNamed) || !configMentions('plugins', env)) return void (await run([...argv], options));
  const { loadPlugins } = await import('./load-plugins.ts');
  const { loaded, refused } = await loadPlugins(env);
  const owner = loaded.find(({ words }) =>
    words.some(({ word, shadowedBy }) => word === first && shadowedBy === undefined),
  );
  // The command may be one of theirs.
  if (owner === undefined) tellRefused(refused, env);
  const { Config } = await import('@oclif/core/config');
  const config = await Config.load(options);
  for (const { plugin, folder } of owner === undefined ? loaded : [owner]) {
    // A plugin's hooks are about its own commands.
    if (owner === undefined) plugin.hooks = {};
    config.plugins.set(folder.name, plugin);
  }
  const start = async (): Promise<void> => void (await run([...argv], config));
  await (owner === undefined ? start() : runOwned({ folder: owner.folder, word: first ?? '' }, start, env));
}

async function runOwned(command: RunCommand, run: () => Promise<void>, env: NodeJS.ProcessEnv): Promise<void> {
  const { placesOf } = await import('./run-plugin.ts');
  Object.assign(process.env, await placesOf(env));
  // What it left behind when its command was done.
  process.once('uncaughtException', (error) => {
    tellFailure(command, error, env);
    process.exit();
  });
  try {
    await run();
  } catch (error) {
    if (/^command .* not found\.?$/is.test(messageOf(error))) throw error;
    tellFailure(command, error, env);
  }
}
