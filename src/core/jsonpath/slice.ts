import { goTypeName } from '../go-value-text.ts';
import type { Json } from '../json.ts';
import type { PathStep } from './steps.ts';
import type { JsonPathSlice } from './template.ts';

/**
 * The items that `[n]` or `[a:b:step]` picks from every array in `input`. Nulls are skipped; anything else that is not
 * an array fails, and so does a bound outside the array. An array of which nothing is wanted ends the step with what
 * was found before it, as in kubectl 1.36.
 */
export function sliceValues(input: readonly Json[], slice: JsonPathSlice): PathStep {
  const values: Json[] = [];
  for (const value of input) {
    if (value === null) {
      continue;
    }
    if (!Array.isArray(value)) {
      return { values: input, message: `${goTypeName(value)} is not array or slice` };
    }
    const items = value as readonly Json[];
    const { start, end } = bounds(slice, items.length);
    if (start === end) {
      return { values };
    }
    const message = boundsFault(start, end, items.length) ?? stepFault(slice.step);
    if (message !== undefined) {
      return { values: input, message };
    }
    values.push(...items.slice(start, end).filter((_, index) => index % (slice.step ?? 1) === 0));
  }
  return { values };
}

function bounds(slice: JsonPathSlice, length: number): { readonly start: number; readonly end: number } {
  const { start = 0, end = length, endImplied } = slice;
  const endFromLast = end < 0 || (end === 0 && endImplied);
  return { start: start < 0 ? start + length : start, end: endFromLast ? end + length : end };
}

function boundsFault(start: number, end: number, length: number): string | undefined {
  if (start >= length || start < 0) {
    return `array index out of bounds: index ${start}, length ${length}`;
  }
  if (end > length || end < 0) {
    return `array index out of bounds: index ${end - 1}, length ${length}`;
  }
  return start > end ? `starting index ${start} is greater than ending index ${end}` : undefined;
}

function stepFault(step: number | undefined): string | undefined {
  return step !== undefined && step <= 0 ? 'step must be > 0' : undefined;
}
