import { goValueText } from '../../core/go-value-text.ts';
import { isJsonObject, type Json } from '../../core/json.ts';
import { createJsonPathRun } from '../../core/jsonpath/evaluate.ts';
import { parseJsonPath } from '../../core/jsonpath/parse.ts';
import { relaxedJsonPath } from '../../core/jsonpath/relaxed-path.ts';
import { kubectlError } from '../../errors/as-kubectl.ts';
import { verdict, type Verdict, type WaitCondition } from './wait-condition.ts';

/** How a path is given, in kubectl's words. */
const form = `--for=jsonpath='{.status.readyReplicas}'=3`;

/**
 * `jsonpath=PATH[=VALUE]` (kubectl 1.36): the path leads to one value, and that is VALUE where one is given.
 * @param input what stands behind `jsonpath=`
 * @throws NAVI_AS_KUBECTL
 */
export function jsonPathCondition(input: string): WaitCondition {
  const [path = '', ...values] = splitAtEquals(input);
  if (values.length > 1) {
    throw kubectlError(`jsonpath wait format must be ${form} or --for=jsonpath='{.status.readyReplicas}'`);
  }
  const relaxed = relaxedJsonPath(path);
  if (!relaxed.ok) throw kubectlError(relaxed.message);
  const wanted = values[0]?.replaceAll(/^['"]+|['"]+$/g, '');
  if (wanted === '') throw kubectlError(`jsonpath wait has to have a value after equal sign, like ${form}`);
  if (relaxed.template === '') throw kubectlError('jsonpath expression cannot be empty');
  const parsed = parseJsonPath(relaxed.template);
  if (!parsed.ok) throw kubectlError(parsed.message);
  // kubectl keeps one parser for all states, which matters to ranges.
  const evaluate = createJsonPathRun(parsed.template, true);
  return {
    kind: 'jsonpath',
    judge(object) {
      if (object === undefined) return verdict(false);
      const evaluated = evaluate(object);
      if (!evaluated.ok) return { kind: 'fault', message: evaluated.message };
      const results = evaluated.results.map((result) => (result.kind === 'text' ? [result.text] : result.values));
      return compared(results, wanted);
    },
  };
}

function compared([values = [], ...others]: readonly (readonly Json[])[], wanted: string | undefined): Verdict {
  const [value = null, ...more] = values;
  if (values.length === 0) return verdict(false);
  if (others.length > 0) return fault('given jsonpath expression matches more than one list');
  if (more.length > 0) return fault('given jsonpath expression matches more than one value');
  if (wanted === undefined) return verdict(true);
  if (Array.isArray(value) || isJsonObject(value)) {
    return fault('jsonpath leads to a nested object or list which is not supported');
  }
  return verdict(goValueText(value).trim() === wanted.trim());
}

function fault(message: string): Verdict {
  return { kind: 'fault', message };
}

/** At each `=` alone; two in a row are part of an expression. */
function splitAtEquals(input: string): readonly string[] {
  const parts = [''];
  for (const token of input.match(/==|=|[^=]+/g) ?? []) {
    if (token === '=') parts.push('');
    else parts.push(`${parts.pop() ?? ''}${token}`);
  }
  return parts;
}
