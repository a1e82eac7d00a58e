import { canonicalJson } from '../../core/canonical-json.ts';
import { kubectlError } from '../../errors/as-kubectl.ts';
import { TabbedText } from '../../output/tabbed-text.ts';
import { WatchTable, type WatchEventName } from '../../output/watch-table.ts';
import type { MirrorType } from '../../query/mirror-type.ts';
import type { ObjectDetail, ObjectRow } from '../../query/object-query.ts';
import { shownObject, type FoundObject } from './found-object.ts';
import { isTable, showsNamespaces, type GetRequest } from './get-request.ts';
import { tableRow } from './get-tables.ts';
import { narrowRow } from './object-row.ts';
import { plainColumns, plainRow } from './plain-table.ts';
import { choosePrinter } from './printers/choose-printer.ts';
import type { WatchedChange } from './watched-change.ts';
import { zlib } from '../../util/late-modules.ts';

/** Prints what a watch tells. */
export interface WatchOutput {
  /** What must be read of each object that is there at the start. */
  readonly detail: 'row' | 'whole';
  /** The objects that are there at the start, in order. @throws NAVI_AS_KUBECTL for one that cannot be printed */
  rows(type: MirrorType, rows: readonly ObjectRow[]): void;
  /** False for an object that cannot be printed, at which kubectl 1.36 ends its watch without a word. */
  change(type: MirrorType, change: WatchedChange): boolean;
}

/** @throws NAVI_AS_KUBECTL for a format that does not exist */
export function watchOutput(request: GetRequest, write: (text: string | Uint8Array) => void): WatchOutput {
  return isTable(request.output) ? tableOutput(request, write) : documentOutput(request, write);
}

function tableOutput(request: GetRequest, write: (text: string | Uint8Array) => void): WatchOutput {
  const { serverPrint, labelColumns, showKind, showLabels } = request.table;
  const table = new WatchTable({
    wide: request.output.format === 'wide',
    allNamespaces: showsNamespaces(request),
    showKind,
    showLabels,
    labelColumns,
    noHeaders: request.output.noHeaders,
    showEvents: request.watch.showEvents,
    nowMs: Date.now(),
  });
  const print = (type: MirrorType, rows: readonly ObjectRow[], event: WatchEventName): void => {
    const columns = serverPrint ? type.columns : plainColumns;
    const shown = rows.map((row) => tableRow(serverPrint ? row : plainRow(row)));
    for (const line of table.lines({ type, columns }, shown, event, Date.now())) write(line);
  };
  return {
    detail: request.sortBy === '' ? 'row' : 'whole',
    rows: (type, rows) => print(type, rows, 'ADDED'),
    change(type, change) {
      print(type, [rowOf(change, 'row')], change.event);
      return true;
    },
  };
}

function documentOutput(request: GetRequest, write: (text: string | Uint8Array) => void): WatchOutput {
  const printer = choosePrinter(request.output);
  const text = new TabbedText(write);
  const detail = request.watch.showEvents || printer.detail === 'whole' ? 'whole' : 'body';
  const print = (found: FoundObject, event: WatchEventName): string | undefined => {
    const { showEvents } = request.watch;
    const printed = printer.document(found, shownObject(found, detail), showEvents ? event : undefined);
    text.add(printed.text);
    return printed.failure;
  };
  return {
    detail: 'whole',
    rows(type, rows) {
      for (const row of rows) {
        const failure = print({ type, row }, 'ADDED');
        if (failure === undefined) continue;
        text.flush();
        throw kubectlError(`unable to output the provided object: ${failure}`);
      }
      text.flush();
    },
    change(type, change) {
      const failure = print({ type, row: rowOf(change, detail) }, change.event);
      text.flush();
      return failure === undefined;
    },
  };
}

/** The object of a change as the store would have it, as far as it is asked for. */
function rowOf({ object, state }: WatchedChange, detail: ObjectDetail): ObjectRow {
  const row = { ...narrowRow(object), cells: state.cells };
  if (detail === 'row') return row;
  const hasManagedFields = detail === 'whole' && state.managedFields !== '';
  return {
    ...row,
    json: canonicalJson(object),
    zstd: hasManagedFields ? zlib().zstdCompressSync(state.managedFields) : null,
  };
}
