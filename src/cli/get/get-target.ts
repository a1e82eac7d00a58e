import { isAbsolute, resolve } from 'node:path';
import { NaviError } from '../../errors/navi-error.ts';
import { asFault } from '../../errors/of-contexts.ts';
import type { ContextChoice } from '../../control/protocol.ts';
import type { ContextSummary, KubeconfigSummary } from '../../kubeconfig/context-summary.ts';
import type { ContextOverrides } from '../../kubeconfig/resolve-context.ts';
import type { SummaryRead } from '../../kubeconfig/read-summary.ts';
import { isSourceServer } from '../../kubeconfig/source-server.ts';
import { isTerminal } from '../../output/is-terminal.ts';
import { writeStderr } from '../../output/stderr.ts';
import { stderrTerminal, warningLine } from '../../output/warning-line.ts';
import { summaryOf } from '../chosen-contexts.ts';
import { lookForDaemon } from '../look-for-daemon.ts';
import type { GetCommandLine } from './parse-flags.ts';
import { withoutQuestions } from './query-flags.ts';
import { refuseBadNames, refuseKubectlFlags, refuseMissingKubeconfig, refuseNobody } from './refuse-flags.ts';

/** Where a request goes, and where its notices go. */
export interface GetTarget {
  readonly context: ContextSummary;
  /** The same for the daemon. */
  readonly choice: ContextChoice;
  /** `get`, or the other command that this is of. */
  readonly command: string;
  /** What was typed after that, as far as kubectl knows it. */
  readonly argv: readonly string[];
  /** For notices and error lines. */
  readonly notice: (text: string) => void;
  /** For warnings, once per text and command, without their `Warning: `. */
  readonly warn: (text: string) => void;
}

/** Where a command line goes: to one context, or to several. */
export interface GetTargets {
  /** None only where `faults` has every context. */
  readonly targets: readonly GetTarget[];
  /** Of `--all-contexts`: those that the kubeconfig cannot say the cluster or user of. */
  readonly faults: readonly NaviError[];
  readonly isSeveral: boolean;
}

/**
 * The contexts of a request with what its flags put in place of them.
 * @throws NAVI_AS_KUBECTL with kubectl's text for a name that the kubeconfig does not have, NAVI_USAGE for a credential
 */
export async function getTargets(
  line: GetCommandLine,
  argv: readonly string[],
  notice: (text: string) => void,
): Promise<GetTargets> {
  refuseKubectlFlags(line);
  const file = line.text('kubeconfig');
  refuseMissingKubeconfig(file);
  const { summary: kubeconfig, whole } = await summaryOf(file === '' ? undefined : file);
  const overrides = overridesOf(line);
  refuseBadNames(line, kubeconfig);
  const names = contextNames(line, kubeconfig);
  const isSeveral = names.length > 1;
  const faults: NaviError[] = [];
  const warn = warner();
  const contextOf = await contextReader({ summary: kubeconfig, whole }, names, overrides);
  const targets = names.flatMap((name): readonly GetTarget[] => {
    try {
      const context = contextOf(name);
      refuseNobody(line, context.userName);
      const choice = { contexts: [context.name], kubeconfig: kubeconfig.files, overrides };
      return [{ context, choice, command: line.command, argv: withoutQuestions(argv), notice, warn }];
    } catch (error) {
      if (!isSeveral || !line.isOn('all-contexts')) throw error;
      faults.push(asFault(error));
      return [];
    }
  });
  await lookForDaemon({
    contexts: targets.map(({ context }) => context),
    kubeconfig: kubeconfig.files,
    notice,
    isFollowing: line.isOn('watch') || line.isOn('watch-only'),
  });
  return { targets, faults, isSeveral };
}

/** The names that are asked for. @throws NAVI_USAGE for some and all at once */
function contextNames(line: GetCommandLine, kubeconfig: KubeconfigSummary): readonly string[] {
  const named = line.list('context').filter((name) => name !== '');
  if (line.isOn('all-contexts') && named.length > 0) {
    throw new NaviError('NAVI_USAGE', '--context and --all-contexts exclude each other', {
      hints: ['--context A --context B asks two'],
    });
  }
  const sources = new Set(kubeconfig.contexts.flatMap(({ name, server }) => (isSourceServer(server) ? [name] : [])));
  const all = kubeconfig.contextNames.filter((name) => !sources.has(name));
  const names = line.isOn('all-contexts') ? all : [...new Set(named)];
  return names.length > 0 ? names : [kubeconfig.currentContext];
}

/**
 * What finds a context by its name. The summary of the kubeconfig has those with whose cluster and user nothing is wrong, and
 * as they are without overrides.
 */
async function contextReader(
  { summary, whole }: SummaryRead,
  names: readonly string[],
  overrides: ContextOverrides,
): Promise<(name: string) => ContextSummary> {
  const byName = new Map(summary.contexts.map((context) => [context.name, context]));
  const isOverridden = Object.values(overrides).some((value) => value !== undefined && value !== '');
  if (!isOverridden && names.every((name) => byName.has(name))) return (name) => byName.get(name) as ContextSummary;
  const { resolveContext } = await import('../../kubeconfig/resolve-context.ts');
  const { contextSummary } = await import('../../kubeconfig/summarize-kubeconfig.ts');
  const kubeconfig = await whole();
  return (name) => contextSummary(resolveContext(kubeconfig, name === '' ? undefined : name, overrides));
}

/** Tells warnings of the cluster, each once. */
export function warner(): (text: string) => void {
  const told = new Set<string>();
  return (text) => {
    if (told.has(text)) return;
    told.add(text);
    writeStderr(warningLine(text, stderrTerminal(isTerminal(2), process.env)));
  };
}

function overridesOf(line: GetCommandLine): ContextOverrides {
  const authority = line.text('certificate-authority');
  return {
    cluster: line.text('cluster'),
    user: line.text('user'),
    server: line.text('server'),
    tlsServerName: line.text('tls-server-name'),
    caFile: authority === '' || isAbsolute(authority) ? authority : resolve(authority),
    ...(line.isGiven('insecure-skip-tls-verify')
      ? { insecureSkipTlsVerify: line.isOn('insecure-skip-tls-verify') }
      : {}),
  };
}
