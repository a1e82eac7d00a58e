import { expect, test } from 'vitest';
import type { GetPlan, GetStep } from '../../../src/cli/get/get-plan.ts';
import type { GetRequest } from '../../../src/cli/get/get-request.ts';
import type { RowSource, StepRows } from '../../../src/cli/get/get-rows.ts';
import { readPlan } from '../../../src/cli/get/read-plan.ts';
import type { RowTally } from '../../../src/query/object-query.ts';

/** What comes of rows that a store has in the order of their names, with what it tells of them. */
function found(type: object) {
  const rows = ['a', 'b'].map((name, index) => ({ name, cells: JSON.stringify([name, 2 - index]) }));
  const columns = [{ name: 'Name' }, { name: 'MatchingPrecedence' }];
  const read = { type: { ...type, columns }, rows, columns, again: (row: unknown) => row, tally: {} as RowTally };
  const source: RowSource = {
    read: () => read as unknown as StepRows,
    arranged: (each) => each,
    last: (each) => each,
    end: () => undefined,
  };
  const request = { output: { format: 'wide' }, table: { serverPrint: true }, sortBy: '' } as unknown as GetRequest;
  const plan = { steps: [{} as GetStep] } as unknown as GetPlan;
  return readPlan(source, { request, plan }, 'row').found.map((each) => ({
    names: Array.from(each.rows, ({ name }) => name),
    isTold: each.tally !== undefined,
  }));
}

test('what the store tells of rows is not used of those that are in the order of a table', () => {
  expect(found({ group: 'flowcontrol.apiserver.k8s.io', resource: 'flowschemas' })).toEqual([
    { names: ['b', 'a'], isTold: false },
  ]);
  expect(found({ group: '', resource: 'pods' })).toEqual([{ names: ['a', 'b'], isTold: true }]);
});
