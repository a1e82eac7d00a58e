import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { asObject, type Json, type JsonObject } from '../../src/core/json.ts';
import type { KubeObject } from '../../src/core/kube-object.ts';
import type { Report } from '../../src/cli/report/report.ts';
import type { Simulator } from '../../src/simulator/simulator.ts';
import { browserProgram, startBrowser, type Browser, type PageView } from '../support/browser.ts';
import { mirrorFiles } from '../support/stored-mirror.ts';
import { expectError, steeringCharacters, steeringText, syncedNavi, type SyncedNavi } from '../support/synced-navi.ts';

/** Bytes that no report may hold. */
const secretValue = 'bm9ib2R5LW1heS1zZWUtdGhpcw==';
const environmentValue = 'hush-hush-of-the-environment';
const configuredValue = 'hush-hush-of-a-config-map';

/** What a page must not run, and Markdown must not take for its own. */
const hostileText = `<script>alert(1)</script><img src="http://127.0.0.1:9/x.png" onerror="alert(2)"> | **'&"`;

const ago = (minutes: number): string => new Date(Date.now() - minutes * 60_000).toISOString().replace(/\.\d+Z/, 'Z');

const container = (name: string, requests: JsonObject): JsonObject => ({
  name,
  image: `registry.example/${name}:1`,
  env: [{ name: 'TOKEN', value: environmentValue }],
  resources: { requests },
});

function pod(name: string, node: string, spec: JsonObject, status: JsonObject): JsonObject {
  const metadata = { name, namespace: 'shop', creationTimestamp: ago(60) };
  return { metadata, spec: { nodeName: node, ...spec }, status: { phase: 'Running', ...status } };
}

const ready = (status: string, minutes: number): Json[] => [
  { type: 'Ready', status, lastTransitionTime: ago(minutes), message: status === 'True' ? '' : 'it is not' },
];

const node = (name: string, isReady: string): JsonObject => ({
  metadata: { name },
  status: { allocatable: { cpu: '2', memory: '4Gi', pods: '110' }, conditions: ready(isReady, 30) },
});

/** A node with 1.75 of 2 cores asked for, another one that is gone; a pod that crashes, one that lacks its image. */
function fill({ state }: Simulator): void {
  for (const name of ['shop', 'quiet']) state.create('namespaces', { metadata: { name } });
  state.create('nodes', node('one', 'True'));
  state.create('nodes', node('two', 'Unknown'));
  const well = { containerStatuses: [{ name: 'main', ready: true, restartCount: 0, state: { running: {} } }] };
  state.create(
    'pods',
    pod(
      'well',
      'one',
      {
        initContainers: [
          { ...container('side', { cpu: '250m', memory: '1Gi' }), restartPolicy: 'Always' },
          container('first', { cpu: '1500m', memory: '100Mi' }),
        ],
        containers: [container('main', { cpu: '500m', memory: '1Gi' })],
      },
      { ...well, conditions: ready('True', 50) },
    ),
  );
  state.create(
    'pods',
    pod('done', 'one', { containers: [container('main', { cpu: '2' })] }, { phase: 'Succeeded', ...well }),
  );
  const waiting = (reason: string, message: string, restartCount: number): JsonObject => {
    const ended = { exitCode: 137, reason: 'OOMKilled', finishedAt: ago(5) };
    const lastState = restartCount === 0 ? {} : { terminated: ended };
    return { name: 'main', ready: false, restartCount, state: { waiting: { reason, message } }, lastState };
  };
  const failing = (name: string, status: JsonObject): JsonObject => {
    const image = { name: 'main', image: `registry.example/${name}:1` };
    const containerStatuses = [{ ...status, ...image }];
    const spec = { containers: [container(name, {})].map((each) => ({ ...each, name: 'main' })) };
    return pod(name, 'two', spec, { containerStatuses, conditions: ready('False', 20) });
  };
  state.create('pods', failing('crash', waiting('CrashLoopBackOff', hostileText, 7)));
  state.create('pods', failing('lost', waiting('ErrImagePull', `not there ${steeringText}`, 0)));
  fillWorkload(state, failing('web-x-1', waiting('CreateContainerConfigError', 'configmap "gone" not found', 0)));
  state.create('secrets', { metadata: { name: 'hush', namespace: 'shop' }, data: { key: secretValue } });
  state.create('configmaps', { metadata: { name: 'settings', namespace: 'shop' }, data: { key: configuredValue } });
  state.create('events', {
    metadata: { name: 'evil', namespace: 'shop' },
    type: 'Warning',
    reason: 'Bad<b>',
    message: `${hostileText} ${steeringText}`,
    count: 3,
    lastTimestamp: ago(10),
    involvedObject: { kind: 'Pod', name: 'crash', namespace: 'shop' },
  });
}

