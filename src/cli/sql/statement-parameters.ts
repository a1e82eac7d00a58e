import { NaviError } from '../../errors/navi-error.ts';

/** Values by name from `NAME=VALUE` texts. @throws NAVI_USAGE */
export function statementParameters(texts: readonly string[]): Readonly<Record<string, string>> {
  const entries = texts.map((text): [string, string] => {
    const [, name, value] = /^:?([A-Za-z_]\w*)=(.*)$/s.exec(text) ?? [];
    if (name !== undefined && value !== undefined) return [name, value];
    throw new NaviError('NAVI_USAGE', `"${text}" is no parameter`, {
      hints: ['--param NAME=VALUE gives :NAME of the statement that text'],
    });
  });
  const twice = entries.find(([name], index) => entries.findIndex(([other]) => other === name) !== index);
  if (twice === undefined) return Object.fromEntries(entries);
  throw new NaviError('NAVI_USAGE', `the parameter ${twice[0]} is given twice`, {
    hints: ['a parameter has one value; in a list each has its own name: in (:a, :b)'],
  });
}
