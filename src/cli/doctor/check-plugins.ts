import { namedFolders } from '../plugins/plugin-folders.ts';
import { good, warning, type Finding } from './finding.ts';

/** The oclif plugins that config.toml names, without running anything of them. One that is not taken keeps nothing of navi's own from working. */
export async function checkPlugins(env: NodeJS.ProcessEnv): Promise<readonly Finding[]> {
  const { usable, refused } = await namedFolders(env);
  return [
    ...usable.map(({ name, version, folder }) => good(`plugin ${name}`, `${version} in ${folder}`)),
    ...refused.map(({ reason }) => warning('plugin', reason.message, reason.hints)),
  ];
}