/** A deployment that lacks the pod it made. */
function fillWorkload(state: Simulator['state'], made: JsonObject): void {
  const owner = (kind: string, { metadata: { name, uid = '' } }: KubeObject): Json[] => [
    { apiVersion: 'apps/v1', kind, name, uid, controller: true },
  ];
  const place = { namespace: 'shop' };
  const counts = { spec: { replicas: 1 }, status: { replicas: 1, readyReplicas: 0 } };
  const web = state.create('deployments.apps', { metadata: { name: 'web', ...place }, ...counts });
  const ownerReferences = owner('Deployment', web);
  const set = state.create('replicasets.apps', { metadata: { name: 'web-x', ...place, ownerReferences }, ...counts });
  const metadata = { ...asObject(made['metadata']), ownerReferences: owner('ReplicaSet', set) };
  state.create('pods', { ...made, metadata });
}

let navi: SyncedNavi;

beforeAll(async () => {
  navi = await syncedNavi(fill);
  const { state } = navi.simulator;
  state.create('configmaps', { metadata: { name: 'new', namespace: 'shop' } });
  state.delete('configmaps', { name: 'settings', namespace: 'shop' });
  state.delete('secrets', { name: 'hush', namespace: 'shop' });
  expect(await navi.navi(['sync', '--once'])).toMatchObject({ code: 0 });
});
afterAll(() => navi.remove());

const path = (name: string): string => join(navi.folder, name);

async function reported(...args: readonly string[]): Promise<Report['clusters'][number]> {
  const { stdout, stderr, code } = await navi.ask(['report', '-o', 'json', ...args]);
  expect({ stderr, code }).toEqual({ stderr: '', code: 0 });
  const [cluster] = (JSON.parse(stdout) as Report).clusters;
  if (cluster === undefined) throw new Error('the report has no cluster');
  return cluster;
}

/** Runs `work` while the list of a type is refused. */
async function withRefused(resource: string, work: () => Promise<void>): Promise<void> {
  const change = (sql: string): void => {
    const database = new SqliteDatabase(mirrorFiles(navi.dataDir)[0] ?? '');
    database.exec(
      `update scope set ${sql} where type_id = (select id from resource_type where resource = '${resource}' and api_group = '')`,
    );
    database.close();
  };
  change(`phase = 'denied', refusal = 'nobody may', refused_at = as_of`);
  try {
    await work();
  } finally {
    change(`phase = 'stopped', complete = 1, refusal = null`);
  }
}

