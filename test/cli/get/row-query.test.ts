import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { GetPlan, GetStep } from '../../../src/cli/get/get-plan.ts';
import type { GetRequest } from '../../../src/cli/get/get-request.ts';
import type { RowSource, StepRows } from '../../../src/cli/get/get-rows.ts';
import { readPlan } from '../../../src/cli/get/read-plan.ts';
import { rowQueryOf } from '../../../src/cli/get/row-query.ts';
import type { MirrorType } from '../../../src/query/mirror-type.ts';
import { readObjects, rowTally } from '../../../src/query/object-query.ts';
import type { MirrorReader } from '../../../src/store/open-reader.ts';
import { openedReader } from '../../support/opened-reader.ts';
import { sampleSource, temporaryMirror, type TemporaryMirror } from '../../support/temporary-mirror.ts';

let mirror: TemporaryMirror;
let reader: MirrorReader;

beforeEach(async () => {
  mirror = await temporaryMirror();
  reader = openedReader(mirror.file);
});

afterEach(() => {
  reader.close();
  mirror.close();
});

const columns = ['One', 'Two'].map((name) => ({ name, type: 'string', priority: 0 }));
// Some are the same when compared and are not the same text; keys of some sort differently in UTF-16.
const cell = fc.constantFrom<unknown>('7', 7, '7.0', 'b', 'a', '', null, '<none>', '10', true);
const objects = fc.array(
  fc.record({
    namespace: fc.constantFrom('a', 'b'),
    name: fc.constantFrom('x', 'y', '\uFF61', '\u{1F600}', 'z'),
    cells: fc.array(cell, { maxLength: 2 }),
  }),
  { maxLength: 14 },
);

/** The keys of rows of namespaces in this order, as `--order-by` has them. */
async function ordered(
  namespaces: readonly string[],
  {
    orderBy,
    limit,
    isTold,
  }: { readonly orderBy: string; readonly limit: number | undefined; readonly isTold: boolean },
): Promise<readonly string[]> {
  const type = { group: '', resource: 'samples', version: 'v1', columns, verbs: ['list'] } as unknown as MirrorType;
  const flags = { where: '', orderBy, groupBy: '', limit, offset: 1, isCount: false, isExplain: false };
  const query = await (await rowQueryOf(flags))([type], { cluster: '', nowMs: 0 });
  const steps = namespaces.map((namespace) => ({ namespace }));
  const source: RowSource = {
    read: (step) => {
      const { namespace } = step as unknown as { readonly namespace: string };
      const objectQuery = { typeId: mirror.typeId, namespace, labels: [], fields: [] };
      const rows = readObjects(reader, objectQuery, 'row');
      const tally = isTold ? rowTally(reader, objectQuery) : undefined;
      return { type, columns, rows, again: (row: unknown) => row, tally } as unknown as StepRows;
    },
    arranged: (found, detail) => query.arranged(found, detail),
    last: (rows) => rows,
    end: () => undefined,
  };
  const request = { output: { format: 'name' }, table: {}, sortBy: '' } as unknown as GetRequest;
  const plan = { steps: steps as unknown as readonly GetStep[] } as unknown as GetPlan;
  return readPlan(source, { request, plan }, 'row').found.flatMap(({ rows }) => Array.from(rows, ({ key }) => key));
}

test('rows are in the same order whether the store groups them or each is read', async () => {
  const asked = fc.record({
    orderBy: fc.constantFrom('ONE', 'ONE desc', 'one, two desc', 'TWO desc, ONE'),
    limit: fc.constantFrom(undefined, 0, 3),
    namespaces: fc.constantFrom(['a', 'b'], ['b', 'a'], ['b']),
  });
  await fc.assert(
    fc.asyncProperty(objects, asked, async (made, { orderBy, limit, namespaces }) => {
      mirror.writer.commit(() => {
        for (const { namespace, name, cells } of made) {
          const source = sampleSource(`${namespace}/${name}`, { cells: JSON.stringify(cells) });
          mirror.writer.objects.put(mirror.target(), source, 1);
        }
      });
      const told = await ordered(namespaces, { orderBy, limit, isTold: true });
      expect(told).toEqual(await ordered(namespaces, { orderBy, limit, isTold: false }));
    }),
    { numRuns: 300 },
  );
});
