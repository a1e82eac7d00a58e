import type { Environment } from '@marcbachmann/cel-js';
import { celFailure } from './cel-failure.ts';

/** Kubernetes' functions for texts (apiserver 1.36), as far as the library lacks them; `timestamp` of one is itself. */
export function registerTextFunctions(environment: Environment): void {
  environment
    .registerFunction('string.find(string): string', (text: string, pattern: string) => {
      const [found = ''] = patternOf(pattern, 'u').exec(text) ?? [];
      return found;
    })
    .registerFunction('string.findAll(string): list<string>', (text: string, pattern: string) => all(text, pattern))
    .registerFunction('string.findAll(string, int): list<string>', (text: string, pattern: string, most: bigint) =>
      most < 0n ? all(text, pattern) : all(text, pattern).slice(0, Number(most)),
    )
    .registerFunction('string.charAt(int): string', (text: string, index: bigint) => {
      const points = Array.from(text);
      if (index < 0n || index > BigInt(points.length)) throw celFailure(`there is no character ${index}`);
      return points[Number(index)] ?? '';
    })
    .registerFunction('string.replace(string, string): string', (text: string, from: string, to: string) =>
      text.replaceAll(from, () => to),
    )
    .registerFunction(
      'string.replace(string, string, int): string',
      (text: string, from: string, to: string, most: bigint) => replaced(text, { from, to, most }),
    )
    .registerFunction('string.reverse(): string', (text: string) => Array.from(text).reverse().join(''))
    .registerFunction('timestamp(google.protobuf.Timestamp): google.protobuf.Timestamp', (instant: Date) => instant);
}

function all(text: string, pattern: string): readonly string[] {
  return Array.from(text.matchAll(patternOf(pattern, 'gu')), ([found]) => found);
}

function replaced(text: string, how: { readonly from: string; readonly to: string; readonly most: bigint }): string {
  if (how.most < 0n) return text.replaceAll(how.from, () => how.to);
  let left = how.most;
  return text.replaceAll(how.from, (found) => (left-- > 0n ? how.to : found));
}

/** JavaScript's patterns for RE2's: a flag in front is one of its own. */
function patternOf(pattern: string, flags: string): RegExp {
  const [, given = '', rest = ''] = /^(?:\(\?([ims]+)\))?([^]*)$/.exec(pattern) ?? [];
  // Of a needless backslash only the older form is patient.
  for (const form of [`${flags}${given}`, `${flags.replace('u', '')}${given}`]) {
    try {
      return new RegExp(rest, form);
    } catch {
      // Tried in the other form.
    }
  }
  throw celFailure(`${JSON.stringify(pattern)} is no pattern`);
}
