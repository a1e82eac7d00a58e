import { faultCatalogue, type CataloguedFault } from './fault-catalogue.ts';

/** How the tests of one fault on one server ended. */
export interface FaultCounts {
  readonly passed: number;
  readonly failed: number;
}

/** Results of one test file: server, then number of the fault. */
export type FileResults = Readonly<Record<string, Readonly<Record<string, FaultCounts>>>>;

/** Results of the newest whole run of each test file that causes faults, by its path. */
export type FaultResults = Readonly<Record<string, FileResults>>;

/** One finished test. */
export interface FinishedTest {
  /** Path below the project. */
  readonly file: string;
  /** Its own title and those around it, outermost first. */
  readonly titles: readonly string[];
  readonly passed: boolean;
}

/** The server of every test that starts none of its own. */
export const simulatedServer = 'simulated';

/** Numbers of the faults that the titles name: `24: …`, `3, 4: …`. */
export function faultNumbers(titles: readonly string[]): readonly number[] {
  const numbers = titles.flatMap((title) => /^(\d+(?:, \d+)*): /.exec(title)?.[1]?.split(', ') ?? []);
  return [...new Set(numbers.map(Number))];
}

/**
 * Which server a test ran on: a real one in a `.cluster.` file, of the minor version that its path or titles name.
 * @param versions full version by minor version; the last is what runs where none is named
 */
export function serverOf(test: FinishedTest, versions: readonly (readonly [minor: string, full: string])[]): string {
  if (!test.file.includes('.cluster.')) return simulatedServer;
  const text = [test.file, ...test.titles].join(' ');
  const named = versions.find(([minor]) => new RegExp(`\\b${minor.replace('.', '\\.')}\\b`).test(text));
  return (named ?? versions.at(-1))?.[1] ?? '';
}

/** Results by file, of the tests that cause faults. */
export function faultResults(
  tests: readonly FinishedTest[],
  versions: readonly (readonly [minor: string, full: string])[],
): FaultResults {
  const results: Record<string, Record<string, Record<string, FaultCounts>>> = {};
  for (const test of tests) {
    for (const number of faultNumbers(test.titles)) {
      const counts = ((results[test.file] ??= {})[serverOf(test, versions)] ??= {});
      const { passed, failed } = counts[number] ?? { passed: 0, failed: 0 };
      counts[number] = test.passed ? { passed: passed + 1, failed } : { passed, failed: failed + 1 };
    }
  }
  return sorted(results);
}

/** In the order of names, so that equal results are equal text. */
function sorted<T>(record: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(record).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/**
 * Results after a whole run. Files that the run leaves out on purpose keep the results of the run before, as long as
 * they exist.
 */
export function mergeResults(before: FaultResults, now: FaultResults, keeps: (file: string) => boolean): FaultResults {
  const kept = Object.entries(before).filter(([file]) => keeps(file));
  return sorted({ ...Object.fromEntries(kept), ...now });
}

function countsOf(results: FaultResults, number: number): ReadonlyMap<string, FaultCounts> {
  const byServer = new Map<string, FaultCounts>();
  for (const file of Object.values(results)) {
    for (const [server, faults] of Object.entries(file)) {
      const counts = faults[String(number)];
      if (counts === undefined) continue;
      const { passed, failed } = byServer.get(server) ?? { passed: 0, failed: 0 };
      byServer.set(server, { passed: passed + counts.passed, failed: failed + counts.failed });
    }
  }
  return byServer;
}

const outcome = ({ passed, failed }: FaultCounts): string =>
  failed > 0 ? `FAILED ${failed} of ${passed + failed}` : `passed (${passed})`;

function row(fault: CataloguedFault, results: FaultResults): string {
  const byServer = countsOf(results, fault.number);
  const simulated = byServer.get(simulatedServer);
  const real = [...byServer]
    .filter(([server]) => server !== simulatedServer)
    .toSorted(([a], [b]) => b.localeCompare(a, 'en', { numeric: true }))
    .map(([server, counts]) => `${server} ${outcome(counts)}`);
  const none = fault.simulatedOnly === true ? 'cannot be brought to it' : '–';
  const cells = [
    fault.number,
    fault.name,
    simulated === undefined ? 'MISSING' : outcome(simulated),
    real.join(', ') || none,
  ];
  return `| ${cells.join(' | ')} |`;
}

/** Lines that say what is wrong: faults without a passing test on the simulated server, failures, unknown numbers. */
export function faultProblems(results: FaultResults): readonly string[] {
  const known = new Set(faultCatalogue.map(({ number }) => number));
  const unknown = Object.entries(results).flatMap(([file, servers]) =>
    Object.values(servers).flatMap((faults) =>
      Object.keys(faults)
        .filter((number) => !known.has(Number(number)))
        .map((number) => `${file}: there is no fault ${number}`),
    ),
  );
  const problems = faultCatalogue.flatMap(({ number, name }) => {
    const byServer = countsOf(results, number);
    const failures = [...byServer].flatMap(([server, { failed }]) =>
      failed > 0 ? [`fault ${number} (${name}): ${failed} failed on ${server}`] : [],
    );
    if (!byServer.has(simulatedServer))
      return [...failures, `fault ${number} (${name}): no test on the simulated server`];
    return failures;
  });
  return [...unknown, ...problems];
}

/** The table as it stands in test/FAULTS.md. */
export function faultTable(results: FaultResults): string {
  const real = faultCatalogue.filter(({ number }) => countsOf(results, number).size > 0);
  const onReal = real.filter(({ number }) =>
    [...countsOf(results, number).keys()].some((server) => server !== simulatedServer),
  );
  return `# Faults that are caused by tests

Made by a whole run of the tests from the titles that begin with a number, \`npm test\` or \`npm run test:long\`; not to be edited.
Results of long tests are those of the last long run. A number in brackets counts tests.

${real.length} of ${faultCatalogue.length} faults on some server, ${onReal.length} of them on a real kube-apiserver with etcd.

| # | fault | simulated server | real kube-apiserver |
|---|---|---|---|
${faultCatalogue.map((fault) => row(fault, results)).join('\n')}
`;
}
