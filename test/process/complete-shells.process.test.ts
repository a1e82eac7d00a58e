import { appendFileSync, existsSync, mkdirSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fillForCompletion, fillUserStore } from '../support/completion-cluster.ts';
import { naviProgram, syncedNavi, type SyncedNavi } from '../support/synced-navi.ts';
import { openTerminal, type Terminal } from '../support/terminal.ts';

let navi: SyncedNavi;
let env: NodeJS.ProcessEnv;

beforeAll(async () => {
  navi = await syncedNavi(fillForCompletion);
  await navi.navi(['filter', 'save', 'broken', 'pods']);
  await fillUserStore(navi);
  // A shell would take this name for more than text.
  const odd = `- name: "over $(touch made) there"\n  context: {cluster: simulator, user: admin}\n`;
  appendFileSync(navi.kubeconfig, odd);
  const bin = join(navi.folder, 'bin');
  mkdirSync(bin);
  symlinkSync(naviProgram, join(bin, 'navi'));
  const { PATH = '' } = process.env;
  const places = { PATH: `${bin}:${dirname(process.execPath)}:${PATH}`, HOME: navi.folder, ZDOTDIR: navi.folder };
  env = navi.environment({ ...places, TERM: 'xterm-256color', LANG: 'C.UTF-8' });
  navi.file('from-file.yaml', '');
  mkdirSync(join(navi.folder, 'from-folder'));
});
afterAll(() => navi.remove());

/** What is typed, and what one press of the tab key makes of it, with a Z typed behind. */
type Case = readonly [typed: string, completed: string];

/** The same in every shell. */
const common: readonly Case[] = [
  ['navi comp', 'navi completion Z'],
  ['navi filter sh', 'navi filter show Z'],
  ['navi get deploym', 'navi get deployments Z'],
  ['navi get po,deploym', 'navi get po,deployments Z'],
  ['navi get pods ap', 'navi get pods api-0 Z'],
  ['navi get pods web', 'navi get pods web-Z'],
  ['navi get pods/a', 'navi get pods/api-0 Z'],
  ['navi get pods -n sh', 'navi get pods -n shop Z'],
  ['navi get pods -n default,sh', 'navi get pods -n default,shop Z'],
  ['navi get pods -nsh', 'navi get pods -nshop Z'],
  ['navi get pods --namespace=sh', 'navi get pods --namespace=shop Z'],
  ['navi get pods -n=sh', 'navi get pods -n=shop Z'],
  ['navi get pods --no-h', 'navi get pods --no-headers Z'],
  ['navi get clusterroles sys', 'navi get clusterroles system:node Z'],
  ['navi get clusterroles system:n', 'navi get clusterroles system:node Z'],
  ['navi get pods -l ti', 'navi get pods -l tier=Z'],
  ['navi get pods -l app=we', 'navi get pods -l app=web Z'],
  ['navi get pods -l app=web,tier=', 'navi get pods -l app=web,tier=front Z'],
  ["navi get pods -l 'app=web,ti", "navi get pods -l 'app=web,tier=Z"],
  ["navi get pods -l 'app=web,tier=", "navi get pods -l 'app=web,tier=front' Z"],
  ['navi get @b', 'navi get @broken Z'],
  ['navi get pods web-0 nothing', 'navi get pods web-0 nothingZ'],
  ['navi get -f from-fi', 'navi get -f from-file.yaml Z'],
  ['navi get -k from', 'navi get -k from-folder/Z'],
  ['navi alerts ack a', 'navi alerts ack aaaa1111 Z'],
  ['navi alerts silence image', 'navi alerts silence image-pull Z'],
  ['navi queue show 2', 'navi queue show 2 Z'],
  ['true; navi get pods ap', 'true; navi get pods api-0 Z'],
];

