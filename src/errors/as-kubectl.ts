import { NaviError } from './navi-error.ts';

/** A failure that kubectl has its own text for: `text` is all that is printed. */
export function asKubectl(text: string): NaviError {
  return new NaviError('NAVI_AS_KUBECTL', text);
}

/** The same for a text that kubectl puts behind `error: `. */
export function kubectlError(message: string): NaviError {
  return asKubectl(`error: ${message}`);
}
