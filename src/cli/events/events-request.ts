import { goQuote } from '../../core/go-quote.ts';
import { didYouMean, nearestWord } from '../../core/nearest-word.ts';
import { NaviError } from '../../errors/navi-error.ts';
import type { ContextSummary } from '../../kubeconfig/context-summary.ts';
import type { EventFilter } from '../../query/events/event-filter.ts';
import type { MirrorType } from '../../query/mirror-type.ts';
import { namedType } from '../named-type.ts';

/** An object as `--for` names it. */
export interface NamedObject {
  /** As typed. */
  readonly type: string;
  readonly name: string;
}

/** Which events are asked for. */
export interface EventsRequest {
  /** Undefined for that of the context. */
  readonly namespace: string | undefined;
  readonly isAllNamespaces: boolean;
  /** In lower case; empty: every type. */
  readonly types: readonly string[];
  readonly about: NamedObject | undefined;
  /** Only events of the last so many milliseconds. */
  readonly withinMs: number | undefined;
}

/**
 * What is asked for, as the types of a mirror have it. Events about an object without a namespace are looked for in all.
 * @param types every served version of every type
 * @throws NAVI_USAGE for a type that the cluster does not have
 */
export function eventFilter(
  { namespace, isAllNamespaces, types: eventTypes, about, withinMs }: EventsRequest,
  context: ContextSummary,
  { types, nowMs }: { readonly types: readonly MirrorType[]; readonly nowMs: number },
): EventFilter {
  const type = about && namedType(about.type, types);
  const place = namespace ?? (type?.namespaced === false ? undefined : context.namespace);
  return {
    namespace: isAllNamespaces ? undefined : place,
    types: eventTypes,
    about: about && type && { group: type.group, kind: type.kind, name: about.name },
    sinceMs: withinMs === undefined ? undefined : nowMs - withinMs,
  };
}

/** The types that `--types` names, in lower case. @throws NAVI_USAGE for others than kubectl takes */
export function askedTypes(values: readonly string[]): readonly string[] {
  const types = values.flatMap((value) => value.split(',')).filter((type) => type !== '');
  const asked = types.map((type) => type.toLowerCase());
  if (asked.every((type) => type === 'normal' || type === 'warning')) return [...new Set(asked)];
  const unknown = asked.find((type) => type !== 'normal' && type !== 'warning') ?? '';
  const meant = nearestWord(unknown, ['normal', 'warning']);
  throw new NaviError('NAVI_USAGE', `valid --types are Normal or Warning, not ${goQuote(unknown)}`, {
    hints: [...didYouMean(meant && (meant === 'normal' ? 'Normal' : 'Warning')), 'navi events --types Warning'],
  });
}

/** The object that `--for` names; a variable of a script that is empty names none. @throws NAVI_USAGE */
export function askedObject(text: string | undefined): NamedObject | undefined {
  if (text === undefined) return undefined;
  const [type = '', name = '', ...more] = text.split('/');
  if (type !== '' && name !== '' && more.length === 0) return { type, name };
  throw new NaviError('NAVI_USAGE', '--for names one object as TYPE/NAME', {
    hints: ['navi events --for pod/web-0', 'navi search NAME tells the type of an object'],
  });
}
