import { shownContext } from '../../output/shown-context.ts';
import { isTerminal } from '../../output/is-terminal.ts';
import { oneLine } from '../../core/terminal-text.ts';
import { ContextTables } from '../../output/context-tables.ts';
import { Stdout } from '../../output/stdout.ts';
import type { FreshnessVerdict } from '../../query/freshness.ts';
import type { AnswerSink, CountTable } from './answer-sink.ts';
import type { RowSource } from './get-rows.ts';
import { askedTables, type Asked, type Printed } from './get-tables.ts';

/**
 * Standard output for several contexts: tables of all of them together, with a column that says which one a row is of; of
 * `-o json` an answer for each.
 */
export class ContextsSink {
  readonly #stdout = new Stdout(isTerminal(1));
  readonly #tables = new ContextTables();
  readonly #isJson: boolean;
  readonly #hasHeaders: boolean;
  readonly #counts: (readonly string[])[] = [];
  #countTable: CountTable | undefined;
  #answerCount = 0;
  #isEmpty = true;

  constructor({ isJson, hasHeaders }: { readonly isJson: boolean; readonly hasHeaders: boolean }) {
    this.#isJson = isJson;
    this.#hasHeaders = hasHeaders;
  }

  /** Where the answer of one of the contexts goes. */
  of(context: string): AnswerSink {
    let name = oneLine(context);
    let head = '';
    let isBegun = false;
    return {
      begin: ({ isDue, ageMs }: FreshnessVerdict) => {
        name = shownContext(name, isDue);
        head = JSON.stringify({ context, ageMs, isStale: isDue }).slice(0, -1);
      },
      write: (text) => {
        // What is found to be missing writes nothing.
        if (!isBegun && this.#isJson)
          this.#stdout.write(`${this.#answerCount++ === 0 ? '{"contexts":[\n' : ',\n'}${head},"answer":\n`);
        isBegun = true;
        this.#stdout.write(text);
      },
      tables: (source, asked) => this.#add(name, source, asked),
      counts: (table) => {
        this.#countTable = table;
        for (const row of table.rows) this.#counts.push([name, ...row]);
      },
      empty: () => undefined,
      end: () => {
        if (isBegun && this.#isJson) this.#stdout.write('}');
        this.#stdout.flush();
      },
    };
  }

  /** Writes what was gathered. False where tables were asked for and none has a row. @throws OutputClosed, NaviError where it cannot be written */
  end(): boolean {
    if (this.#isJson) this.#stdout.write(this.#answerCount === 0 ? '{"contexts":[]}\n' : '\n]}\n');
    for (const text of this.#tables.chunks(this.#hasHeaders)) this.#stdout.write(text);
    const counted = this.#countTable;
    if (counted !== undefined) this.#stdout.write(counted.print(['CONTEXT', ...counted.headers], this.#counts));
    this.#stdout.flush();
    return this.#isJson || counted !== undefined || !this.#isEmpty;
  }

  #add(name: string, source: RowSource, asked: Asked): Printed {
    const { groups, options, failures } = askedTables(source, asked);
    const isAny = this.#tables.add(name, groups, options);
    if (isAny) this.#isEmpty = false;
    return { isEmpty: !isAny, failures };
  }
}
