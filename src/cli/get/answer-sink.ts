import { isTerminal } from '../../output/is-terminal.ts';
import { Stdout } from '../../output/stdout.ts';
import type { FreshnessVerdict } from '../../query/freshness.ts';
import type { RowSource } from './get-rows.ts';
import { printTables, type Asked, type Printed } from './get-tables.ts';
import type { GetTarget } from './get-target.ts';

/** Counts in place of rows. */
export interface CountTable {
  /** `COUNT`, and `VALUE` where rows were grouped. */
  readonly headers: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** Makes them a table; what it needs few commands load. */
  readonly print: (headers: readonly string[], rows: readonly (readonly string[])[]) => string;
}

/** Where the answer of a context goes. */
export interface AnswerSink {
  /** Before anything of a context is written. */
  begin?(verdict: FreshnessVerdict): void;
  write(text: string | Uint8Array): void;
  tables(source: RowSource, asked: Asked): Printed;
  counts(table: CountTable): void;
  /** Tables were asked for, and there are none. @param text kubectl's words for it */
  empty(text: string, target: GetTarget): void;
  /** Everything of the context was written. @throws OutputClosed, NaviError where it cannot be */
  end(): void;
}

/** Standard output, for the one context that was asked. */
export class OwnSink implements AnswerSink {
  readonly #stdout = new Stdout(isTerminal(1));

  write(text: string | Uint8Array): void {
    this.#stdout.write(text);
  }

  tables(source: RowSource, asked: Asked): Printed {
    return printTables(source, asked, (text) => this.#stdout.write(text));
  }

  counts({ headers, rows, print }: CountTable): void {
    // A number alone is for scripts.
    if (headers.length === 1) this.#stdout.write(`${rows[0]?.[0] ?? ''}\n`);
    else if (rows.length > 0) this.#stdout.write(print(headers, rows));
  }

  empty(text: string, target: GetTarget): void {
    target.notice(text);
  }

  end(): void {
    this.#stdout.flush();
  }
}
