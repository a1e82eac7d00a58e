import { goTypeName } from '../go-value-text.ts';
import type { Json } from '../json.ts';
import { type ArrayIndex, addToIndex } from './array-index.ts';
import type { PathStep } from './steps.ts';
import type { JsonPathSlice } from './template.ts';
import { templateType } from './unlike-json.ts';

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
      return { values: input, message: `${templateType(value) ?? goTypeName(value)} is not array or slice` };
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
    const step = Number(slice.step ?? 1);
    for (let index = Number(start); index < Number(end); index += step) {
      values.push(items[index] ?? null);
    }
  }
  return { values };
}

function bounds(slice: JsonPathSlice, length: number): { readonly start: ArrayIndex; readonly end: ArrayIndex } {
  const { start = 0, end = length, endImplied } = slice;
  const endFromLast = end < 0 || (end === 0 && endImplied);
  return { start: start < 0 ? addToIndex(start, length) : start, end: endFromLast ? addToIndex(end, length) : end };
}

function boundsFault(start: ArrayIndex, end: ArrayIndex, length: number): string | undefined {
  if (start >= length || start < 0) {
    return `array index out of bounds: index ${start}, length ${length}`;
  }
  if (end > length || end < 0) {
    return `array index out of bounds: index ${addToIndex(end, -1)}, length ${length}`;
  }
  return start > end ? `starting index ${start} is greater than ending index ${end}` : undefined;
}

function stepFault(step: ArrayIndex | undefined): string | undefined {
  return step !== undefined && step <= 0 ? 'step must be > 0' : undefined;
}
