/** What single reads of a large mirror cost without the start of a process. Tells it over IPC. */
import { positionsByValues } from '../src/cli/get/positions-by-values.ts';
import { readObjects, objectByKey, rowTally, type ObjectQuery } from '../src/query/object-query.ts';
import { raw, sql } from '../src/query/sql-part.ts';
import { cellJson } from '../src/store/cell-columns.ts';
import { openReader } from '../src/store/open-reader.ts';
import { largestMirror } from './largest-mirror.ts';
import { measurementOf, type Measurement } from './measure.ts';

/** Times in ms. */
export interface ReadCosts {
  readonly object: Measurement;
  readonly namespace: Measurement & { readonly rowCount: number };
  readonly page: Measurement & { readonly ofCount: number };
}

const pageLength = 100;
const namespaceLength = 500;

const reader = openReader(largestMirror());
if (reader === undefined) throw new Error('there is no mirror');
const { sqlite } = reader;
const typeId = sqlite
  .prepare("select id from resource_type where api_group = '' and resource = 'pods'")
  .pluck()
  .get() as number;
const columns = JSON.parse(
  sqlite.prepare('select columns from resource_type where id = ?').pluck().get(typeId) as string,
) as readonly { readonly name: string }[];
const restarts = columns.findIndex(({ name }) => name.toUpperCase() === 'RESTARTS');
const keys = sqlite
  .prepare('select key from object where type_id = ? order by random() limit 2000')
  .pluck()
  .all(typeId);

const all: ObjectQuery = { typeId, labels: [], fields: [] };

function times(count: number, work: (turn: number) => void): readonly number[] {
  // The first turns warm up what is compiled late.
  return Array.from({ length: count + 3 }, (_, turn) => {
    const startedMs = performance.now();
    work(turn);
    return performance.now() - startedMs;
  }).slice(3);
}

const read = objectByKey(reader, typeId, 'body');
const object = times(keys.length, (turn) => void read(String(keys[turn % keys.length])));

let rowCount = 0;
const inOrder = [...readObjects(reader, all, 'row')].slice(0, namespaceLength);
const first = inOrder[0]?.key ?? '';
const last = inOrder.at(-1)?.key ?? '';
// As many rows as a namespace of 500 has, which is a range of keys too.
const range = { ...all, condition: sql`object.key >= ${first} and object.key <= ${last}` };
const namespace = times(50, () => {
  rowCount = [...readObjects(reader, range, 'row')].length;
});

const ofCount = rowTally(reader, all).count();
const page = times(20, () => {
  const filtered = { ...all, condition: sql`${raw(cellJson('object', 2))} = ${'"Running"'}` };
  const tally = rowTally(reader, filtered);
  const cells = tally.cells([restarts]);
  const countOf = ([text = '']: readonly string[]): number => Number.parseInt(String(JSON.parse(text)), 10) || 0;
  let row = 0;
  for (const position of positionsByValues(cells, countOf, (a, b) => b - a)) {
    if (row++ === pageLength) break;
    tally.row(cells.objectIds[position] ?? 0);
  }
});

const costs: ReadCosts = {
  object: measurementOf(object),
  namespace: { ...measurementOf(namespace), rowCount },
  page: { ...measurementOf(page), ofCount },
};
process.send?.(costs);
reader.close();
process.disconnect();
