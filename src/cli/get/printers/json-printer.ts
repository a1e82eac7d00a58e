import { canonicalJson } from '../../../core/canonical-json.ts';
import { compactGoJson } from '../../../core/jsonpath/print-value.ts';
import { indentJson } from '../../../output/indent-json.ts';
import { bodyText, wholeObject, type FoundObject } from '../found-object.ts';
import type { ObjectPrinter } from './object-printer.ts';

/** `-o json`: objects are printed as they are read, whatever their number. */
export function jsonPrinter(showManagedFields: boolean): ObjectPrinter {
  const source = (found: FoundObject): string =>
    showManagedFields ? canonicalJson(wholeObject(found)) : bodyText(found);
  return {
    detail: showManagedFields ? 'whole' : 'body',
    single: (found) => ({ text: `${indentJson(source(found), 0)}\n` }),
    list(found, write) {
      write('{\n    "apiVersion": "v1",\n    "items": [');
      let isFirst = true;
      for (const each of found) {
        write(`${isFirst ? '' : ','}\n        ${indentJson(source(each), 2)}`);
        isFirst = false;
      }
      write(
        `${isFirst ? '' : '\n    '}],\n    "kind": "List",\n    "metadata": {\n        "resourceVersion": ""\n    }\n}\n`,
      );
      return undefined;
    },
    document: (_found, object, event) => ({
      text:
        event === undefined
          ? `${indentJson(canonicalJson(object), 0)}\n`
          : `{"type":"${event}","object":${compactGoJson(object)}}\n`,
    }),
  };
}
