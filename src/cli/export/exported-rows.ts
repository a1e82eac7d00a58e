import type { ObjectDetail, ObjectRow } from '../../query/object-query.ts';
import { namespaceOfKey } from '../../core/key-range.ts';
import type { MirrorReader } from '../../store/open-reader.ts';
import { storedRows } from '../get/get-rows.ts';
import type { MakeRowQuery } from '../get/row-query.ts';
import { HeldSnapshot } from '../get/held-snapshot.ts';
import type { ExportedType, ExportPlan } from './exported-types.ts';
import type { ExportRequest } from './export-request.ts';
import type { RowSpool } from './row-spool.ts';

/** The rows of a type, in list order, to be iterated once and in the order of the types. */
export interface ExportedRows {
  readonly type: ExportedType['type'];
  readonly rows: Iterable<ObjectRow>;
}

/** What is read of a mirror. */
export interface ExportRead {
  readonly reads: readonly ExportedRows[];
  readonly snapshot: HeldSnapshot;
  /** What `--where` could not judge, a line each, once everything was read. */
  readonly notices: () => readonly string[];
}

/** How a mirror is read. */
export interface Reading {
  readonly cluster: string;
  readonly nowMs: number;
  readonly detail: ObjectDetail;
  readonly spool: RowSpool;
  /** Ends the snapshot, once everything is read. */
  readonly end: () => void;
  /** See `whereOf`. */
  readonly makeQuery: MakeRowQuery | undefined;
}

/** What judges objects by `--where`; undefined without one. @throws NAVI_USAGE for what is no expression */
export async function whereOf({ where }: ExportRequest): Promise<MakeRowQuery | undefined> {
  if (where === '') return undefined;
  const { rowQueryOf } = await import('../get/row-query.ts');
  const nothingElse = { orderBy: '', groupBy: '', limit: undefined, offset: 0, isCount: false, isExplain: false };
  return await rowQueryOf({ where, ...nothingElse });
}

/** The rows of a plan, within the snapshot that is open: it ends once they are read. @throws NAVI_USAGE for an expression that looks like a mistake */
export async function readExport(
  reader: MirrorReader,
  { types }: ExportPlan,
  { cluster, nowMs, detail, spool, end, makeQuery }: Reading,
): Promise<ExportRead> {
  const query = await makeQuery?.(
    types.map(({ type }) => type),
    { cluster, nowMs },
  );
  const snapshot = new HeldSnapshot(end, spool.keep);
  const source = storedRows(reader, { liveRows: new Map(), query }, snapshot);
  const found = types.flatMap(({ type, steps, hidden }) =>
    steps.flatMap((step) => {
      const read = source.read(step, detail);
      return 'rows' in read ? [{ type, rows: shownRows(read.rows, hidden) }] : [];
    }),
  );
  query?.refuseMistake();
  const reads = found.map(({ type, rows }) => ({ type, rows: source.last(rows) }));
  return { reads, snapshot, notices: () => query?.notices ?? [] };
}

function shownRows(rows: Iterable<ObjectRow>, hidden: ReadonlySet<string>): Iterable<ObjectRow> {
  if (hidden.size === 0) return rows;
  return {
    *[Symbol.iterator]() {
      for (const row of rows) if (!hidden.has(namespaceOfKey(row))) yield row;
    },
  };
}
