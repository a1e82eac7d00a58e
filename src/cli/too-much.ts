import { NaviError } from '../errors/navi-error.ts';

/** What the engine that navi runs on has no room for, in words for people; undefined for every other error. */
export function tooMuch(error: Error): NaviError | undefined {
  if (!(error instanceof RangeError)) return undefined;
  if (/call stack|nested/.test(error.message)) {
    return new NaviError('NAVI_USAGE', 'what was asked for, or what was found, is nested too deeply for navi');
  }
  if (!error.message.includes('string length')) return undefined;
  return new NaviError('NAVI_USAGE', 'what was asked for is longer than navi can print at once (512 MiB)', {
    hints: ['ask for less at a time: a namespace, a selector, a name'],
  });
}
