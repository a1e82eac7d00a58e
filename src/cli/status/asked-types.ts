import { resourceName } from '../../core/api-resource.ts';
import { didYouMean, nearestWord } from '../../core/nearest-word.ts';
import { shellWord } from '../../core/shell-word.ts';
import { NaviError } from '../../errors/navi-error.ts';
import type { TypeStatus } from '../../query/mirror-status.ts';
import { resolveResource, type TypeEntry } from '../../query/resolve-resource.ts';
import { namesOfType } from '../named-type.ts';
import type { ContextStatus } from './read-statuses.ts';

/** The types that a status was asked for, in one context. */
export interface AskedTypes {
  /** `plural.group`. */
  readonly names: ReadonlySet<string>;
  /** Texts that mean no type there. */
  readonly unknown: readonly string[];
  /** Names that types have there. */
  readonly known: readonly string[];
}

/** What each text means, as `get` reads it; a cluster that never told its types may know every one. */
export function askedTypes(texts: readonly string[], types: readonly TypeEntry[]): AskedTypes {
  const found = texts.map((text) => ({ text, resolved: resolveResource(text, types) }));
  return {
    names: new Set(found.flatMap(({ resolved }) => (resolved.ok ? [resourceName(resolved.type)] : []))),
    known: types.flatMap(namesOfType),
    unknown: types.length === 0 ? [] : found.flatMap(({ text, resolved }) => (resolved.ok ? [] : [text])),
  };
}

/** The types of a context that are to be told of. */
export function typesToTell({ mirror, asked }: ContextStatus): readonly TypeStatus[] {
  const types = mirror?.types ?? [];
  return asked === undefined ? types : types.filter(({ type }) => asked.names.has(type));
}

/**
 * Refuses a text that means a type in none of the contexts.
 * @param contextNames all of the kubeconfig: whoever takes an argument for a context is told so
 * @throws NAVI_USAGE
 */
export function refuseUnknownTypes(statuses: readonly ContextStatus[], contextNames: readonly string[]): void {
  const asked = statuses.flatMap((status) => (status.asked === undefined ? [] : [status.asked]));
  const unknown = asked[0]?.unknown.find((text) => asked.every((one) => one.unknown.includes(text)));
  if (unknown === undefined) return;
  const meant = nearestWord(
    unknown.toLowerCase(),
    asked.flatMap(({ known }) => known),
  );
  throw new NaviError('NAVI_USAGE', `the cluster has no type called "${unknown}"`, {
    hints: contextNames.includes(unknown)
      ? [`navi status --context ${shellWord(unknown)} tells of the context of that name`]
      : [...didYouMean(meant), 'navi status --all shows every type', 'navi search finds objects by their names'],
  });
}
