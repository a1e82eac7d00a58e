import { lowerFirst } from '../../core/lower-first.ts';
import { NaviError } from '../../errors/navi-error.ts';

/** What kubectl says of arguments, as an error of navi's own; anything else as it is. */
export function asUsage(thrown: unknown): unknown {
  if (!(thrown instanceof NaviError) || thrown.code !== 'NAVI_AS_KUBECTL') return thrown;
  const text = thrown.message
    .replace(/\nSee 'kubectl get --help' for usage\.$/, '')
    .replace(/^(?:error: )+/, '')
    .replace(/\.$/, '');
  return new NaviError('NAVI_USAGE', lowerFirst(text), { hints: ['navi get --help'], cause: thrown });
}
