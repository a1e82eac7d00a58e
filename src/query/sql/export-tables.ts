import type { MirrorReader } from '../../store/open-reader.ts';
import type { OpenViews } from './open-views.ts';
import { views } from './views.ts';
import type { View } from './view.ts';

/** What has an index in an export, by table: what the views have one for. */
const indexes: Readonly<Record<string, readonly string[]>> = {
  objects: ['type, namespace, name', 'name', 'uid'],
  cells: ['type, namespace, name'],
  labels: ['key, value', 'type, namespace, name'],
  annotations: ['type, namespace, name'],
  owners: ['owner_type, owner_name', 'type, name'],
  pods: ['namespace, name'],
  containers: ['namespace, pod'],
  changes: ['type, seq'],
};

/** What an export of SQLite holds. */
export interface ExportedTables {
  /** `plural.group` of the types whose objects it has. */
  readonly types: ReadonlySet<string>;
  /** Whether what happened belongs to it: not where objects were chosen by what they are like now. */
  readonly hasHistory: boolean;
}

/** The views that an export has as tables: those of a type only where that is in it. */
export function exportedViews({ types, hasHistory }: ExportedTables): readonly View[] {
  const isPast = ({ name }: View): boolean => ['changes', 'deleted', 'expired_events'].includes(name);
  // What logs are kept, and of what, is for this user alone.
  const shared = views.filter(({ name }) => name !== 'kept_logs');
  return shared.filter(
    (view) => (['all', 'none'].includes(view.of) || types.has(view.of)) && (hasHistory || !isPast(view)),
  );
}

/**
 * Makes a table for a view, with its rows at this moment; those about types have only the types of the export.
 * @param look called between rows
 */
export async function copyView(
  view: View,
  {
    from,
    to,
    opened,
    tables,
    look,
  }: {
    readonly from: MirrorReader['sqlite'];
    readonly to: MirrorReader['sqlite'];
    readonly opened: OpenViews;
    readonly tables: ExportedTables;
    readonly look: () => Promise<void>;
  },
): Promise<void> {
  const { name, columns } = view;
  const names = columns.map((column) => quoted(column.name)).join(', ');
  // JSON has no type of its own in SQLite.
  const typed = columns.map((column) => `${quoted(column.name)} ${column.type === 'integer' ? 'integer' : 'text'}`);
  to.exec(`create table ${name} (${typed.join(', ')})`);
  opened.make(name);
  const isOfTypes = name === 'types' || name === 'scopes';
  const condition = isOfTypes ? ' where type in (select value from json_each(?))' : '';
  const rows = from
    .prepare(`select ${names} from ${name}${condition}`)
    .raw()
    .iterate(...(isOfTypes ? [JSON.stringify([...tables.types])] : [])) as IterableIterator<readonly unknown[]>;
  const insert = to.prepare(`insert into ${name} values (${columns.map(() => '?').join(', ')})`);
  for (const row of rows) {
    insert.run(...row);
    await look();
  }
  for (const [at, indexed] of (indexes[name] ?? []).entries())
    to.exec(`create index ${name}_${at + 1} on ${name} (${indexed})`);
}

const quoted = (name: string): string => `"${name}"`;
