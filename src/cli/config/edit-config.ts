import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { configTemplate } from '../../config/config-template.ts';
import { configFile } from '../../config/config-file.ts';
import { configText, parseConfig } from '../../config/read-config.ts';
import { schema } from '../../config/schema.ts';
import { NaviError } from '../../errors/navi-error.ts';
import { makeDirectory } from '../../store/data-directory.ts';
import { reloadDaemon } from './reload-daemon.ts';
import { writeConfig } from './write-config.ts';

/**
 * Has a person edit a copy of the file, which takes its place once it is without a fault; the line to tell.
 * @throws NAVI_USAGE where there is no editor, NAVI_CONFIG_BROKEN that names the copy, which is kept
 */
export async function editConfig(env: NodeJS.ProcessEnv): Promise<string> {
  const file = configFile(env);
  const before = existsSync(file) ? configText(file, env) : '';
  const copy = `${file}.edited.toml`;
  makeDirectory(dirname(copy));
  writeFileSync(copy, before === '' ? configTemplate(schema) : before, { mode: 0o600 });
  runEditor(copy, env);
  const after = readFileSync(copy, 'utf8');
  parseConfig(after.replace(/^\uFEFF/, ''), copy, {});
  const isSame = after === before || (before === '' && after === configTemplate(schema));
  if (!isSame) writeConfig(file, after);
  rmSync(copy, { force: true });
  return isSame ? `${file} stays as it was` : `${file} is changed${await reloadDaemon(file)}`;
}

/** A line for the shell, as EDITOR is with every program: `code --wait`. */
function runEditor(copy: string, env: NodeJS.ProcessEnv): void {
  const [editor] = [env['VISUAL'], env['EDITOR'], 'vi'].filter((name) => name !== undefined && name !== '');
  const { status, error } = spawnSync(`${editor} "$NAVI_EDITED"`, {
    shell: true,
    stdio: 'inherit',
    env: { ...env, NAVI_EDITED: copy },
  });
  if (status === 0) return;
  rmSync(copy, { force: true });
  throw new NaviError(
    'NAVI_USAGE',
    `the editor "${editor}" ended with ${error?.message ?? `exit code ${status ?? '?'}`}`,
    {
      hints: ['EDITOR names the editor to use', 'navi config set KEY VALUE needs none'],
    },
  );
}
