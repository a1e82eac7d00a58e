import { goQuote } from '../../core/go-quote.ts';
import { kubectlError } from '../../errors/as-kubectl.ts';
import { jsonPathCondition } from './jsonpath-condition.ts';
import { statusCondition } from './status-condition.ts';
import { verdict, type WaitCondition } from './wait-condition.ts';

/** The values of `--for`, as kubectl 1.36 reads them, in order; at least one. @throws NAVI_AS_KUBECTL */
export function parseConditions(texts: readonly string[]): readonly WaitCondition[] {
  if (texts.length === 0) throw kubectlError('unrecognized condition: []');
  return texts.map(parseCondition);
}

function parseCondition(text: string): WaitCondition {
  switch (text.toLowerCase()) {
    case 'delete':
      return { kind: 'delete', judge: (object) => verdict(object === undefined) };
    case 'create':
      return { kind: 'create', judge: (object) => verdict(object !== undefined) };
  }
  const [kind = '', name = '', ...value] = text.split('=');
  if (kind === 'condition' && text.includes('=')) {
    return statusCondition(name, value.length === 0 ? 'true' : value.join('='));
  }
  if (kind === 'jsonpath' && text.includes('=')) return jsonPathCondition(text.slice('jsonpath='.length));
  throw kubectlError(`unrecognized condition: ${goQuote(text)}`);
}
