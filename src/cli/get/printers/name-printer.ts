import { objectName, type FoundObject } from '../found-object.ts';
import type { ObjectPrinter } from './object-printer.ts';

const line = ({ type, row }: FoundObject): string => `${objectName(type, row.name)}\n`;

/** `-o name`: a line per object. */
export const namePrinter: ObjectPrinter = {
  detail: 'row',
  single: (found) => ({ text: line(found) }),
  list(found, write) {
    for (const each of found) write(line(each));
    return undefined;
  },
  document: (found) => ({ text: line(found) }),
};
