import { EvaluationError } from '@marcbachmann/cel-js';

/** What a function throws that cannot answer for its arguments; the library adds where it was called. */
export function celFailure(message: string): Error {
  return new EvaluationError({ code: 'invalid_argument', message });
}
