import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { clusterProgramsMissing, currentServerVersion, type ServerVersion } from '../support/cluster-programs.ts';
import { writtenLines } from './command-lines/all-lines.ts';
import { terminalLines } from './command-lines/terminal.ts';
import { typeLines } from './command-lines/types.ts';
import type { CommandLine } from './command-line.ts';
import { knownDifferences } from './known-differences.ts';
import { type ParityCluster, startParityCluster } from './parity-cluster.ts';
import { differenceText, type ParityRun, runParity } from './run-parity.ts';

/** Which server is asked, and how much. */
export interface ParitySuite {
  readonly serverVersion: ServerVersion;
  readonly part: 'whole' | 'fast';
}

/** What the whole suite must reach. */
const leastLineCount = 700;
const leastTypeCount = 60;
const leastCustomTypeCount = 10;
const mostKnownDifferences = 10;
const terminalWidths = [40, 80, 200];
const themeTimeoutMs = 300_000;

const themes = ['types', ...new Set(writtenLines.map(({ theme }) => theme))];

/** Declares the tests that hold `navi get` against `kubectl get` on one server. */
export function describeParity({ serverVersion, part }: ParitySuite): void {
  const missing = clusterProgramsMissing('api', serverVersion);
  describe.skipIf(missing !== undefined)(`navi get and kubectl get on kube-apiserver ${serverVersion}`, () => {
    let cluster: ParityCluster;
    let types: readonly string[] = [];
    const explained = new Map<string, number>();

    beforeAll(async () => {
      cluster = await startParityCluster(serverVersion === currentServerVersion ? {} : { serverVersion });
      types = await cluster.types();
    }, themeTimeoutMs);
    afterAll(() => cluster.stop());

    function chosen(lines: readonly CommandLine[]): readonly CommandLine[] {
      return part === 'whole' ? lines : lines.filter(({ isFast }) => isFast);
    }

    async function differencesOf(lines: readonly CommandLine[], columns?: number): Promise<readonly string[]> {
      const run: ParityRun = await runParity(cluster, chosen(lines), { known: knownDifferences, columns });
      for (const [title, count] of run.explained) explained.set(title, (explained.get(title) ?? 0) + count);
      return run.differences.map(differenceText);
    }

    test.each(themes)('answer alike: %s', { timeout: themeTimeoutMs }, async (theme) => {
      const lines = [...typeLines(types), ...writtenLines].filter((line) => line.theme === theme);
      expect(await differencesOf(lines)).toEqual([]);
    });

    test.each(terminalWidths)(
      'answer alike on a terminal of %i columns',
      { timeout: themeTimeoutMs },
      async (columns) => {
        expect(await differencesOf(terminalLines, columns)).toEqual([]);
      },
    );

    if (part === 'fast') return;
    test('were asked enough, and every known difference still shows', () => {
      const lines = [...typeLines(types), ...writtenLines].map(({ line }) => line);
      expect(lines.filter((line, index) => lines.indexOf(line) !== index)).toEqual([]);
      expect(lines.length).toBeGreaterThanOrEqual(leastLineCount);
      expect(types.length).toBeGreaterThanOrEqual(leastTypeCount);
      expect(types.filter((type) => type.endsWith('.example.com')).length).toBeGreaterThanOrEqual(leastCustomTypeCount);
      expect(knownDifferences.length).toBeLessThanOrEqual(mostKnownDifferences);
      expect(knownDifferences.filter(({ title }) => !explained.has(title)).map(({ title }) => title)).toEqual([]);
    });
  });
}
