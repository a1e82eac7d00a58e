import type { Json } from '../../../core/json.ts';
import { kubectlError } from '../../../errors/as-kubectl.ts';
import {
  customColumnsFileError,
  type CustomColumns,
  parseCustomColumns,
  parseCustomColumnsFile,
  type ParsedColumns,
  renderCustomColumns,
  tabbedCustomColumns,
} from '../../../output/custom-columns.ts';
import { wholeObject } from '../found-object.ts';
import type { TemplateFormat } from './choose-printer.ts';
import { documentOf, type ObjectPrinter, type PrintedText } from './object-printer.ts';
import { readTemplateFile } from './template-file.ts';

/**
 * `-o custom-columns`: one header for everything. What a path fails on ends the table.
 * @throws NAVI_AS_KUBECTL for columns that cannot be read
 */
export function customColumnsPrinter(asked: TemplateFormat, noHeaders: boolean): ObjectPrinter {
  const columns = columnsOf(asked, noHeaders);
  const widths: number[] = [];
  let hasHeader = columns.noHeaders;
  const print = (objects: Iterable<Json>, write: (text: string | Uint8Array) => void): string | undefined => {
    const { chunks, message } = renderCustomColumns({ ...columns, noHeaders: hasHeader }, objects, widths);
    hasHeader = true;
    for (const chunk of chunks) write(chunk);
    return message;
  };
  const one = (object: Json): PrintedText => {
    let text = '';
    const failure = print([object], (chunk) => (text += chunk));
    return { text, failure };
  };
  return {
    detail: 'whole',
    single: (found) => one(wholeObject(found)),
    list: (found, write) => print(objectsOf(found), write),
    document(_found, object, event) {
      const { text, message } = tabbedCustomColumns({ ...columns, noHeaders: hasHeader }, [documentOf(object, event)]);
      hasHeader = true;
      return { text, failure: message };
    },
  };
}

function* objectsOf(found: Parameters<ObjectPrinter['list']>[0]): Iterable<Json> {
  for (const each of found) yield wholeObject(each);
}

function columnsOf({ format, template }: TemplateFormat, noHeaders: boolean): CustomColumns {
  const parsed = format === 'custom-columns-file' ? readColumns(template) : parseCustomColumns(template, noHeaders);
  if (!parsed.ok) throw kubectlError(parsed.message);
  return parsed.columns;
}

function readColumns(path: string): ParsedColumns {
  if (path === '') return parseCustomColumns('', false);
  const file = readTemplateFile(path);
  if (file.ok) return parseCustomColumnsFile(file.text);
  // A folder can be opened, and reads as nothing.
  if (file.isFolder) return parseCustomColumnsFile('');
  return { ok: false, message: customColumnsFileError(path, file.reason) };
}
