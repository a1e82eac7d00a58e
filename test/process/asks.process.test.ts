import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { foundCompany } from '../../src/demo/company.ts';
import { seededRandom } from '../../src/demo/seeded-random.ts';
import { systemClock } from '../../src/util/clock.ts';
import { syncedNavi, type SyncedNavi } from '../support/synced-navi.ts';

/** The commands of the manual's table, unescaped. */
const rows = readFileSync(join(import.meta.dirname, '../../man/asks.md'), 'utf8')
  .split('\n')
  .filter((line) => line.endsWith('` |'))
  .map((line) => {
    const [, what = '', , command = ''] = line.split(/(?<!\\)\|/).map((cell) => cell.trim().replaceAll('\\|', '|'));
    return { what, command: command.replaceAll('`', '') };
  });

/** What must be in the answer; every row has something. */
const answers: Readonly<Record<string, RegExp>> = {
  'filter by what is shown, not by status.phase': /^shop +recommendations-\S+ +0\/1 +CrashLoopBackOff /m,
  'sort by any column': /^NAMESPACE .*\nshop +recommendations-/,
  'really everything, custom resources too': /^queues\.messaging\.brightharbor\.example\/crash-reports$/m,
  'all custom resources of a category': /^NAMESPACE .*READY/m,
  'proof that the mirror is right': /^pods +\d+ +equal$/m,
  'what the cluster serves, without waiting for discovery': /^pods +po +v1 +true +Pod +\d+ /m,
  'every cluster in one table': /^NAMESPACE +NAME /,
  'regex, in, not, less than, age and quantities': /^shop +(cart|web)-/m,
  'quantities that are compared as such': /^worker-a-1 /m,
  'events past their hour, in order, and only the last minutes':
    /^NAMESPACE +LAST SEEN +TYPE +REASON +OBJECT +MESSAGE\n/,
  'warnings alone, repeats as one line': /^\S+ \(x\d+ over \S+\) +Warning +BackOff +Pod\/recommendations-/m,
  'an owner tree in both directions': /^Deployment\/cart [^]*owns ReplicaSet\/cart-/,
  'why it does not run': /^Deployment\/recommendations: [^]*Pod\/recommendations-/,
  'several namespaces': /^billing +\S+ [^]*|^shop +\S+ /m,
  'all namespaces but some': /^NAMESPACE +NAME (?![^]*^(?:kube-system|monitoring) )[^]*^shop +web-/m,
  'a filter that has a name, with its columns and order': /^NAMESPACE +NAME .* NODE .*\nshop +recommendations-/,
  'how old the answer is': /of \d+ types/,
  'an answer not older than that': /^NAME +READY +STATUS /,
  'certificates that expire':
    /^EXPIRES .*\nin [34]d\w* .*Certificate\/billing\/payments .*Ingress\/billing\/payments.*renewal failed/,
  'what changed, when, in which field and by whom': /^Deployment shop\/web\n/,
  'containers, not pods': /^POD +CONTAINER +STATE /,
  'which images run, and which cannot be pulled': /^IMAGE .*\n\S+\/billing\/tax:1\.4\.0 +\S+ +1 +1 +(Err|Image)/,
  'Helm releases without Helm':
    /^NAMESPACE +NAME +REVISION .*\nbilling +tax +3 +failed +4[78]m ago +3\n[^]*^search +suggest +2 +pending-upgrade /m,
  'counts per value': /^COUNT +VALUE\n\d+ +Running\n/,
  'a cluster as files, without what the server adds': /^deployments\.apps\n/m,
  'a table as CSV': /^namespace,pod,name,image\r\n(?:.*\r\n)*shop,/,
  'what is asked for on each node': /^node +cpu +memory\n[^]*^worker-a-1 +[\d.]+ +\d+$/m,
  'a wrong word is forgiven': /^shop +deployments\.apps +recommendations /m,
};

describe('what people have asked for', () => {
  let navi: SyncedNavi;

  beforeAll(async () => {
    navi = await syncedNavi(({ state }) => foundCompany({ state, clock: systemClock(), random: seededRandom(20) }));
    expect((await navi.navi(['sync', '--detach'])).code).toBe(0);
    expect((await navi.navi(['sync', '--once'])).code).toBe(0);
  });

  afterAll(async () => {
    await navi.navi(['stop']);
    await navi.remove();
  });

  test('has an answer that is looked at for each row', () => {
    expect(rows.length).toBeGreaterThan(20);
    expect(rows.map(({ what }) => what).sort()).toEqual(Object.keys(answers).sort());
  });

  test.each(rows)('$what: $command', async ({ what, command }) => {
    // Some write files.
    const { stdout, code } = await navi.shell(`cd "${navi.folder}" && ${command}`);
    expect(code).toBe(0);
    expect(stdout).toMatch(answers[what] as RegExp);
  });
});