describe('what navi report tells', () => {
  test('is what fails, why, and since when', async () => {
    const { failing } = await reported();
    expect(failing.totalCount).toBe(3);
    expect(failing.rows.map(({ kind, name }) => `${kind}/${name}`).sort()).toEqual([
      'Deployment/web',
      'Pod/crash',
      'Pod/lost',
    ]);
    const crash = failing.rows.find(({ name }) => name === 'crash');
    expect(crash).toMatchObject({ kind: 'Pod', namespace: 'shop', causes: [{ kind: 'Node', name: 'two' }] });
    expect(crash?.what).toContain('CrashLoopBackOff');
    expect(Date.now() - Date.parse(crash?.since ?? '')).toBeGreaterThan(19 * 60_000);
    expect(Date.now() - Date.parse(crash?.since ?? '')).toBeLessThan(30 * 60_000);
  });

  test('is a workload in place of its pods, with their causes and their time', async () => {
    const { failing } = await reported();
    const web = failing.rows.find(({ name }) => name === 'web');
    expect(web).toMatchObject({ what: '0 of 1 pods are ready' });
    expect(web?.causes.map(({ kind, name }) => `${kind}/${name}`)).toEqual([
      'ReplicaSet/web-x',
      'Pod/web-x-1',
      'Node/two',
    ]);
    expect(Date.now() - Date.parse(web?.since ?? '')).toBeGreaterThan(19 * 60_000);
  });

  test('is restarts of the range with how the last run ended, and no others', async () => {
    const { restarts } = await reported();
    expect(restarts).toMatchObject({
      totalCount: 1,
      rows: [{ pod: 'crash', restartCount: 7, totalRestartCount: 7, lastExit: { reason: 'OOMKilled', exitCode: 137 } }],
    });
    expect((await reported('--since', '2m')).restarts).toEqual({ totalCount: 0, rows: [] });
    // navi had not looked on then.
    expect((await reported('--since', '10m')).restarts?.rows).toMatchObject([
      { pod: 'crash', restartCount: null, totalRestartCount: 7 },
    ]);
  });

  test('is images that cannot be had', async () => {
    const { imagePulls } = await reported();
    expect(imagePulls).toMatchObject({ totalCount: 1, rows: [{ reason: 'ErrImagePull', pod: 'shop/lost' }] });
  });

  test('is nodes with what pods that have not ended ask of them: containers with sidecars, or an init container', async () => {
    const { nodes } = await reported();
    expect(nodes).toMatchObject({ totalCount: 2, readyCount: 1 });
    expect(nodes?.rows.map(({ name, isReady }) => [name, isReady])).toEqual([
      ['two', false],
      ['one', true],
    ]);
    expect(nodes?.rows[1]).toMatchObject({
      podCount: 1,
      allocatableCpuCores: 2,
      requestedCpuCores: 1.75,
      allocatableMemoryBytes: 4 * 2 ** 30,
      requestedMemoryBytes: 2 * 2 ** 30,
    });
  });

  test('is changes by time and by object, without those of Secrets', async () => {
    const { changes } = await reported();
    expect(changes).toMatchObject({ addedCount: 1, updatedCount: 0, deletedCount: 1 });
    expect(changes.deletions.rows).toMatchObject([{ type: 'configmaps', namespace: 'shop', name: 'settings' }]);
    expect(changes.objects.rows.map(({ name }) => name).sort()).toEqual(['new', 'settings']);
    const sum = changes.buckets.reduce((all, each) => all + each.addedCount + each.deletedCount, 0);
    expect(sum).toBe(2);
  });

  test('is warnings by their reason, as often as they happened', async () => {
    const { warnings } = await reported();
    expect(warnings).toMatchObject({
      totalCount: 1,
      rows: [{ kind: 'Pod', name: 'crash', eventCount: 3, objectCount: 1 }],
    });
    expect((await reported('--since', '5m')).warnings?.rows).toEqual([]);
  });

  test('of single namespaces is what is in these', async () => {
    const { failing, nodes, restarts, warnings } = await reported('-n', 'quiet');
    expect({ failing, nodes, restarts }).toEqual({
      failing: { totalCount: 0, rows: [] },
      nodes: null,
      restarts: { totalCount: 0, rows: [] },
    });
    expect(warnings?.rows).toEqual([]);
  });

  test('names what may not be read, and has nothing of it', async () => {
    await withRefused('pods', async () => {
      const { leftOut, restarts, imagePulls, nodes, counts } = await reported();
      expect(leftOut).toEqual(['pods may not be listed']);
      expect({ restarts, imagePulls, podCount: counts.podCount }).toEqual({
        restarts: null,
        imagePulls: null,
        podCount: null,
      });
      expect(nodes?.total).toMatchObject({ allocatableCpuCores: 4, requestedCpuCores: null });
      for (const format of ['html', 'md']) {
        const { stdout } = await navi.ask(['report', '-o', format]);
        expect(stdout).toContain('Left out: pods may not be listed.');
        expect(stdout).not.toMatch(/CrashLoop|OOMKilled|registry\.example/);
      }
    });
  });

  test('says of old data that it is old', async () => {
    const { stdout, stderr, code } = await navi.navi(['report'], { NAVI_NOTICE_AFTER: '1ms' });
    expect(code).toBe(0);
    expect(stderr).toContain(' old');
    expect(stdout).toContain('The cluster may be otherwise by now:');
  });
});

