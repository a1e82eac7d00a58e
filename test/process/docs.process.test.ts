import { globSync, mkdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { foundCompany } from '../../src/demo/company.ts';
import { seededRandom } from '../../src/demo/seeded-random.ts';
import { systemClock } from '../../src/util/clock.ts';
import { commandWords } from '../../src/cli/usage-error.ts';
import { askHosted, hostNavi, plainArguments, type HostedNavi } from '../support/hosted-navi.ts';
import { installExample } from '../support/oclif-example.ts';
import { naviProgram, type ProgramResult, syncedNavi, type SyncedNavi } from '../support/synced-navi.ts';

const root = join(import.meta.dirname, '../..');
const pages = globSync(['README.md', 'docs/*.md'].map((path) => join(root, path)))
  .filter((file) => basename(file) !== 'performance.md')
  .sort();

interface Block {
  /** What stands behind the three backticks. */
  readonly info: string;
  readonly text: string;
}

/** The fenced blocks of a page, in order. */
function blocksOf(file: string): readonly Block[] {
  const matches = readFileSync(file, 'utf8').matchAll(/^```(?<info>.*)\n(?<text>[^]*?)^```$/gm);
  return [...matches].map(({ groups }) => ({ info: groups?.['info'] ?? '', text: groups?.['text'] ?? '' }));
}

/** What is typed: lines of `sh`, and those of `console` behind `$ `, each with what it prints there. */
interface Typed {
  readonly line: string;
  readonly shown: readonly string[];
}

function typedOf({ info, text }: Block): readonly Typed[] {
  if (info === 'sh') {
    return text
      .split('\n')
      .filter((line) => line.trim() !== '')
      .map((line) => ({ line, shown: [] }));
  }
  if (info !== 'console') return [];
  return text
    .split(/^\$ /m)
    .slice(1)
    .map((part) => {
      const [line = '', ...shown] = part.trimEnd().split('\n');
      return { line, shown };
    });
}

/** A line without what differs each time: ids, ages, other numbers, and how wide the columns are. */
function lasting(line: string): string {
  return line
    .replace(/^[a-z0-9]{8} (?= *(critical|warning|info) )/, 'ID ')
    .replaceAll(/\b\d+(?:[smhdy]\d*)+\b/g, 'AGE')
    .replaceAll(/-\d{8}-/g, '-MINUTE-')
    .replaceAll(/\d+/g, '0')
    .replaceAll(/ +/g, ' ')
    .trimEnd();
}

describe('what the pages say', () => {
  let navi: SyncedNavi;
  let host: HostedNavi;

  beforeAll(async () => {
    navi = await syncedNavi(({ state }) => foundCompany({ state, clock: systemClock(), random: seededRandom(20) }));
    const work = join(navi.folder, 'work');
    mkdirSync(work);
    installExample(work);
    host = hostNavi(work, navi.environment());
  });
  afterAll(async () => {
    await host.stop();
    await navi.navi(['stop']);
    await navi.remove();
  });

  /** Runs a line: in a process that has run others where it only asks navi something, else as it is typed. */
  async function run(command: string): Promise<ProgramResult> {
    const args = plainArguments(command.replace(/ +# .*$/, ''));
    const [word = ''] = args ?? [];
    // What others wrote is loaded by a process of its own.
    const isAlone = /^(sync|stop|demo|service|plugins)$/.test(word) || !commandWords.includes(word);
    if (args !== undefined && !isAlone) return await askHosted(host, args);
    return await navi.shell(`cd "${join(navi.folder, 'work')}" && ${command}`);
  }

  describe.each(pages)('%s', (page) => {
    const blocks = blocksOf(page);
    const typed = blocks.flatMap(typedOf);

    beforeAll(async () => {
      // Some begin without a daemon.
      const isFirst = typed[0]?.line.startsWith('navi sync') === true;
      if (isFirst || (await navi.navi(['verify', 'namespaces'])).code === 0) return;
      expect((await navi.navi(['sync', '--detach'])).code).toBe(0);
      expect((await navi.navi(['sync', '--once'])).code).toBe(0);
    });

    test('has blocks of known kinds only', () => {
      const kinds = blocks.map(({ info }) => info.replace(/^sh elsewhere: .*$/, 'elsewhere'));
      const known = ['sh', 'sh in a checkout', 'console', 'toml', 'toml settings', 'toml filters', 'json', 'elsewhere'];
      expect(kinds.filter((kind) => !known.includes(kind))).toEqual([]);
    });

    test('leads to files that exist', () => {
      const links = [...readFileSync(page, 'utf8').matchAll(/\]\((?!http)(?<path>[^)#]+)/g)];
      const files = globSync(links.map(({ groups }) => join(page, '..', groups?.['path'] ?? '')));
      expect(files.length).toBe(new Set(links.map(({ groups }) => groups?.['path'])).size);
    });

    // In their order: some need what those before them wrote.
    test.runIf(typed.length > 0).each(typed)('$line', async ({ line, shown }) => {
      const { expected, command } = asTyped(line);
      const { stdout, stderr, code } = await run(command);
      expect({ code, stderr: code === expected ? '' : stderr }).toEqual({ code: expected, stderr: '' });
      const printed = stdout.split('\n').map(lasting);
      for (const each of shown) expect(printed).toContain(lasting(each));
    });

    const settings = blocks.filter(({ info }) => info === 'toml settings' || info === 'toml');
    test.runIf(settings.length > 0).each(settings)('has settings that navi takes: $text', async ({ text }) => {
      const { stderr, code } = await navi.ask(['config', 'check', navi.file('shown.toml', text)]);
      expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
    });

    const filters = blocks.filter(({ info }) => info === 'toml filters');
    test.runIf(filters.length > 0).each(filters)('has filters that navi takes: $text', async ({ text }) => {
      const file = navi.file('shown-filters.toml', text);
      const name = /\[filters\.(?<name>\w+)\]/.exec(text)?.groups?.['name'];
      const { stderr, code } = await navi.ask(['get', `@${name}`, '--filters', file]);
      expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
    });

    const elsewhere = blocks.filter(({ info }) => info.startsWith('sh elsewhere: '));
    test.runIf(elsewhere.length > 0).each(elsewhere)('has what $info runs', ({ info, text }) => {
      const tested = readFileSync(join(root, info.replace('sh elsewhere: ', '')), 'utf8');
      for (const line of text.trimEnd().split('\n')) {
        const [, ...words] = line.split(' ');
        expect(tested).toContain(words.map((word) => `'${word}'`).join(', '));
      }
    });
  });
});

/** A line with the exit code that the comment behind it tells; what goes on is interrupted. */
function asTyped(line: string): { readonly command: string; readonly expected: number } {
  if (line.endsWith('# until interrupted')) {
    const interrupted = `timeout --preserve-status --signal=INT 5 "${process.execPath}" "${naviProgram}"`;
    return { command: line.replace(/^navi/, interrupted), expected: 130 };
  }
  return { command: line, expected: Number(/# (?:.*is )?exit (?<code>\d)$/.exec(line)?.groups?.['code'] ?? 0) };
}
