import { readFileSync } from 'node:fs';
import { listSettings } from '../../src/config/list-settings.ts';
import { schema } from '../../src/config/schema.ts';
import { commandPage, pageName, type ManifestCommand } from './command-page.ts';
import { markdownRoff } from './markdown-page.ts';
import { heading, item, page, paragraph, roffText, subheading, title } from './roff.ts';

/** Where a page is looked up. */
const others = ['navi-config(5)', 'navi-store(5)', 'navi-freshness(7)'];

/** Every manual page of the package: file name in `man` to its text. Read from the checkout in the working directory, after a build. */
export function manPages(): ReadonlyMap<string, string> {
  const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
  const manifest = JSON.parse(readFileSync('oclif.manifest.json', 'utf8')) as {
    commands: Readonly<Record<string, ManifestCommand>>;
  };
  const commands = Object.values(manifest.commands).toSorted((a, b) => (a.id < b.id ? -1 : 1));
  const pages = [
    ['navi.1', overviewPage(commands, version)] as const,
    ...commands.map((command) => [
      `${pageName(command.id)}.1`,
      commandPage(command, { version, related: relatedPages(command, commands) }),
    ] as const),
    ['navi-config.5', configPage(version)] as const,
    ['navi-store.5', storePage(version)] as const,
    ['navi-freshness.7', freshnessPage(version)] as const,
  ];
  return new Map(pages.map(([name, text]) => [name, page(text)]));
}

/** The page of all, those of the same topic, and those about everything. */
function relatedPages({ id }: ManifestCommand, commands: readonly ManifestCommand[]): readonly string[] {
  const [topic = ''] = id.split(':');
  const near = commands.filter((other) => other.id !== id && other.id.split(':')[0] === topic);
  return ['navi(1)', ...near.map((other) => `${pageName(other.id)}(1)`), ...others];
}

const named = (name: string, what: string): string => `${heading('Name')}${roffText(name)} \\- ${roffText(what)}\n`;

function overviewPage(commands: readonly ManifestCommand[], version: string): string {
  const readme = readFileSync('README.md', 'utf8');
  return [
    title('navi', 1, version),
    named('navi', 'a local, always-current, queryable mirror of your Kubernetes clusters'),
    heading('Synopsis'),
    '.B navi\nCOMMAND [ARGUMENTS] [OPTIONS]\n',
    heading('Description'),
    paragraph(introduction(readme)),
    heading('Commands'),
    ...commands.map(({ id, summary = '' }) => item(`navi ${id.replaceAll(':', ' ')}`, summary)),
    heading('See also'),
    paragraph(['navi-get(1)', 'navi-sync(1)', 'navi-status(1)', ...others].map((page) => `**${page}**`).join(', ')),
  ].join('');
}

/** What the README says before its first section. */
function introduction(readme: string): string {
  const [before = ''] = readme.split(/\n## /);
  return before
    .split('\n')
    .filter((line) => !line.startsWith('#') && !line.startsWith('!') && !line.startsWith('['))
    .join('\n')
    .trim()
    .replaceAll(/\n\n+/g, '\n.PP\n');
}

function configPage(version: string): string {
  const tables = listSettings(schema).map(({ header, says, settings }) => [
    ...(header === '' ? [] : [subheading(header), paragraph(says)]),
    ...settings.map(({ path, says: does, wanted, default: given, variable }) => {
      const value = given === undefined ? 'without it there is none' : `${given} unless set`;
      const also = variable === undefined ? '' : ` Variable: \`${variable}\`.`;
      return item(path.at(-1) ?? '', `${does} Must be ${wanted}; ${value}.${also}`);
    }),
  ]);
  return [
    title('navi-config', 5, version),
    named('navi-config', 'settings of navi'),
    heading('Description'),
    paragraph(
      'A file in TOML: the one that `NAVI_CONFIG` names, else `navi/config.toml` in `$XDG_CONFIG_HOME` or `~/.config` (`~/Library/Application Support` on macOS, `%APPDATA%` on Windows). It need not exist. A key or a value that navi does not know is an error, with its line.',
    ),
    paragraph('A variable of the environment takes the place of its key. Durations are written as `90s`, `15m`, `24h` or `7d`, sizes as `512Mi`.'),
    heading('Settings'),
    ...tables.flat(),
    heading('See also'),
    paragraph('**navi(1)**, **navi-sync(1)**'),
  ].join('');
}

function storePage(version: string): string {
  const layout = sectionOf(readFileSync('src/store/SCHEMA.md', 'utf8'), 'Files')
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .map((line) => line.replaceAll(/; see below| \(`?[^()|]*src\/[^()|]*\)/g, ''));
  const views = readFileSync('src/query/sql/VIEWS.md', 'utf8').replace(/^[\s\S]*?(?=^## )/m, '');
  return [
    title('navi-store', 5, version),
    named('navi-store', 'what navi keeps on disk, and the views that statements may rely on'),
    heading('Description'),
    paragraph(
      'Everything lies in `$NAVI_DATA_DIR`, else in `navi` in `$XDG_DATA_HOME` or `~/.local/share`. The databases are SQLite’s; their tables may change with any version of navi, the views of `navi sql` do not.',
    ),
    markdownRoff(`## Files\n\n${layout.join('\n')}`),
    heading('Views'),
    markdownRoff(views.replaceAll(/^## /gm, '### ')),
    heading('See also'),
    paragraph('**navi-sql(1)**, **navi-mirrors(1)**, **navi-export(1)**'),
  ].join('');
}

function freshnessPage(version: string): string {
  const readme = readFileSync('README.md', 'utf8');
  return [
    title('navi-freshness', 7, version),
    named('navi-freshness', 'how old an answer of navi may be, how it says so, and exit codes'),
    markdownRoff(`## How fresh is it?\n\n${sectionOf(readme, 'How fresh is it?')}`),
    heading('See also'),
    paragraph('**navi(1)**, **navi-status(1)**, **navi-verify(1)**'),
  ].join('');
}

/** What stands below a heading of the second rank, up to the next one. @throws Error where there is none of that name */
function sectionOf(markdown: string, name: string): string {
  const begin = `${name}\n`;
  const section = markdown.split(/^## /m).find((each) => each.startsWith(begin));
  if (section === undefined) throw new Error(`no section ${name}`);
  return section.slice(begin.length).trim();
}
