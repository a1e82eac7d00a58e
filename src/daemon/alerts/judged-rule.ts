import { hasTexts, requiredTexts, type TextChoice } from '../../cel/required-texts.ts';
import { needsOf, type ExpressionNeeds } from '../../cel/expression-needs.ts';
import { ExpressionAtWork } from '../../cel/expression-at-work.ts';
import type { CelNode } from '../../cel/cel-library.ts';
import { parseExpression, type Expression } from '../../cel/parse-expression.ts';
import { columnUse } from '../../cel/expression-names.ts';
import { rowVariables, type JudgedRow } from '../../cel/row-variables.ts';
import { referencesOf } from '../../cel/expression-walk.ts';
import { parseTemplate, templateText, valueOrNone, type Template } from '../../cel/template.ts';
import type { AlertRule } from '../../core/alert-rule.ts';
import type { PrinterColumn } from '../../core/printer-column.ts';
import { oneLine } from '../../core/terminal-text.ts';
import { ruleVariables, type JudgedSubject } from './rule-variables.ts';

/** Variables that only rules have. */
const ruleOwn: ReadonlySet<string> = new Set(['now', 'previous', 'certificates']);

/** Longest summary (characters). */
const summaryLength = 1_000;

/** A rule at work on the objects of one type in one mirror. */
export class JudgedRule {
  readonly rule: AlertRule;
  /** It is judged for each change, with the state before it. */
  readonly readsPrevious: boolean;
  readonly readsCertificates: boolean;
  /** It may come true by time alone. */
  readonly readsTime: boolean;
  readonly #when: Expression;
  readonly #summary: Template;
  readonly #columns: readonly PrinterColumn[];
  readonly #context: string;
  readonly #needs: ExpressionNeeds;
  readonly #atWork: ExpressionAtWork;
  readonly #required: readonly TextChoice[];
  /** The part that time does not change: where it does not hold, neither does the rule until the object changes. */
  readonly #timeless: ExpressionAtWork | undefined;

  /** @throws NAVI_USAGE for a column that the type does not have */
  constructor(rule: AlertRule, columns: readonly PrinterColumn[], context: string) {
    this.rule = rule;
    this.#columns = columns;
    this.#context = context;
    this.#when = parseExpression('when', rule.when, 'bool');
    this.#summary = parseTemplate('summary', rule.summary);
    this.#needs = needsOf(this.#when, columns);
    const roots = this.#when.references.map(({ path: [root = ''] }) => root);
    this.readsPrevious = roots.includes('previous');
    this.readsCertificates = roots.includes('certificates');
    this.readsTime = this.#isTimed(this.#when.ast);
    this.#required = requiredTexts(this.#when.ast, ruleOwn);
    this.#atWork = this.#workOf(this.#when);
    const timeless = this.readsTime ? timelessText(this.#when, (node) => this.#isTimed(node)) : '';
    this.#timeless = timeless === '' ? undefined : this.#workOf(parseExpression('when', timeless, 'bool'));
  }

  /** Whether the condition holds for an object. */
  holds(subject: JudgedSubject, nowMs: number): boolean {
    if (!hasTexts(subject.row.json, this.#required)) return false;
    return this.#atWork.matches(this.#judgedRow(subject, this.#needs, nowMs), nowMs);
  }

  /** Whether time alone may change what `holds` says. */
  mayChange(subject: JudgedSubject, nowMs: number): boolean {
    if (!this.readsTime || !hasTexts(subject.row.json, this.#required)) return false;
    return this.#timeless === undefined || this.#timeless.matches(this.#judgedRow(subject, this.#needs, nowMs), nowMs);
  }

  /** What the rule says of an object, on one line. */
  summary(subject: JudgedSubject, nowMs: number): string {
    const text = templateText(this.#summary, (expression) => {
      const needs = needsOf(expression, this.#columns);
      const judged = this.#judgedRow(subject, needs, nowMs);
      return valueOrNone(expression, rowVariables(judged, needs, { cluster: this.#context, nowMs }));
    });
    return oneLine(text).slice(0, summaryLength);
  }

  /** What went wrong where the rule was judged: lines for people. */
  get notices(): readonly string[] {
    return this.#atWork.notices;
  }

  #workOf(expression: Expression): ExpressionAtWork {
    return new ExpressionAtWork(expression, needsOf(expression, this.#columns), { cluster: this.#context, nowMs: 0 });
  }

  #judgedRow(subject: JudgedSubject, needs: ExpressionNeeds, nowMs: number): JudgedRow {
    return { row: subject.row, columns: this.#columns, isAlias: false, more: ruleVariables(subject, needs, nowMs) };
  }

  /** Ages, and columns that print one. */
  #isTimed(node: CelNode): boolean {
    return referencesOf(node).some(({ path: [root = '', name = ''] }) => {
      if (root === 'age' || root === 'now') return true;
      const { column } = columnUse(name);
      return (
        root === 'cols' &&
        (this.#columns.find((each) => each.name.toUpperCase() === column)?.type === 'date' ||
          /\bAGE\b|SEEN|DURATION/.test(column))
      );
    });
  }
}

/** The conjuncts of an expression that time does not change, as an expression; empty where there is none. */
function timelessText({ ast, text }: Expression, isTimed: (node: CelNode) => boolean): string {
  const conjuncts = (node: CelNode): readonly CelNode[] => (node.op === '&&' ? node.args.flatMap(conjuncts) : [node]);
  return conjuncts(ast)
    .filter((node) => !isTimed(node))
    .map(({ start, end }) => `(${text.slice(start, end)})`)
    .join(' && ');
}
