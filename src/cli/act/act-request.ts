import type { Action, ActionTarget, ActionVerb } from '../../core/action/action.ts';
import { asObject, asString, type JsonObject } from '../../core/json.ts';
import { kubectlError } from '../../errors/as-kubectl.ts';
import { NaviError } from '../../errors/navi-error.ts';
import type { MirrorType } from '../../query/mirror-type.ts';
import { ownFailure, type Failure } from '../get/failure.ts';
import type { GetCommandLine } from '../get/parse-flags.ts';

/** Whether anything is changed, and who judges it where not. */
export type DryRun = 'none' | 'server' | 'client';

/** An object that a command line means, as it is now or as the mirror has it. */
export interface FoundTarget {
  readonly type: MirrorType;
  /** Without managedFields; undefined where it does not exist, and is to be made. */
  readonly object: JsonObject | undefined;
  readonly namespace: string;
  readonly name: string;
  /** What a manifest says of it. */
  readonly manifest?: JsonObject | undefined;
}

/** What keeps an object from being changed, with lines for stdout before it. */
export interface NoDraft {
  readonly notes: readonly string[];
  readonly failure: Failure;
}

/** What is to be done to an object. */
export interface Draft {
  /** Lines for stdout before it is done. */
  readonly notes: readonly string[];
  /** Undefined where there is nothing to change. */
  readonly action: Action | undefined;
  /** What is said when it is done: `labeled`. */
  readonly operation: string;
}

/** What a command line asks for, over and above which objects it is about. */
export interface ActRequest {
  readonly verb: ActionVerb;
  /** Types and names. */
  readonly args: readonly string[];
  /** Every object of a type that stands alone. */
  readonly isAll: boolean;
  /** Objects that one cannot be found of keep all others from being changed (kubectl 1.36, by command). */
  readonly isAllOrNone: boolean;
  /** The first failure ends it. */
  readonly endsAtFailure: boolean;
  /** What does not exist is not told. */
  readonly ignoresMissing?: boolean | undefined;
  /** An object of a manifest that does not exist is to be made. */
  readonly mayBeMissing?: boolean | undefined;
  /** What is said, to whom, where there is no object. */
  readonly whenNone?: { readonly text: string; readonly to: 'stdout' | 'stderr' | 'error' } | undefined;
  /** What to do to one object; a failure is told, and keeps no other from being changed. */
  readonly draft: (found: FoundTarget) => Draft | NoDraft;
  /** Text of a server's refusal, where kubectl puts something before it. */
  readonly refusalPrefix?: string | undefined;
}

/** `--dry-run`. @throws NAVI_AS_KUBECTL */
export function dryRunOf(line: GetCommandLine): DryRun {
  const value = line.text('dry-run');
  if (value === 'none' || value === 'server' || value === 'client') return value;
  if (value === 'unchanged' || /^(1|t|true|0|f|false)$/i.test(value)) {
    throw new NaviError('NAVI_USAGE', `--dry-run needs to say who tries it, not ${value}`, {
      hints: ['--dry-run=client only shows it', '--dry-run=server has the server judge it'],
    });
  }
  throw kubectlError(`Invalid dry-run value (${value}). Must be "none", "server", or "client".`);
}

/** The object as an action means it. */
export function targetOf({ type, object, namespace, name }: FoundTarget): ActionTarget {
  const { group, version, resource, kind } = type;
  const uid = asString(asObject(object?.['metadata'])['uid']);
  return { group, version, resource, kind, namespace, name, uid };
}

/** An object that cannot be changed so. @param message kubectl's words without `error: ` */
export function noDraft(message: string, notes: readonly string[] = []): NoDraft {
  return { notes, failure: ownFailure(message) };
}
