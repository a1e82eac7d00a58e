import { firstNames, typesAre } from '../core/type-words.ts';
import { exitCodes } from '../errors/navi-error.ts';

/** Most types that a line on a terminal names. */
const namedCount = 8;

/** A type, or a type in one namespace, that is to be mirrored. */
export interface AskedScope {
  /** `plural.group`. */
  readonly type: string;
  readonly isRefused: boolean;
}

/** Whose refusals are told, and where. */
export interface RefusalsAsked {
  readonly context: string;
  /** On a terminal a line names a few types, otherwise all. */
  readonly isTerminal: boolean;
}

/** What came of the lists of one context that were not refused, and of those that were. */
export interface ListOutcome {
  readonly code: number;
  /** Whole lines without line feeds; with names from servers. */
  readonly lines: readonly string[];
}

/**
 * What RBAC refused of a context whose every other list is complete: exit code 0 with the types named, 4 where nothing at
 * all may be listed. A type that may not be listed as a whole may be mirrored in some namespaces all the same.
 */
export function refusals(scopes: readonly AskedScope[], { context, isTerminal }: RefusalsAsked): ListOutcome {
  const refused = new Set(scopes.flatMap(({ type, isRefused }) => (isRefused ? [type] : [])));
  const partly = new Map<string, number>();
  for (const { type, isRefused } of scopes) {
    if (!isRefused && refused.has(type)) partly.set(type, (partly.get(type) ?? 0) + 1);
  }
  const not = [...refused].filter((type) => !partly.has(type));
  const names = (all: readonly string[]): string =>
    isTerminal ? firstNames(all, namedCount, ' (navi status --all)') : all.join(', ');
  if (scopes.length > 0 && scopes.every(({ isRefused }) => isRefused)) {
    return {
      code: exitCodes.NAVI_REFUSED,
      lines: [
        `error: ${context}: this user may list nothing: ${typesAre(not.length)} forbidden, not mirrored: ${names(not)}`,
        '  kubectl auth can-i --list tells what the user may do; config.toml can name namespaces that may be read',
      ],
    };
  }
  const some = [...partly].map(([type, count]) => `${type} (${count})`);
  const lines = [
    not.length === 0 ? '' : `${context}: ${typesAre(not.length)} forbidden, not mirrored: ${names(not)}`,
    some.length === 0 ? '' : `${context}: mirrored in the namespaces that may be read: ${names(some)}`,
  ];
  return { code: 0, lines: lines.filter((line) => line !== '') };
}
