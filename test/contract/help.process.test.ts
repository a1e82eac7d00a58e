import { spawnSync } from 'node:child_process';
import { globSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { syncedNavi, type SyncedNavi } from '../support/synced-navi.ts';

const root = join(import.meta.dirname, '../..');
const program = join(root, 'bin/run.js');

interface HelpOfFlag {
  readonly description?: string;
  readonly type: string;
  readonly helpValue?: string;
  readonly options?: readonly string[];
}

interface HelpOfCommand {
  readonly summary?: string;
  readonly description?: string;
  readonly examples?: readonly string[];
  readonly args: Readonly<Record<string, { readonly description?: string }>>;
  readonly flags: Readonly<Record<string, HelpOfFlag>>;
}

const { commands } = JSON.parse(readFileSync(join(root, 'oclif.manifest.json'), 'utf8')) as {
  commands: Readonly<Record<string, HelpOfCommand>>;
};
const ids = Object.keys(commands).sort();

/** A command as it is typed. */
const words = (id: string): readonly string[] => id.split(':');

/** The examples as they are typed. */
function examples(id: string): readonly string[] {
  return (commands[id]?.examples ?? []).map((example) => example.replaceAll('<%= config.bin %>', 'navi'));
}

function help(...args: readonly string[]): string {
  const { stdout, status } = spawnSync(process.execPath, [program, ...args], { encoding: 'utf8' });
  expect(status).toBe(0);
  return stdout;
}

describe('the package', () => {
  test('has a command for each file of src/commands, and no other', () => {
    expect(ids).toEqual(
      globSync(join(root, 'src/commands/**/*.ts'))
        .map((file) =>
          relative(join(root, 'src/commands'), file)
            .replace(/(?:\/index)?\.ts$/, '')
            .replaceAll('/', ':'),
        )
        .sort(),
    );
  });

  test('runs its program directly', () => {
    const { bin } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { bin: Record<string, string> };
    const own = { navi: 'bin/run.js', 'kubectl-navi': 'bin/run.js' };
    expect(bin).toEqual({ ...own, 'kubectl_complete-navi': 'bin/complete.js' });
    for (const file of new Set(Object.values(bin))) {
      expect(statSync(join(root, file)).mode & 0o111).toBe(0o111);
      expect(readFileSync(join(root, file), 'utf8').split('\n')[0]).toBe('#!/usr/bin/env node');
    }
  });
});

describe('navi --help', () => {
  test('lists every command with its summary', () => {
    const text = help('--help').replaceAll(/\s+/g, ' ');
    for (const id of ids.filter((each) => words(each).length === 1))
      expect(text).toContain(`${id} ${commands[id]?.summary ?? 'no summary'}`);
    expect(text).not.toContain('TOPICS');
  });
});

describe.each(ids.filter((id) => words(id).length > 1))('navi %s', (id) => {
  const [folder = '', name = ''] = words(id);

  test('is listed by the command that it belongs to, also where that stands alone, and by help', () => {
    // Alone navi alerts does its own work.
    const alone = folder === 'alerts' ? [] : [[folder]];
    for (const line of [...alone, [folder, '--help'], ['help', folder]]) {
      const text = help(...line).replaceAll(/\s+/g, ' ');
      expect(text).toContain(`${folder} ${name} ${commands[id]?.summary ?? 'no summary'}`);
    }
    expect(help('help', folder, name)).toBe(help(folder, name, '--help'));
  });
});

describe.each(ids)('navi %s', (id) => {
  test('is what a slip of the hand is taken for', () => {
    const { stderr } = spawnSync(process.execPath, [program, ...words(`${id}e`)], { encoding: 'utf8' });
    expect(stderr).toContain(`did you mean navi ${words(id).join(' ')}?`);
  });

  test('has a summary of one sentence, a description that adds to it, and examples', () => {
    const { summary = '', description = '' } = commands[id] ?? {};
    expect(summary).toMatch(/^[A-Z].{10,80}\.$/);
    expect(description).toMatch(/^[A-Z].{30,}\.$/s);
    expect(description).not.toContain(summary);
    expect(examples(id).length).toBeGreaterThanOrEqual(2);
    for (const example of examples(id))
      expect(example).toMatch(new RegExp(`^(\\w+=\\S+ )*navi ${words(id).join(' ')}\\b`));
  });

  test('says of every flag and argument what it does, and what its value is', () => {
    const { flags, args } = commands[id] ?? { flags: {}, args: {} };
    const silent = Object.entries({ ...flags, ...args }).filter(([, each]) => (each.description ?? '').length < 4);
    expect(silent.map(([name]) => name)).toEqual([]);
    const valueless = Object.entries(flags).filter(
      ([, flag]) => flag.type === 'option' && flag.helpValue === undefined && flag.options === undefined,
    );
    expect(valueless.map(([name]) => name)).toEqual([]);
  });

  test('prints its help, at most 80 columns wide', () => {
    const text = help(...words(id), '--help');
    expect(text.split('\n')[0]).toBe(commands[id]?.summary);
    for (const section of ['USAGE', 'DESCRIPTION', 'EXAMPLES']) expect(text).toContain(`\n${section}\n`);
    expect(Math.max(...text.split('\n').map((line) => Array.from(line).length))).toBeLessThanOrEqual(80);
  });
});

describe('the examples', () => {
  let synced: SyncedNavi;

  beforeAll(async () => {
    synced = await syncedNavi();
  });
  afterAll(() => synced.remove());

  /** Contexts and objects that examples name need not exist; but nothing may be wrong about how they are written. */
  const allowed = [0, 1, 2, 3, 5, 6];

  /** These go on until they are interrupted, where there is a context. */
  const isEndless = (example: string): boolean => /^navi sync|--watch/.test(example);

  const ending = ids.filter((id) => id !== 'demo').flatMap((id) => examples(id).filter((one) => !isEndless(one)));
  test.each(ending)('%s is understood', async (example) => {
    // Some write files, and some open an editor.
    const env = { VISUAL: '', EDITOR: 'true' };
    const { code, stderr } = await synced.shell(`cd "${synced.folder}" && ${example}`, env);
    expect(allowed).toContain(code);
    expect(stderr).not.toMatch(/unknown flag|--help|is missing|needs a value|unexpected argument|no command|has a bug/);
  });

  test.each(ids.flatMap((id) => examples(id).filter(isEndless)))('%s is understood', async (example) => {
    const env = { KUBECONFIG: join(synced.folder, 'nowhere') };
    expect(await synced.shell(example, env)).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/^error: no kubeconfig found/) as string,
    });
  });

  test.each(examples('demo'))('%s is understood', async (example) => {
    const { stderr, stdout } = await synced.shell(`${example} | head -n 1`);
    expect(stderr).toBe('');
    expect(stdout).not.toBe('');
  });
});