const shells: readonly {
  readonly shell: string;
  readonly files: Readonly<Record<string, string>>;
  readonly line: string;
  readonly cases: readonly Case[];
}[] = [
  {
    shell: 'bash',
    files: { bashrc: `PS1='> '; bind 'set bell-style none'; source <(navi completion bash)\n` },
    line: 'bash --rcfile bashrc -i',
    cases: [
      ['navi get pods --context ov', 'navi get pods --context over\\ \\$\\(touch\\ made\\)\\ there Z'],
      ['navi get pods --context "ov', 'navi get pods --context "over \\$(touch made) there" Z'],
      ['navi get pods --context over\\ ', 'navi get pods --context over\\ \\$\\(touch\\ made\\)\\ there Z'],
    ],
  },
  {
    shell: 'zsh',
    files: {
      '.zshrc': `PS1='> '; bindkey -e; unsetopt beep; autoload -U compinit; compinit -u; source <(navi completion zsh)\n`,
    },
    line: 'zsh -i',
    cases: [
      ['navi get pods --context ov', 'navi get pods --context over\\ \\$\\(touch\\ made\\)\\ there Z'],
      ['navi get pods --context "ov', 'navi get pods --context "over \\$(touch made) there" Z'],
    ],
  },
  {
    shell: 'fish',
    files: {
      'config.fish': `function fish_prompt; echo -n '> '; end; set -g fish_autosuggestion_enabled 0; set -g fish_greeting
navi completion fish | source\n`,
    },
    line: 'fish --no-config --init-command "source config.fish"',
    cases: [['navi get pods --context ov', 'navi get pods --context over\\ \\$\\(touch\\ made\\)\\ there Z']],
  },
];

describe.each(shells)('the real $shell', ({ shell, files, line, cases }) => {
  let terminal: Terminal;

  beforeAll(async () => {
    for (const [name, content] of Object.entries(files)) navi.file(name, content);
    terminal = await openTerminal(`cd "${navi.folder}" && exec ${line}`, { columns: 100, rows: 30 }, env);
    await terminal.until('its prompt', (lines) => lines.includes('>'));
  });
  afterAll(() => terminal.close());

  test.each([...common, ...cases])('makes %j, with a tab, %j', async (typed, completed) => {
    await terminal.press('C-u', 'C-l');
    await terminal.until('an empty line', ([first]) => first === '>');
    await terminal.press('-l', `${typed}\tZ`);
    const lines = await terminal.until('the mark', (shown) => shown.some((each) => /^> .*Z$/.test(each)));
    expect(lines.find((each) => each.startsWith('> '))).toBe(`> ${completed}`);
  });

  test('completes where the cursor is, and leaves what stands behind it', async () => {
    await terminal.press('C-u', 'C-l');
    await terminal.until('an empty line', ([first]) => first === '>');
    await terminal.press('-l', 'navi get deploym -n shop');
    await terminal.press('-N', '8', 'Left');
    await terminal.press('-l', '\tZ');
    const lines = await terminal.until('the mark', (shown) => shown.some((each) => each.includes('Z')));
    expect(lines.find((each) => each.startsWith('> '))).toMatch(/^> navi get deployments ?Z ?-n shop$/);
    await terminal.press('C-e');
  });

  test('shows what there is, with what it is where the shell has room for that', async () => {
    await terminal.press('C-u', 'C-l');
    await terminal.until('an empty line', ([first]) => first === '>');
    await terminal.press('-l', 'navi filter \t\t');
    const lines = await terminal.until('the commands', (shown) => shown.some((each) => each.includes('import')));
    if (shell !== 'bash') expect(lines.join('\n')).toMatch(/delete +(-- |\()Delete saved filters\./);
  });

  test('has run nothing of what it completed', () => {
    expect(existsSync(join(navi.folder, 'made'))).toBe(false);
  });
});

describe('where the shell looks for it by itself', () => {
  test('zsh finds it in fpath', async () => {
    mkdirSync(join(navi.folder, 'site'));
    navi.file(
      '.zshrc',
      `PS1='> '; bindkey -e; unsetopt beep; fpath=("$PWD/site" $fpath); autoload -U compinit; compinit -u\n`,
    );
    const line = `cd "${navi.folder}" && navi completion zsh > site/_navi && exec zsh -i`;
    const terminal = await openTerminal(line, { columns: 100, rows: 10 }, env);
    try {
      await terminal.until('its prompt', (lines) => lines.includes('>'));
      for (const end of ['first', 'second']) {
        await terminal.press('C-u');
        await terminal.press('-l', 'navi get deploym\tZ');
        await terminal.until(`the ${end} answer`, (lines) => lines.includes('> navi get deployments Z'));
      }
    } finally {
      terminal.close();
    }
  });

  test('fish finds it among its completions', async () => {
    mkdirSync(join(navi.folder, 'fish', 'completions'), { recursive: true });
    const install = 'navi completion fish > "$XDG_CONFIG_HOME/fish/completions/navi.fish"';
    const asked = 'fish -c \'complete -C "navi get deploym"; complete -C "navi get pods --namespace=sh"\'';
    const { stdout } = await navi.execute('bash', ['-c', `${install} && ${asked}`], env);
    expect(stdout).toBe('deployments\tDeployment, apps\n--namespace=shop\n');
  });
});
