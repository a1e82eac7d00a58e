import { join } from 'node:path';
import { readTextFile } from '../../util/read-text-file.ts';
import { allPlugins } from '../plugins/find-plugins.ts';
import { namedFolders, type PluginFolder } from '../plugins/plugin-folders.ts';
import { reservedWords } from '../usage-error.ts';
import { candidate, type Candidate } from './candidate.ts';

/** Longest oclif.manifest.json that is read (bytes). */
const maxManifestBytes = 4 * 1024 ** 2;

/**
 * The first words that programs on the path and the oclif plugins of config.toml add, without running anything of them: those of a plugin
 * as its oclif.manifest.json has them, none without one.
 */
export async function pluginWords(env: NodeJS.ProcessEnv): Promise<readonly Candidate[]> {
  const programs = allPlugins(env, reservedWords).filter(({ shadowedBy }) => shadowedBy === undefined);
  const { usable } = await namedFolders(env);
  const words = [
    ...programs.map(({ name, file }) => candidate(name, file)),
    ...usable.flatMap((folder) => manifestWords(folder).map((word) => candidate(word, `of ${folder.name}`))),
  ];
  return words.filter(({ value }) => !reservedWords.includes(value));
}

function manifestWords({ folder }: PluginFolder): readonly string[] {
  try {
    const read = JSON.parse(readTextFile(join(folder, 'oclif.manifest.json'), maxManifestBytes)) as {
      readonly commands?: unknown;
    } | null;
    const { commands } = read ?? {};
    if (typeof commands !== 'object' || commands === null) return [];
    return [...new Set(Object.keys(commands).map((id) => id.split(':')[0] ?? id))];
  } catch {
    // There need not be one.
    return [];
  }
}
