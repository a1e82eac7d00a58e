import { errorText } from '../errors/error-text.ts';
import type { NaviError } from '../errors/navi-error.ts';
import { exitCodeOf } from '../errors/of-contexts.ts';
import type { ContextsRun } from './ask-contexts.ts';

/** Tells of the contexts that could not answer; the exit code that they and the others make. */
export function tellFaults({ notice }: Pick<ContextsRun, 'notice'>, faults: readonly NaviError[]): number {
  for (const fault of faults) notice(errorText(fault));
  return exitCodeOf([0, ...faults.map(({ exitCode }) => exitCode)]);
}
