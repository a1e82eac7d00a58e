import { lowerFirst } from '../core/lower-first.ts';
import { nearestWord } from '../core/nearest-word.ts';
import { NaviError } from '../errors/navi-error.ts';
import { celFault, celFunctionNames, parseCel, type CelNode, type CelProgram } from './cel-library.ts';
import { renameAmbiguous } from './expression-names.ts';
import { referencesOf, type Reference } from './expression-walk.ts';
import { whereFault } from './where-fault.ts';

/** An expression as it was typed, and what it reads. */
export interface Expression {
  /** The flag it was given with, for errors. */
  readonly flag: string;
  readonly text: string;
  readonly program: CelProgram;
  readonly ast: CelNode;
  readonly references: readonly Reference[];
}

/**
 * Reads an expression.
 * @param type what its value must be, as far as that is known without an object
 * @throws NAVI_USAGE that points at the character
 */
export function parseExpression(flag: string, text: string, type: 'bool' | 'any'): Expression {
  const place = (start: number) => ({ flag, text, start });
  if (text.trim() === '') {
    throw new NaviError('NAVI_USAGE', `${flag} needs an expression`, {
      hints: [`for example ${flag} ${type === 'bool' ? `'cols.RESTARTS > 5'` : 'metadata.name, or a column'}`],
    });
  }
  try {
    const program = parseCel(text);
    renameAmbiguous(program.ast);
    const checked = program.check();
    if (!checked.valid) throw checked.error;
    if (type === 'bool' && checked.type !== 'bool' && checked.type !== 'dyn') {
      throw whereFault(
        place(0),
        `the value is of type ${checked.type ?? 'unknown'}, not bool`,
        'compare it with something',
      );
    }
    return { flag, text, program, ast: program.ast, references: referencesOf(program.ast) };
  } catch (error) {
    const fault = celFault(error);
    if (fault === undefined) throw error;
    const [, name] = /^found no matching overload for '(?:.*\.)?([A-Za-z_]\w*)\(/.exec(fault.summary) ?? [];
    const known = celFunctionNames();
    if (name !== undefined && !known.has(name)) {
      const meant = nearestWord(name, [...known]);
      const hint = meant === undefined ? undefined : `did you mean ${meant}?`;
      throw whereFault(place(fault.start), `there is no function ${name}`, hint);
    }
    throw whereFault(place(fault.start), lowerFirst(fault.summary), hintFor(fault.summary, text));
  }
}

/** What people type who come from another language. */
function hintFor(summary: string, text: string): string | undefined {
  if (summary.startsWith('has() invalid'))
    return 'has() takes a field, as in has(spec.nodeName); "key" in metadata.labels asks for any key';
  if (/Unexpected (?:token|character)/i.test(summary)) {
    if (/[^=!<>]=[^=]/.test(text)) return 'two values are compared with ==';
    if (/\b(?:and|or|not|like)\b/i.test(text)) return 'CEL has &&, || and !, and text.contains("part")';
  }
  return undefined;
}
