import type { Environment } from '@marcbachmann/cel-js';
import type { RE2JS } from 're2js';
import { celFailure } from './cel-failure.ts';
import { replaceFunction } from './define.ts';

let engine: typeof RE2JS | undefined;

/** Compiled patterns, by their text: most expressions have one, and ask it for each object. */
const compiled = new Map<string, RE2JS>();

/** Most patterns that are kept: they may come from objects. */
const compiledMax = 100;

/**
 * Loads what patterns need (some 20 ms) where one of the expressions has any: to be called before they are evaluated.
 * CEL's patterns are RE2's. JavaScript's own engine knows another syntax, and can take years for a pattern like `(a+)+$`.
 */
export async function loadPatterns(expressions: readonly string[]): Promise<void> {
  if (expressions.some((text) => /\b(?:matches|find|findAll)\b/.test(text))) engine ??= (await import('re2js')).RE2JS;
}

function patternOf(text: string): RE2JS {
  if (engine === undefined) throw new Error('patterns were not loaded');
  const known = compiled.get(text);
  if (known !== undefined) return known;
  if (compiled.size === compiledMax) compiled.clear();
  try {
    const pattern = engine.compile(text);
    compiled.set(text, pattern);
    return pattern;
  } catch (error) {
    const [, why = ''] = /error parsing regexp(: [^:]*)/.exec(error instanceof Error ? error.message : '') ?? [];
    throw celFailure(`${JSON.stringify(text)} is no pattern${why}`);
  }
}

/** What a pattern finds, as Go finds it: nothing empty directly behind another find. @param most fewer than 0: all */
function findAll(text: string, pattern: string, most: bigint): readonly string[] {
  const matcher = patternOf(pattern).matcher(text);
  const found: string[] = [];
  let lastEnd = -1;
  while ((most < 0n || found.length < most) && matcher.find()) {
    const [start, end] = [matcher.start(), matcher.end()];
    if (start === end && start === lastEnd) continue;
    found.push(text.slice(start, end));
    lastEnd = end;
  }
  return found;
}

/** Functions with patterns: `matches` of CEL, `find` and `findAll` of Kubernetes (apiserver 1.36). */
export function registerPatternFunctions(environment: Environment): void {
  const matches = (text: string, pattern: string): boolean => patternOf(pattern).test(text);
  replaceFunction(environment, 'string.matches(string): bool', matches);
  replaceFunction(environment, 'matches(string, string): bool', matches);
  environment
    .registerFunction(
      'string.find(string): string',
      (text: string, pattern: string) => findAll(text, pattern, 1n)[0] ?? '',
    )
    .registerFunction('string.findAll(string): list<string>', (text: string, pattern: string) =>
      findAll(text, pattern, -1n),
    )
    .registerFunction('string.findAll(string, int): list<string>', findAll);
}
