import { kyamlListItem, kyamlText } from '../../../output/kyaml-text.ts';
import { shownObject } from '../found-object.ts';
import { type ObjectPrinter, wholePrinter } from './object-printer.ts';

/** `-o kyaml`. Nothing of a List is printed when an item of it cannot be. */
export function kyamlPrinter(showManagedFields: boolean): ObjectPrinter {
  const detail = showManagedFields ? 'whole' : 'body';
  const printer = wholePrinter(detail, (root) => {
    const printed = kyamlText(root);
    return printed.ok ? { text: printed.text } : { text: '', failure: printed.message };
  });
  return {
    ...printer,
    list(found, write) {
      // Bytes: a text that was put together piece by piece takes ten times its length.
      const items: Buffer[] = [];
      for (const each of found) {
        const item = kyamlListItem(shownObject(each, detail));
        if (!item.ok) return item.message;
        items.push(Buffer.from(item.text));
      }
      write('---\n{\n  apiVersion: "v1",\n  items: [');
      for (const [index, item] of items.entries()) {
        if (index > 0) write(', ');
        write(item);
      }
      write('],\n  kind: "List",\n  metadata: {\n    resourceVersion: "",\n  },\n}\n');
      return undefined;
    },
  };
}
