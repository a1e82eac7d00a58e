import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { faultCatalogue } from '../support/fault-catalogue.ts';
import { faultTableFile, readFaultResults } from '../support/fault-reporter.ts';
import { faultTable } from '../support/fault-table.ts';

describe('the faults', () => {
  test('are numbered without gaps', () => {
    expect(faultCatalogue.map(({ number }) => number)).toEqual(Array.from({ length: 81 }, (_, index) => index + 1));
  });

  test('stand in FAULTS.md with the results of the newest whole run', () => {
    expect(readFileSync(faultTableFile, 'utf8')).toBe(faultTable(readFaultResults()));
  });
});
