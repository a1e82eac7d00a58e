/** What a statement takes as a parameter. */
export type SqlValue = string | number | bigint | null;

/** A part of a statement: its text, in which each `?` stands for the parameter of its place. */
export class SqlPart {
  readonly text: string;
  readonly parameters: readonly SqlValue[];

  constructor(text: string, parameters: readonly SqlValue[]) {
    this.text = text;
    this.parameters = parameters;
  }
}

/** SQL as it is written: a value in it becomes a parameter, a part takes its place. */
export function sql(texts: TemplateStringsArray, ...values: readonly (SqlPart | SqlValue)[]): SqlPart {
  let text = texts[0] ?? '';
  const parameters: SqlValue[] = [];
  for (const [index, value] of values.entries()) {
    if (value instanceof SqlPart) {
      text += value.text;
      // One by one: a long list of arguments would not fit on the stack.
      for (const each of value.parameters) parameters.push(each);
    } else {
      text += '?';
      parameters.push(value);
    }
    text += texts[index + 1] ?? '';
  }
  return new SqlPart(text, parameters);
}

/** Text that is SQL already; never anything that somebody typed or an object holds. */
export function raw(text: string): SqlPart {
  return new SqlPart(text, []);
}

/** Parts or values one after the other; at least one. @param between SQL, a comma where it is left out */
export function list(parts: readonly (SqlPart | SqlValue)[], between = ', '): SqlPart {
  const all = parts.map((part) => (part instanceof SqlPart ? part : sql`${part}`));
  return new SqlPart(
    all.map(({ text }) => text).join(between),
    all.flatMap(({ parameters }) => parameters),
  );
}