describe('the formats of navi report', () => {
  test.each(['html', 'md', 'json'])(
    '%s holds no value of a Secret, of the environment or of a configuration',
    async (format) => {
      const { stdout } = await navi.ask(['report', '-o', format]);
      for (const value of [secretValue, environmentValue, configuredValue]) expect(stdout).not.toContain(value);
      expect(stdout).not.toMatch(/\bhush\b/);
      expect(steeringCharacters(stdout)).toEqual([]);
    },
  );

  test('HTML runs nothing and asks for nothing, whatever a cluster tells', async () => {
    const { stdout } = await navi.ask(['report']);
    expect(stdout).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
    expect(stdout).not.toMatch(/<script|<img|<iframe|<object|<b>|\son\w+="|style="|url\(|@import/i);
    const addresses = [...stdout.matchAll(/\s(?:href|src|action)="([^"]*)"/g)].map(([, address]) => address);
    expect(addresses).toEqual(['data:,']);
    expect(stdout).toContain(`content="default-src &#39;none&#39;; style-src &#39;sha256-`);
  });

  test('Markdown has no HTML and no column of a cluster', async () => {
    const { stdout } = await navi.ask(['report', '-o', 'md']);
    expect(stdout).not.toMatch(/<\w/);
    const rows = stdout.split('\n').filter((line) => line.startsWith('| Pod shop/crash'));
    expect(rows.map((row) => row.replaceAll(String.raw`\|`, '').split('|').length)).toEqual([6]);
  });

  test('a file is whole, for its user alone, and of the format that its name says', async () => {
    for (const [name, begin] of [
      ['page.html', '<!doctype html>'],
      ['page.md', '# Kubernetes report'],
      ['page.json', '{\n'],
    ] as const) {
      const { stdout, stderr, code } = await navi.ask(['report', '--to', path(name)]);
      expect({ stdout, stderr, code }).toEqual({
        stdout: '',
        stderr: `navi: report written to ${path(name)}\n`,
        code: 0,
      });
      expect(statSync(path(name)).mode & 0o777).toBe(0o600);
      expect(readFileSync(path(name), 'utf8').startsWith(begin)).toBe(true);
    }
  });

  test('a file is told as a link on a terminal that has links, unless it shows another machine', async () => {
    const told = async (env: NodeJS.ProcessEnv): Promise<string> =>
      (await navi.onTerminal(`report --to '${path('a b.html')}'`, 100, env)).replaceAll('\r', '');
    const link = `\u001B]8;;file://${path('a%20b.html')}\u001B\\${path('a b.html')}\u001B]8;;\u001B\\`;
    expect(await told({ FORCE_HYPERLINK: '1' })).toBe(`navi: report written to ${link}\n`);
    const plain = `navi: report written to ${path('a b.html')}\n`;
    expect(await told({ FORCE_HYPERLINK: '0' })).toBe(plain);
    expect(await told({ FORCE_HYPERLINK: '1', SSH_CONNECTION: '192.0.2.1 50022 192.0.2.2 22' })).toBe(plain);
  });

  test('HTML is not printed on a terminal, and Markdown is', async () => {
    expect(await navi.onTerminal('report', 100)).toMatch(/^error: a report is a page of HTML[^]*--to report\.html/);
    const text = await navi.onTerminal('report -o md', 100);
    expect(text).toContain('# Kubernetes report');
    expect(steeringCharacters(text)).toEqual([]);
  });

  test.each([
    [['--since', 'soon'], /soon/],
    [['-n', ','], /-n names no namespace/],
    [['--to', '.'], /folder/],
    [['--to', 'no/such/folder/page.html'], /no\/such\/folder/],
    [['-o', 'pdf'], /html, md, json/],
  ])('refuses %j and leaves nothing behind', async (args, says) => {
    const { stdout, stderr, code } = await navi.shell(`cd "${navi.folder}" && navi report ${args.join(' ')}`);
    expectError({ stdout, stderr, code }, 2, says);
    expect(readdirSync(navi.folder).filter((name) => name.startsWith('.navi'))).toEqual([]);
    expect(existsSync(path('no'))).toBe(false);
  });
});

const program = browserProgram();

describe.skipIf(program === undefined)(
  `the HTML report in a browser${program === undefined ? ': none is installed' : ''}`,
  () => {
    let browser: Browser;

    beforeAll(async () => {
      browser = await startBrowser(program ?? '');
      expect(await navi.ask(['report', '--to', path('report.html')])).toMatchObject({ code: 0 });
    });
    afterAll(() => browser.close());

    const views: readonly PageView[] = [400, 1_400].flatMap((width) => [{ width }, { width, isDark: true }]);

    test.each(views)('has no complaint and asks for nothing with %j, and fits', async (view) => {
      const page = await browser.open(path('report.html'), view);
      const facts = await page.evaluate(`({
      width: document.documentElement.scrollWidth,
      inner: innerWidth,
      background: getComputedStyle(document.body).backgroundColor,
      headings: [...document.querySelectorAll('h3')].length,
      plots: document.querySelectorAll('svg[role=img]').length,
      scripts: document.querySelectorAll('script, img, [onerror]').length,
      hidden: [...document.querySelectorAll('td, th, dd, p')].filter((each) => each.scrollWidth > each.clientWidth + 1 && each.closest('thead') === null).map((each) => each.textContent),
    })`);
      expect(page.complaints).toEqual([]);
      expect(page.requests).toEqual([]);
      expect(facts).toMatchObject({ inner: view.width, headings: 8, plots: 2, scripts: 0, hidden: [] });
      const { width, background } = facts as { width: number; background: string };
      expect(width).toBeLessThanOrEqual(view.width);
      // The style is in use, and is that of the light or the dark.
      expect(background).toBe(view.isDark === true ? 'rgb(15, 20, 25)' : 'rgb(255, 255, 255)');
      const picture = await page.screenshot();
      expect(picture.subarray(1, 4).toString()).toBe('PNG');
      expect(picture.readUInt32BE(16)).toBeGreaterThanOrEqual(view.width - 20);
    });

    test('goes onto paper', async () => {
      const page = await browser.open(path('report.html'), { width: 1_400 });
      expect((await page.print()).subarray(0, 5).toString()).toBe('%PDF-');
    });

    test('would be complained of for a script, a style or a picture from elsewhere', async () => {
      const text = readFileSync(path('report.html'), 'utf8');
      for (const [index, planted] of [
        '<script>console.error("run")</script>',
        '<p style="color: red">red</p>',
        '<img src="http://127.0.0.1:9/x.png" alt="">',
      ].entries()) {
        const file = path(`planted-${index}.html`);
        writeFileSync(file, text.replace('<main>', `<main>${planted}`));
        const page = await browser.open(file, { width: 1_400 });
        expect(page.complaints.join()).toContain('Content Security Policy');
      }
    });
  },
);
