/** The language of expressions, which takes almost as long to load as Node itself: for those who have an expression. */
import type { PrinterColumn } from '../../core/printer-column.ts';
import { candidatesOf } from './candidate-rows.ts';
import { ExpressionAtWork } from '../../cel/expression-at-work.ts';
import { needsOf } from '../../cel/expression-needs.ts';
import { loadPatterns } from '../../cel/functions/patterns.ts';
import { parseExpression, type Expression } from '../../cel/parse-expression.ts';
import type { Surroundings } from '../../cel/row-variables.ts';

/** What reads expressions, and has them at work. */
export interface Language {
  readonly parse: typeof parseExpression;
  /** @throws NAVI_USAGE for a column that none of the types has */
  atWork(expression: Expression, columns: readonly PrinterColumn[], surroundings: Surroundings): ExpressionAtWork;
  readonly candidates: typeof candidatesOf;
}

/** The language with all that these expressions need. */
export async function languageOf(expressions: readonly string[]): Promise<Language> {
  await loadPatterns(expressions);
  return {
    parse: parseExpression,
    atWork: (expression, columns, surroundings) =>
      new ExpressionAtWork(expression, needsOf(expression, columns), surroundings),
    candidates: candidatesOf,
  };
}
