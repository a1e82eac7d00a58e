import type { ErrorCode } from '../../errors/navi-error.ts';
import { exitCodes, NaviError } from '../../errors/navi-error.ts';

/** How bad a finding is: a `fault` keeps navi from its work, a `warning` may do so or deserves a look. */
export type FindingLevel = 'good' | 'warning' | 'fault';

/** One thing that was looked at. */
export interface Finding {
  /** What was looked at, as a word or two: `data directory`, `context prod`. */
  readonly subject: string;
  readonly level: FindingLevel;
  /** One line, which starts in lower case and has no full stop. */
  readonly message: string;
  /** What to type or do; empty where all is well. */
  readonly hints: readonly string[];
  /** What the process exits with for a fault. */
  readonly exitCode: number;
  /** Mends it without harm; undefined where a person has to. */
  readonly fix?: (() => void) | undefined;
}

/** All is well. */
export function good(subject: string, message: string): Finding {
  return { subject, level: 'good', message, hints: [], exitCode: 0 };
}

/** It deserves a look. */
export function warning(subject: string, message: string, hints: readonly string[], fix?: () => void): Finding {
  return { subject, level: 'warning', message, hints, exitCode: 0, fix };
}

/** It keeps navi from its work. */
export function fault(subject: string, code: ErrorCode, message: string, hints: readonly string[]): Finding {
  return { subject, level: 'fault', message, hints, exitCode: exitCodes[code] };
}

/** An error of navi's own as a fault; any other is thrown on. */
export function faultOf(subject: string, error: unknown, fix?: () => void): Finding {
  if (!(error instanceof NaviError)) throw error;
  const { message, hints, exitCode } = error;
  return { subject, level: 'fault', message, hints, exitCode, fix };
}
