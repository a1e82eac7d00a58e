import { goQuote } from '../../core/go-quote.ts';
import { listedNames } from '../../core/listed-names.ts';
import * as Flags from '@oclif/core/flags';
import { NaviError } from '../../errors/navi-error.ts';
import type { ContextSummary } from '../../kubeconfig/context-summary.ts';
import type { Place } from '../../query/place.ts';
import { namespaceFault } from '../../query/resource-arguments.ts';

/** Flags that say which namespaces a listing is about. */
export const placeFlags = {
  'all-namespaces': Flags.boolean({ char: 'A', description: 'every namespace' }),
  namespace: Flags.string({
    char: 'n',
    description: 'namespaces in place of the context’s, with commas between them',
    helpValue: 'NAMESPACE,…',
  }),
};

/** Which namespaces were asked for. */
export interface PlaceChoice {
  readonly isAll: boolean;
  /** Empty for that of the context. */
  readonly names: readonly string[];
}

/**
 * The namespace that `-n` of a command about one place names; undefined for that of the context, which an empty text means, as
 * for kubectl.
 * @throws NAVI_USAGE for what is no name, or several
 */
export function oneNamespace(text: string | undefined): string | undefined {
  if (text === undefined || text === '') return undefined;
  const fault =
    namespaceFault(text) ?? (text.includes(',') ? `-n takes one namespace here, not ${goQuote(text)}` : undefined);
  if (fault === undefined) return text;
  throw new NaviError('NAVI_USAGE', fault, { hints: ['for example -n shop'] });
}

/** The choice that the flags make. @throws NAVI_USAGE for what is no name */
export function placeChoice(flags: {
  readonly 'all-namespaces': boolean;
  readonly namespace?: string | undefined;
}): PlaceChoice {
  const text = flags.namespace ?? '';
  const names = listedNames(text);
  if (text !== '' && names.length === 0) {
    throw new NaviError('NAVI_USAGE', `-n names no namespace: ${goQuote(text)}`, {
      hints: ['for example -n shop,web'],
    });
  }
  for (const name of names) {
    const fault = namespaceFault(name);
    if (fault !== undefined) throw new NaviError('NAVI_USAGE', fault, { hints: ['-A is every namespace'] });
  }
  return { isAll: flags['all-namespaces'], names };
}

/** Whether rows need to say which namespace they are of. */
export function hasNamespaces({ isAll, names }: PlaceChoice): boolean {
  return isAll || names.length > 1;
}

/** The place that a choice means in a context. */
export function placeIn({ isAll, names }: PlaceChoice, context: ContextSummary): Place {
  if (isAll) return undefined;
  return names.length > 0 ? names : [context.namespace];
}
