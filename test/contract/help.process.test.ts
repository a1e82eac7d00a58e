import { spawnSync } from 'node:child_process';
import { globSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hostNavi, plainArguments, type HostedNavi } from '../support/hosted-navi.ts';
import { type ProgramResult, syncedNavi, type SyncedNavi } from '../support/synced-navi.ts';

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

/** Longest time for one command (ms), on a machine with much else to do. */
const patienceMs = 60_000;

const folder = mkdtempSync(join(tmpdir(), 'navi-test-'));
const host = hostNavi(folder, process.env);
afterAll(async () => {
  await host.stop();
  rmSync(folder, { recursive: true });
});

async function help(...args: readonly string[]): Promise<string> {
  const { stdout, code } = await host.run(args, patienceMs);
  expect(code).toBe(0);
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
  test('lists every command with its summary', async () => {
    // As it is installed, in a process of its own.
    const own = spawnSync(process.execPath, [program, '--help'], { encoding: 'utf8' });
    expect(own).toMatchObject({ status: 0, stdout: await help('--help') });
    const text = own.stdout.replaceAll(/\s+/g, ' ');
    for (const id of ids.filter((each) => words(each).length === 1))
      expect(text).toContain(`${id} ${commands[id]?.summary ?? 'no summary'}`);
    expect(text).not.toContain('TOPICS');
  });
});

describe.each(ids.filter((id) => words(id).length > 1))('navi %s', (id) => {
  const [topic = '', name = ''] = words(id);

  test('is listed by the command that it belongs to, also where that stands alone, and by help', async () => {
    // Alone navi alerts does its own work.
    const alone = topic === 'alerts' ? [] : [[topic]];
    for (const line of [...alone, [topic, '--help'], ['help', topic]]) {
      const text = (await help(...line)).replaceAll(/\s+/g, ' ');
      expect(text).toContain(`${topic} ${name} ${commands[id]?.summary ?? 'no summary'}`);
    }
    expect(await help('help', topic, name)).toBe(await help(topic, name, '--help'));
  });
});

describe.each(ids)('navi %s', (id) => {
  test('is what a slip of the hand is taken for', async () => {
    const { stderr } = await host.run(words(`${id}e`), patienceMs);
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

  test('prints its help, at most 80 columns wide', async () => {
    const text = await help(...words(id), '--help');
    expect(text.split('\n')[0]).toBe(commands[id]?.summary);
    for (const section of ['USAGE', 'DESCRIPTION', 'EXAMPLES']) expect(text).toContain(`\n${section}\n`);
    expect(Math.max(...text.split('\n').map((line) => Array.from(line).length))).toBeLessThanOrEqual(80);
  });
});

describe('the examples', () => {
  let synced: SyncedNavi;
  let inFolder: HostedNavi;
  // Some write files, and some open an editor.
  const editors = { VISUAL: '', EDITOR: 'true' };

  beforeAll(async () => {
    synced = await syncedNavi();
    inFolder = hostNavi(synced.folder, synced.environment(editors));
  });
  afterAll(async () => {
    await inFolder.stop();
    await synced.remove();
  });

  async function typed(example: string): Promise<Pick<ProgramResult, 'code' | 'stderr'>> {
    const args = plainArguments(example);
    if (args === undefined) return await synced.shell(`cd "${synced.folder}" && ${example}`, editors);
    const { thrown, ...result } = await inFolder.run(args, patienceMs);
    expect(thrown).toBeUndefined();
    return result;
  }

  /** Contexts and objects that examples name need not exist; but nothing may be wrong about how they are written. */
  const allowed = [0, 1, 2, 3, 5, 6];

  /** These go on until they are interrupted, where there is a context. */
  const isEndless = (example: string): boolean => /^navi sync|--watch/.test(example);

  const ending = ids.filter((id) => id !== 'demo').flatMap((id) => examples(id).filter((one) => !isEndless(one)));
  test.each(ending)('%s is understood', async (example) => {
    const { code, stderr } = await typed(example);
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
