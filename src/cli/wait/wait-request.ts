import type { ContextChoice } from '../../control/protocol.ts';
import { shellWord } from '../../core/shell-word.ts';
import { kubectlError } from '../../errors/as-kubectl.ts';
import { NaviError } from '../../errors/navi-error.ts';
import type { ContextSummary } from '../../kubeconfig/context-summary.ts';
import type { MirrorType } from '../../query/mirror-type.ts';
import type { WaitCondition } from '../../query/wait/wait-condition.ts';
import { parseDuration } from '../duration.ts';
import { planGet, type GetPlan } from '../get/get-plan.ts';

/** What `navi wait` was asked for. */
export interface WaitRequest {
  /** Types and names, as `kubectl wait` takes them. */
  readonly args: readonly string[];
  /** Empty for that of the context. */
  readonly namespace: string;
  readonly allNamespaces: boolean;
  readonly selector: string;
  readonly fieldSelector: string;
  /** Every object of a type that stands alone. */
  readonly isAll: boolean;
  /** At least one; each object must come to meet them one after the other. */
  readonly conditions: readonly WaitCondition[];
  /** 0: what is there now decides. */
  readonly timeoutMs: number;
  /** As `-o` has it; empty for a line about each condition. */
  readonly format: string;
  /** What was typed after `wait`. */
  readonly argv: readonly string[];
}

/** Where a wait looks, and where its notices go. */
export interface WaitTarget {
  readonly context: ContextSummary;
  /** The same for the daemon. */
  readonly choice: ContextChoice;
  /** Age of data from which on a notice is due (ms). */
  readonly noticeAfterMs: number;
  readonly notice: (text: string) => void;
  /** For warnings of the cluster, without their `Warning: `. */
  readonly warn: (text: string) => void;
}

const weekMs = 7 * 24 * 3_600_000;

/** `--timeout` as kubectl 1.36 takes it: what is negative is a week. @throws NAVI_USAGE */
export function parseTimeout(text: string): number {
  const timeoutMs = parseDuration(text.replace(/^-/, ''), '--timeout');
  return text.startsWith('-') && timeoutMs > 0 ? weekMs : timeoutMs;
}

/** True for a wait that has the condition. */
export function waitsFor({ conditions }: WaitRequest, kind: WaitCondition['kind']): boolean {
  return conditions.some((condition) => condition.kind === kind);
}

/**
 * What is to be looked at, in order.
 * @param types every served version of every type
 * @throws NAVI_AS_KUBECTL with kubectl's text for arguments that it refuses, NAVI_INCOMPLETE for a type whose first list is
 * not complete, NAVI_NOT_MIRRORED for what only the cluster can answer
 */
export function planWait(request: WaitRequest, types: readonly MirrorType[], { context, warn }: WaitTarget): GetPlan {
  const { args, namespace, allNamespaces, selector, fieldSelector, isAll } = request;
  const hasSelector = selector.trim() !== '' || fieldSelector.trim() !== '';
  if (args.length === 0 && hasSelector) throw kubectlError('at least one resource must be specified to use a selector');
  const asked = {
    args,
    namespaces: namespace === '' ? [] : [namespace],
    allNamespaces,
    selector,
    fieldSelector,
    subresource: '',
  };
  const watch = { isOn: false, only: false, showEvents: false };
  const plan = planGet({ ...asked, watch, impersonate: undefined, maxAgeMs: undefined }, types, { context, warn });
  if (plan.isBulk && !isAll && !hasSelector) {
    throw kubectlError('resource(s) were provided, but no name was specified');
  }
  for (const { type, live } of plan.steps) {
    const isValue = isSecret(type) && waitsFor(request, 'jsonpath');
    const why = live ?? (isValue ? 'values of Secrets are not mirrored' : undefined);
    if (why !== undefined) throw onlyCluster(request, `${why}; it cannot be waited for here`);
  }
  return plan;
}

/** True for the type whose values are not mirrored. */
export function isSecret({ group, resource }: MirrorType): boolean {
  return group === '' && resource === 'secrets';
}

/** What the mirror cannot tell, kubectl can. */
export function onlyCluster({ argv }: WaitRequest, message: string): NaviError {
  return new NaviError('NAVI_NOT_MIRRORED', message, { hints: [`kubectl wait ${argv.map(shellWord).join(' ')}`] });
}
