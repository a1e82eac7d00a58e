import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fillForCompletion, fillUserStore } from '../support/completion-cluster.ts';
import { mirrorFiles } from '../support/stored-mirror.ts';
import { expectError, syncedNavi, type SyncedNavi } from '../support/synced-navi.ts';

describe('navi __complete', () => {
  let navi: SyncedNavi;

  beforeAll(async () => {
    navi = await syncedNavi(fillForCompletion);
    const saved = await navi.navi(['filter', 'save', 'broken', 'pods', '--where', 'cols.RESTARTS > 5']);
    expect(saved.code).toBe(0);
    await fillUserStore(navi);
    // Everything below is answered while the cluster is away.
    await navi.simulator.stop();
  });
  afterAll(() => navi.remove());

  /** The candidates without their descriptions, and the directive. */
  async function complete(
    ...words: readonly string[]
  ): Promise<{ readonly values: readonly string[]; readonly directive: string }> {
    const { stdout, stderr, code } = await navi.navi(['__complete', ...words]);
    expect({ stderr, code }).toEqual({ stderr: '', code: 0 });
    const lines = stdout.trimEnd().split('\n');
    return { values: lines.slice(0, -1).map((line) => line.split('\t', 1)[0] ?? ''), directive: lines.at(-1) ?? '' };
  }

  const cases: [line: string, values: readonly string[], directive?: string][] = [
    ['get po', ['po', 'poddisruptionbudgets', 'pods', 'podtemplates']],
    ['get pods web-', ['web-0', 'web-1', 'web-2']],
    ['get po web-', ['web-0', 'web-1', 'web-2']],
    ['get pods web-0 web-', ['web-1', 'web-2']],
    ['get pods,deploy w', ['web', 'web-0', 'web-1', 'web-2', 'worker']],
    ['get pods,deploym', ['pods,deployments']],
    ['get pods/a', ['pods/api-0']],
    ['get pods/web-0 pods/w', ['pods/web-1', 'pods/web-2']],
    ['get pods/web-0 deploym', ['deployments/'], ':6'],
    ['get deployments.', ['deployments.apps']],
    ['get pods -n shop ', ['web-shop']],
    ['get pods -nshop ', ['web-shop']],
    ['get -n=shop pods ', ['web-shop']],
    ['get pods -A web-', []],
    ['get -A pods/web-', []],
    ['get pods -n default,shop web-', []],
    ['get -A po', ['po', 'poddisruptionbudgets', 'pods', 'podtemplates']],
    ['events -A --for pods/web-', ['pods/web-0', 'pods/web-1', 'pods/web-2', 'pods/web-shop']],
    ['get pods -n sh', ['shop']],
    ['get pods -n default,sh', ['default,shop']],
    ['get pods -nsh', ['-nshop']],
    ['get pods --namespace=sh', ['shop']],
    ['get clusterroles system:n', ['system:node']],
    ['get pods -l ', ['app=', 'example.com/part=', 'tier='], ':6'],
    ['get pods -l ap', ['app='], ':6'],
    ['get deployments -l ', ['deployed='], ':6'],
    ['get pods -l app=', ['app=api', 'app=shop', 'app=web']],
    ['get pods -l app=we', ['app=web']],
    ['get pods -l app!=we', ['app!=web']],
    ['get pods -l app=web,tier=', ['app=web,tier=front']],
    ['get pods -l=app=we', ['app=web']],
    ['get pods -L ', ['app', 'example.com/part', 'tier']],
    ['get pods -L app,t', ['app,tier']],
    ['get pods --order-by REST', ['RESTARTS']],
    ['get pods --order-by restarts~desc,a', ['restarts desc,age']],
    ['get pods --group-by STA', ['STATUS']],
    ['get pods --where cols.STA', ['cols.STATUS']],
    ['get pods --where cols.RESTARTS~>~5~&&~cols.STA', ['cols.RESTARTS > 5 && cols.STATUS']],
    ['get pods --where cols.STATUS~==~"cols.', []],
    ['get pods --where cols["STA', ['cols["STATUS"]']],
    ['get @', ['@broken']],
    ['filter show ', ['broken']],
    ['filter delete broken ', []],
    ['get pods -o js', ['json', 'jsonpath=', 'jsonpath-as-json=', 'jsonpath-file=']],
    ['get pods -o jsonpath-a', ['jsonpath-as-json='], ':6'],
    ['get -f ', [], ':0'],
    ['get -k ', [], ':16'],
    ['logs api', ['api-0']],
    ['logs web-0 -c ', ['main', 'proxy']],
    ['logs deployments/', ['deployments/web', 'deployments/worker']],
    ['top po', ['pods']],
    ['tree deploy w', ['web', 'worker']],
    ['tree deploy web ', []],
    ['events --for pods/api', ['pods/api-0']],
    ['describe pods api', ['api-0']],
    ['status deploym', ['deployments']],
    ['filter save mine pods a', ['api-0']],
    ['filter save mine pods -n sh', ['shop']],
    ['wait pods/api-0 --for ', ['condition=', 'create', 'delete', 'jsonpath=']],
    ['get pods --user admin ', []],
    ['get pods --user ad', ['admin']],
    ['get pods --context ', ['simulator']],
    ['get pods --context simulator web-2', ['web-2']],
    ['get pods --context unknown web-2', []],
    ['get pods --all-contexts web-2', ['web-2']],
    ['mirrors forget ', ['simulator']],
    ['config set retention.history_a', ['retention.history_age']],
    ['config set contexts.simulator.n', ['contexts.simulator.namespaces']],
    ['config set contexts.simulator.certificates ', ['true', 'false']],
    ['config set contexts.simulator.certificates true ', []],
    ['config set alerts.rules.crash-loop.se', ['alerts.rules.crash-loop.severity']],
    ['config get alerts.rec', []],
    ['config set retention.history_age ', []],
    ['events --types Normal,', ['Normal,Warning']],
    ['queue show ', ['1', '2']],
    ['queue show 1 ', ['2']],
    ['queue diff 2', ['2']],
    ['queue drop -y ', ['1', '2']],
    ['queue drop --settled ', []],
    ['alerts ack ', ['aaaa1111']],
    ['alerts ack --undo ', ['bbbb2222']],
    ['alerts ack aaaa1111 ', []],
    ['alerts silence image', ['image-pull']],
    ['alerts silence aa', ['aaaa1111']],
    ['alerts silence aaaa1111 bb', ['bbbb2222']],
    ['alerts silence cccc', []],
    ['alerts unsilence ', ['image-pull']],
    ['nonsense ', []],
    ['get nonsense ', []],
  ];
  test.each(cases)('%s', async (line, values, directive = ':4') => {
    const words = line.split(' ').map((word) => word.replaceAll('~', ' '));
    expect(await complete(...words)).toEqual({ values, directive });
  });

  test('tells what a number and an id are of', async () => {
    const { stdout: actions } = await navi.navi(['__complete', 'queue', 'show', '1']);
    expect(actions).toBe('1\tqueued: label pods/default/web-0 (simulator)\n:4\n');
    const { stdout: alerts } = await navi.navi(['__complete', 'alerts', 'ack', '']);
    expect(alerts).toBe('aaaa1111\tcritical crash-loop: pods/default/web-0 (simulator)\n:4\n');
  });

  test('has the rules of the user, and no alert about what may not be read', async () => {
    const rule = `[alerts.rules.mine]\ntype = "pods"\nsummary = "x"\nwhen = "true"\n`;
    const env = { NAVI_CONFIG: navi.file('rules.toml', rule) };
    const { stdout } = await navi.navi(['__complete', 'alerts', 'silence', 'mi'], env);
    expect(stdout).toMatch(/^mine\t.*\n:4\n$/);
    const change = (sql: string): void => {
      const database = new SqliteDatabase(mirrorFiles(navi.dataDir)[0] ?? '');
      const pods = "(select id from resource_type where resource = 'pods' and api_group = '')";
      database.exec(`update scope set ${sql} where type_id = ${pods}`);
      database.close();
    };
    change(`phase = 'denied', refusal = 'nobody may', refused_at = as_of`);
    expect((await complete('alerts', 'ack', '')).values).toEqual([]);
    change(`phase = 'stopped', refusal = null`);
    expect((await complete('alerts', 'ack', '')).values).toEqual(['aaaa1111']);
  });

  test('follows the kubeconfig that is typed', async () => {
    const other = navi.file('other', 'contexts: [{name: elsewhere, context: {cluster: a, user: b}}]\n');
    expect((await complete('get', 'pods', '--kubeconfig', other, '--context', '')).values).toEqual(['elsewhere']);
    expect((await complete('get', 'pods', '--kubeconfig', other, 'web-')).values).toEqual([]);
  });

  test.each<readonly [what: string, env: (navi: SyncedNavi) => NodeJS.ProcessEnv]>([
    ['no mirror', () => ({ NAVI_DATA_DIR: '/nowhere' })],
    ['no kubeconfig', () => ({ KUBECONFIG: '/nowhere' })],
    ['a kubeconfig that is none', (at) => ({ KUBECONFIG: at.file('broken', '{{{') })],
    ['a data directory that is none', (at) => ({ NAVI_DATA_DIR: at.file('a-file', '') })],
  ])('without an answer, for %s, is quiet, and still knows the commands', async (_, env) => {
    expect(await navi.navi(['__complete', 'get', 'pods', 'w'], env(navi))).toEqual({
      stdout: ':4\n',
      stderr: '',
      code: 0,
    });
    const { stdout } = await navi.navi(['__complete', 'ge'], env(navi));
    expect(stdout).toMatch(/^get\tPrint .*\n:4\n$/);
  });

  test('is quiet about a damaged mirror, and still knows contexts and flags', async () => {
    const damage =
      'cp -a data damaged && for f in damaged/mirrors/*/mirror.db; do head -c 20000 /dev/urandom > "$f"; done';
    expect((await navi.shell(`cd "${navi.folder}" && ${damage}`)).code).toBe(0);
    const env = { NAVI_DATA_DIR: join(navi.folder, 'damaged') };
    const ask = async (...words: readonly string[]) => await navi.navi(['__complete', 'get', ...words], env);
    expect(await ask('pods', 'w')).toEqual({ stdout: ':4\n', stderr: '', code: 0 });
    expect((await ask('pods', '--context', 's')).stdout).toMatch(/^simulator\t/);
    expect((await ask('pods', '--namesp')).stdout).toMatch(/^--namespace\t/);
  });

  test('says with NAVI_DEBUG what went wrong', async () => {
    const env = { KUBECONFIG: navi.file('broken', '{{{'), NAVI_DEBUG: '1' };
    const { stdout, stderr } = await navi.navi(['__complete', 'get', 'pods', 'w'], env);
    expect({ stdout, stderr }).toEqual({ stdout: ':4\n', stderr: expect.stringContaining('broken') as string });
  });

  test('is not looked for in what nobody types: no word, and words that are no text', async () => {
    expect((await complete()).values).toContain('get');
    expect(await complete('get', '\u001B[31m')).toEqual({ values: [], directive: ':4' });
  });

  test.each([
    ['bash', 'navi.bash'],
    ['zsh', '_navi'],
    ['fish', 'navi.fish'],
    ['powershell (compared only: its script is not run by any test)', 'navi.ps1'],
  ])('has the script of %s in the package as navi completion prints it', async (title, file) => {
    const { stdout } = await navi.navi(['completion', title.split(' ', 1)[0] ?? '']);
    expect(stdout).toBe(readFileSync(join(import.meta.dirname, '../../completion', file), 'utf8'));
  });

  test('has no script for a shell that is none', async () => {
    expectError(await navi.navi(['completion', 'fihs']), 2, /did you mean fish\?/);
  });
});
