import { isAbsolute, resolve } from 'node:path';
import type { ContextChoice } from '../../control/protocol.ts';
import { readKubeconfig } from '../../kubeconfig/read-kubeconfig.ts';
import { resolveContext, type ContextOverrides, type ResolvedContext } from '../../kubeconfig/resolve-context.ts';
import { stderrTerminal, warningLine } from '../../output/warning-line.ts';
import type { GetCommandLine } from './parse-flags.ts';
import { withoutQuestions } from './query-flags.ts';
import { refuseBadNames, refuseKubectlFlags, refuseMissingKubeconfig, refuseNobody } from './refuse-flags.ts';

/** Where a request goes, and where its notices go. */
export interface GetTarget {
  readonly context: ResolvedContext;
  /** The same for the daemon. */
  readonly choice: ContextChoice;
  /** What was typed after `get`, as far as kubectl knows it. */
  readonly argv: readonly string[];
  /** For notices and error lines. */
  readonly notice: (text: string) => void;
  /** For warnings, once per text and command, without their `Warning: `. */
  readonly warn: (text: string) => void;
}

/**
 * The context of a request with what its flags put in place of it.
 * @throws NAVI_AS_KUBECTL with kubectl's text for a name that the kubeconfig does not have, NAVI_USAGE for a credential
 */
export function getTarget(line: GetCommandLine, argv: readonly string[], notice: (text: string) => void): GetTarget {
  refuseKubectlFlags(line);
  const file = line.text('kubeconfig');
  refuseMissingKubeconfig(file);
  const kubeconfig = readKubeconfig(file === '' ? undefined : file, process.env);
  const overrides = overridesOf(line);
  refuseBadNames(line, kubeconfig);
  const named = line.text('context');
  const context = resolveContext(kubeconfig, named === '' ? undefined : named, overrides);
  refuseNobody(line, context.userName);
  const choice = { contexts: [context.name], kubeconfig: kubeconfig.files, overrides };
  return { context, choice, argv: withoutQuestions(argv), notice, warn: warner() };
}

function warner(): (text: string) => void {
  const told = new Set<string>();
  return (text) => {
    if (told.has(text)) return;
    told.add(text);
    process.stderr.write(warningLine(text, stderrTerminal(process.stderr.isTTY, process.env)));
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
