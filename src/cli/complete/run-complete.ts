import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ContextSummary, KubeconfigSummary } from '../../kubeconfig/context-summary.ts';
import { dataDirectory, userFile } from '../../store/data-directory.ts';
import { FilterTable } from '../../store/filter-table.ts';
import type { MirrorReader } from '../../store/open-reader.ts';
import { openUserReader } from '../../store/user-store.ts';
import { writeStderr } from '../../output/stderr.ts';
import { Stdout } from '../../output/stdout.ts';
import { summaryOf } from '../chosen-contexts.ts';
import { findMirror } from '../open-mirror.ts';
import { answer } from './answer.ts';
import { readAsked, type TypedLine } from './asked.ts';
import { candidate, directives, type Answer, type Candidate } from './candidate.ts';
import { tableFile, type CommandTable } from './command-table.ts';
import { contextsOf, flagValue, isElsewhere } from './line-places.ts';
import { MirrorSource } from './mirror-source.ts';
import type { Sources } from './sources.ts';
import type * as UserWords from './user-words.ts';

/** Most mirrors that are looked into where all contexts are asked for. */
const mostMirrors = 8;

/** What only few ask for is loaded for these alone. */
const ownKinds: ReadonlySet<string> = new Set(['actions', 'alerts', 'silenceable', 'silences']);

/**
 * Prints what could stand where the last of the words is being typed: `VALUE`, a tab and a description, one a line, then `:` and a
 * directive, as cobra's programs do. No mirror is changed and no cluster asked, and whatever goes wrong has fewer candidates; NAVI_DEBUG tells it on stderr.
 * @param root folder of the package
 */
export async function runComplete(words: readonly string[], root: string): Promise<void> {
  const { candidates, directive } = await answerTo(words, root);
  const lines = candidates.map(
    ({ value, description }) => `${description === '' ? value : `${value}\t${description}`}\n`,
  );
  const stdout = new Stdout();
  try {
    stdout.write(`${lines.join('')}:${directive}\n`);
    stdout.flush();
  } catch (error) {
    tell(error);
  }
}

async function answerTo(words: readonly string[], root: string): Promise<Answer> {
  const opened: (() => void)[] = [];
  try {
    const table = JSON.parse(readFileSync(join(root, tableFile), 'utf8')) as CommandTable;
    const asked = readAsked(table, words);
    const kubeconfig = await orNone(() => summaryOf(flagValue(asked.line, 'kubeconfig')), undefined);
    const isOfRule = asked.kind === 'settings' && asked.typed.startsWith('alerts.rules.');
    const own = isOfRule || ownKinds.has(String(asked.kind)) ? await import('./user-words.ts') : undefined;
    const isFirstWord = asked.kind === 'commands' && asked.line.command === '';
    const plugins = isFirstWord ? await (await import('./plugin-words.ts')).pluginWords(process.env) : [];
    return answer(asked, table, sourcesOf({ line: asked.line, kubeconfig: kubeconfig?.summary, opened, own, plugins }));
  } catch (error) {
    tell(error);
    return { candidates: [], directive: directives.noFiles };
  } finally {
    for (const close of opened) close();
  }
}

interface SourcePlaces {
  readonly line: TypedLine;
  readonly kubeconfig: KubeconfigSummary | undefined;
  /** Gets what closes each mirror that is opened. */
  readonly opened: (() => void)[];
  /** Where it is asked for. */
  readonly own: typeof UserWords | undefined;
  readonly plugins: readonly Candidate[];
}

function sourcesOf({ line, kubeconfig, opened, own, plugins }: SourcePlaces): Sources {
  const named = (names: readonly string[] = []): readonly Candidate[] => names.map((name) => candidate(name));
  let mirrors: readonly MirrorSource[] | undefined;
  const openOne = (context: ContextSummary): MirrorReader | undefined => {
    const reader = orElse(() => findMirror(context), undefined);
    if (reader === undefined) return undefined;
    opened.push(() => reader.close());
    reader.sqlite.exec('begin');
    return reader;
  };
  const openMirrors = (): readonly MirrorSource[] => {
    if (kubeconfig === undefined || isElsewhere(line)) return [];
    return chosen(line, kubeconfig).flatMap((context) => {
      const reader = openOne(context);
      return reader === undefined ? [] : [new MirrorSource(reader, context.namespace)];
    });
  };
  return {
    contexts: () => {
      const servers = new Map(kubeconfig?.contexts.map(({ name, server }) => [name, server]));
      return (kubeconfig?.contextNames ?? []).map((name) => candidate(name, servers.get(name)));
    },
    plugins: () => plugins,
    clusters: () => named(kubeconfig?.clusterNames),
    users: () => named(kubeconfig?.userNames),
    filters: () => orElse(savedFilters, []),
    actions: () => orElse(() => own?.queuedActions() ?? [], []),
    alerts: () => orElse(() => own?.openAlerts(kubeconfig?.contexts ?? [], openOne) ?? [], []),
    rules: () => orElse(() => own?.ruleNames() ?? [], []),
    silences: () => orElse(() => own?.silentTargets() ?? [], []),
    mirrors: () => (mirrors ??= openMirrors()),
  };
}

function chosen(line: TypedLine, { contexts, currentContext }: KubeconfigSummary): KubeconfigSummary['contexts'] {
  const names = contextsOf(line) ?? [currentContext];
  const all = names === 'all' ? contexts : contexts.filter(({ name }) => names.includes(name));
  return all.slice(0, mostMirrors);
}

function savedFilters(): readonly Candidate[] {
  const reader = openUserReader(userFile(dataDirectory(process.env)));
  try {
    const filters = reader?.read((tables) => tables.of(FilterTable).all()) ?? [];
    return filters.map(({ name, description, arguments: words }) => candidate(name, description || words.join(' ')));
  } finally {
    reader?.close();
  }
}

function orElse<T>(work: () => T, instead: T): T {
  try {
    return work();
  } catch (error) {
    tell(error);
    return instead;
  }
}

async function orNone<T>(work: () => Promise<T>, instead: T | undefined): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    tell(error);
    return instead;
  }
}

function tell(error: unknown): void {
  if (process.env['NAVI_DEBUG'] === undefined) return;
  writeStderr(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
}
