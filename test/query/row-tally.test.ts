import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { parseLabelSelector } from '../../src/core/selector/label-selector.ts';
import { readObjects, rowTally } from '../../src/query/object-query.ts';
import type { MirrorReader } from '../../src/store/open-reader.ts';
import { openedReader } from '../support/opened-reader.ts';
import { sampleSource, temporaryMirror, type TemporaryMirror } from '../support/temporary-mirror.ts';

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

const cell = fc.oneof(
  fc.constantFrom<unknown>('Running', 'running', '', '7', 7, -0, 1e21, null, true, '<none>', '{"a":1}', 'größe"\\\n'),
  fc.string({ unit: 'binary', maxLength: 3 }),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.record({ sinceMs: fc.option(fc.integer()), before: fc.constant('5 ('), after: fc.constant(')') }),
);
const objects = fc.array(
  fc.record({
    namespace: fc.constantFrom('shop', 'web'),
    app: fc.constantFrom('a', 'b'),
    cells: fc.array(cell, { maxLength: 3 }),
  }),
  { maxLength: 12 },
);

test('what is counted in the store is what its rows say', () => {
  fc.assert(
    fc.property(
      objects,
      fc.constantFrom(undefined, 'shop', 'none'),
      fc.constantFrom('', 'app=a'),
      (made, namespace, selector) => {
        mirror.writer.commit(() => {
          for (const [index, { namespace: place, app, cells }] of made.entries()) {
            const terms = [{ kind: 'label' as const, text: `app=${app}` }];
            mirror.writer.objects.put(
              mirror.target(),
              sampleSource(`${place}/o${index}`, { cells: JSON.stringify(cells), terms }),
              1,
            );
          }
        });
        const parsed = parseLabelSelector(selector);
        if (!parsed.ok) throw new Error(parsed.message);
        const query = { typeId: mirror.typeId, namespace, labels: parsed.requirements, fields: [] };
        const rows = [...readObjects(reader, query, 'row')];
        const tally = rowTally(reader, query);
        expect(tally.count()).toBe(rows.length);
        const { objectIds, texts } = tally.cells([2, 0, 7]);
        expect(objectIds.map((id) => tally.row(id))).toEqual(rows);
        for (const [at, index] of [2, 0, 7].entries()) {
          const told = texts[at]?.map((text) => JSON.parse(text) as unknown);
          expect(told).toEqual(rows.map(({ cells }) => (JSON.parse(cells) as unknown[])[index] ?? null));
        }
      },
    ),
    { numRuns: 150 },
  );
});
