import * as Flags from '@oclif/core/flags';
import { NaviError } from '../errors/navi-error.ts';
import { argument, requiredArgument } from './argument.ts';

/** The arguments of a command about one object. */
export const oneObjectArgs = {
  object: requiredArgument({ description: 'TYPE/NAME, or TYPE with NAME behind it' }),
  name: argument({ description: 'name of the object, where the type stands alone' }),
};

/** Its namespace, for `oneNamespace`. */
export const namespaceFlag = Flags.string({
  char: 'n',
  description: 'namespace in place of the context’s',
  helpValue: 'NAMESPACE',
});

/** One object as it is typed. */
export interface OneObject {
  /** A name of a type. */
  readonly type: string;
  readonly name: string;
}

/**
 * The object that `TYPE/NAME`, or `TYPE` with `NAME` behind it, means.
 * @param command with what it does to one object: `navi tree shows`
 * @throws NAVI_USAGE
 */
export function oneObject(
  { object, name }: { readonly object: string; readonly name?: string | undefined },
  command: string,
): OneObject {
  const [type = '', inType, ...more] = object.split('/');
  const named = inType ?? name ?? '';
  if (type !== '' && named !== '' && more.length === 0 && (inType === undefined || name === undefined)) {
    return { type, name: named };
  }
  const example = command.split(' ').slice(0, 2).join(' ');
  throw new NaviError('NAVI_USAGE', `${command} one object: its type and its name`, {
    hints: [`${example} deployment/web`, 'navi search web finds objects by their names'],
  });
}
