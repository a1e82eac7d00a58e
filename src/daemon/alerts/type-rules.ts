import type { AlertRule } from '../../core/alert-rule.ts';
import type { PrinterColumn } from '../../core/printer-column.ts';
import { NaviError } from '../../errors/navi-error.ts';
import type { MirrorWriter } from '../../store/mirror-writer.ts';
import type { Logger } from '../logger.ts';
import { JudgedRule } from './judged-rule.ts';

/** The rules about one type of the mirror. */
export interface RuledType {
  readonly id: number;
  /** `plural.group`. */
  readonly name: string;
  readonly rules: readonly JudgedRule[];
}

/** The types of a mirror that rules are about, made ready to judge as they become known. */
export class TypeRules {
  readonly #rules: ReadonlyMap<string, readonly AlertRule[]>;
  readonly #context: string;
  readonly #log: Logger;
  readonly #byId = new Map<number, RuledType>();
  readonly #columns = new Map<number, string>();
  readonly #told = new Set<string>();

  constructor(rules: readonly AlertRule[], context: string, log: Logger) {
    this.#rules = Map.groupBy(rules, ({ type }) => type);
    this.#context = context;
    this.#log = log;
  }

  /** All that are known. */
  get all(): readonly RuledType[] {
    return [...this.#byId.values()];
  }

  get(typeId: number): RuledType | undefined {
    return this.#byId.get(typeId);
  }

  /** Looks for types that became known, and for columns that changed; true where there are any. */
  refresh(writer: MirrorWriter): boolean {
    let isNew = false;
    for (const [name, { id }] of writer.types.all()) {
      const rules = this.#rules.get(name);
      if (rules === undefined) continue;
      const columns = writer.judged.columns(id);
      const text = JSON.stringify(columns);
      if (this.#columns.get(id) === text) continue;
      this.#columns.set(id, text);
      this.#byId.set(id, { id, name, rules: rules.flatMap((rule) => this.#made(rule, columns)) });
      isNew = true;
    }
    return isNew;
  }

  /** Rules that fail for objects: each is logged once. */
  tellFaults(): void {
    for (const { rules } of this.#byId.values()) {
      for (const { rule, notices } of rules)
        for (const notice of notices) this.#tell(rule, notice.replace(/^navi: /, ''));
    }
  }

  #made(rule: AlertRule, columns: readonly PrinterColumn[]): readonly JudgedRule[] {
    try {
      return [new JudgedRule(rule, columns, this.#context)];
    } catch (error) {
      if (!(error instanceof NaviError)) throw error;
      this.#tell(rule, error.message);
      return [];
    }
  }

  #tell({ name }: AlertRule, error: string): void {
    // How many objects a fault met grows.
    const what = `${name} ${error.replace(/\d+ objects? (?:does|do)/, '')}`;
    if (this.#told.has(what)) return;
    this.#told.add(what);
    this.#log.warn('rule cannot judge', { rule: name, error });
  }
}
