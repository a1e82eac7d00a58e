import { readdirSync, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** A program that adds a command: `navi-NAME` on the path is run by `navi NAME`, as git and kubectl have them. */
export interface Plugin {
  readonly name: string;
  /** Absolute. */
  readonly file: string;
  /** What is run in its place; undefined where it is what is run. */
  readonly shadowedBy?: string | undefined;
}

/** What a name may be: a word that no shell takes for another. */
const namePattern = /^navi-([a-z0-9][a-z0-9-]*)(?:\.(?:exe|cmd|bat|ps1))?$/;

/** The program that `navi NAME` runs where navi has no such command; undefined where there is none. */
export function findPlugin(name: string, env: NodeJS.ProcessEnv): string | undefined {
  return pluginsOnPath(env, [`navi-${name}`])[0]?.file;
}

/** All such programs in the order of their names, those that are run first. @param commands of navi itself, which come first */
export function allPlugins(env: NodeJS.ProcessEnv, commands: readonly string[]): readonly Plugin[] {
  const found = pluginsOnPath(env);
  return found
    .map(({ name, file }): Plugin => {
      const first = found.find((other) => other.name === name);
      const shadowedBy = commands.includes(name) ? `navi ${name}` : first?.file === file ? undefined : first?.file;
      return { name, file, shadowedBy };
    })
    .toSorted((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}

/** In the order of the path. @param only these file names, without what Windows adds */
function pluginsOnPath(env: NodeJS.ProcessEnv, only?: readonly string[]): readonly Plugin[] {
  const folders = [...new Set((env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== ''))];
  return folders.flatMap((folder) =>
    namesIn(folder).flatMap((fileName) => {
      const [, name] = namePattern.exec(fileName) ?? [];
      const isMeant = only === undefined || only.includes(`navi-${name ?? ''}`);
      return name !== undefined && isMeant && isProgram(join(folder, fileName))
        ? [{ name, file: join(folder, fileName) }]
        : [];
    }),
  );
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    // Paths name folders that do not exist, or that may not be read.
    return [];
  }
}

function isProgram(file: string): boolean {
  const state = statSync(file, { throwIfNoEntry: false });
  return state?.isFile() === true && (process.platform === 'win32' || (state.mode & 0o111) !== 0);
}
