import { valueText, type RowFormat, type RowValue } from './row-format.ts';

/**
 * Rows as RFC 4180 has them, with a header and lines that end in CRLF. NULL is an empty field and an empty text one in
 * quotes. What a spreadsheet would take for a formula is left as it is.
 * @param hasContexts whether a field with the context goes before the others
 */
export function csvRows(hasContexts: boolean): RowFormat {
  return {
    begin: (columns) => csvLine([...(hasContexts ? ['context'] : []), ...columns]),
    row: ({ context }, values) => csvLine(hasContexts ? [context, ...values] : values),
    end: () => '',
  };
}

function csvLine(values: readonly RowValue[]): string {
  return `${values.map(field).join(',')}\r\n`;
}

function field(value: RowValue): string {
  if (value === null) return '';
  const text = valueText(value);
  return text === '' || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
