import { exitCodes, NaviError } from './navi-error.ts';

/** Most hints of an error. */
const maxHintCount = 3;

/**
 * Exit code of a command about several contexts, from what each came to: the one that all share, else that something is
 * missing.
 */
export function exitCodeOf(codes: readonly number[]): number {
  const [first = 0] = codes;
  return codes.every((code) => code === first) ? first : exitCodes.NAVI_INCOMPLETE;
}

/** An error of one of several contexts, whose message names that. */
export function ofContext(name: string, error: NaviError): NaviError {
  if (error.message.includes(`context "${name}"`)) return error;
  const { code, hints, exitCode } = error;
  return new NaviError(code, `context "${name}": ${error.message}`, { hints, exitCode, cause: error });
}

/** One error for contexts of which none is left to go on with; `errors` is not empty. */
export function errorOfAll(errors: readonly NaviError[]): NaviError {
  const [first, ...others] = errors;
  if (first === undefined || others.length === 0) return first as NaviError;
  const told = errors.length <= maxHintCount ? errors : errors.slice(0, maxHintCount - 1);
  const untoldCount = errors.length - told.length;
  return new NaviError(first.code, `none of ${errors.length} contexts can be used`, {
    hints: [...told.map(({ message }) => message), ...(untoldCount === 0 ? [] : [`and ${untoldCount} more`])],
    exitCode: exitCodeOf(errors.map(({ exitCode }) => exitCode)),
    cause: first,
  });
}

/** What went wrong with one context, for the others to go on; what is not navi's own is a bug, and is thrown. */
export function asFault(thrown: unknown): NaviError {
  if (thrown instanceof NaviError) return thrown;
  throw thrown;
}
