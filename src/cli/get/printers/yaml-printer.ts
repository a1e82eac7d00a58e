import type { JsonObject } from '../../../core/json.ts';
import { yamlListItem, yamlText } from '../../../output/yaml-text.ts';
import { shownObject } from '../found-object.ts';
import { documentOf, type ObjectPrinter } from './object-printer.ts';

/** `-o yaml`. Nothing of a List is printed when an item of it cannot be. */
export function yamlPrinter(showManagedFields: boolean): ObjectPrinter {
  const detail = showManagedFields ? 'whole' : 'body';
  let documentCount = 0;
  const print = (root: JsonObject): { readonly text: string; readonly failure?: string } => {
    const result = yamlText(root);
    return result.ok ? { text: result.text } : { text: '', failure: result.message };
  };
  return {
    detail,
    single: (found) => print(shownObject(found, detail)),
    list(found, write) {
      // Bytes: a text that was put together piece by piece takes ten times its length.
      const items: Buffer[] = [];
      for (const each of found) {
        const item = yamlListItem(shownObject(each, detail));
        if (!item.ok) return item.message;
        items.push(Buffer.from(item.text));
      }
      write(`apiVersion: v1\n${items.length === 0 ? 'items: []\n' : 'items:\n'}`);
      for (const item of items) write(item);
      write('kind: List\nmetadata:\n  resourceVersion: ""\n');
      return undefined;
    },
    document(_found, object, event) {
      const { text, failure } = print(documentOf(object, event));
      documentCount += 1;
      return { text: documentCount === 1 || failure !== undefined ? text : `---\n${text}`, failure };
    },
  };
}
