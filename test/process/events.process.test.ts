import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { JsonObject } from '../../src/core/json.ts';
import { startLongCommand, type LongCommand } from '../support/long-command.ts';
import { expectError, naviProgram, steeringCharacters, syncedNavi, type SyncedNavi } from '../support/synced-navi.ts';

const hourMs = 3_600_000;

/** Half an hour later than it says, so that ages stay what they are while the tests run. */
const startedAt = Date.now() - hourMs / 2;

let navi: SyncedNavi;

function ago(hours: number): string {
  return new Date(startedAt - hours * hourMs).toISOString().replace(/\.\d+Z$/, 'Z');
}

function involved(kind: string, name: string, namespace = 'shop', apiVersion = 'v1'): JsonObject {
  return { apiVersion, kind, namespace, name, uid: `uid-of-${name}` };
}

/** Creates an event that was last told so many hours ago. */
function tell(name: string, hours: number, fields: JsonObject, namespace = 'shop'): void {
  navi.simulator.state.create('events', {
    metadata: { name, namespace },
    type: 'Normal',
    reportingComponent: 'kubelet',
    firstTimestamp: ago(hours),
    lastTimestamp: ago(hours),
    ...fields,
  });
}

function remove(...names: readonly string[]): void {
  for (const name of names) navi.simulator.state.delete('events', { namespace: 'shop', name });
}

async function sync(env?: NodeJS.ProcessEnv): Promise<void> {
  expect(await navi.navi(['sync', '--once'], env)).toMatchObject({ code: 0 });
}

beforeAll(async () => {
  navi = await syncedNavi(2);
  const backOff = { type: 'Warning', reason: 'BackOff', message: 'it waits', involvedObject: involved('Pod', 'web-0') };
  tell('web-0.1', 18, { ...backOff, count: 4, firstTimestamp: ago(45) });
  tell('web-0.recorded', 16, { ...backOff, message: 'counted on', count: 9, firstTimestamp: ago(44) });
  tell('gone-1.1', 30, { reason: 'Killing', message: 'stopping', involvedObject: involved('Pod', 'gone-1') });
  await sync();
  remove('web-0.1', 'web-0.recorded', 'gone-1.1');
  tell('web-0.2', 12, { ...backOff, count: 2, firstTimestamp: ago(13) });
  tell('web-0.recorded', 11, { ...backOff, message: 'counted on', count: 11, firstTimestamp: ago(44) });
  tell('web.1', 10, {
    reason: 'Scaled',
    message: 'to 3',
    involvedObject: involved('Deployment', 'web', 'shop', 'apps/v1beta2'),
  });
  tell('web.2', 10, { reason: 'Other', involvedObject: involved('Deployment', 'web', 'shop', 'of.others/v1') });
  tell(
    'node-1.1',
    14,
    { reason: 'Rebooted', message: 'again', involvedObject: involved('Node', 'node-1', '') },
    'default',
  );
  await sync();
});

afterAll(async () => {
  await navi.remove();
});

/** The lines of a table, three spaces between its cells. */
async function lines(...args: readonly string[]): Promise<readonly string[]> {
  const { stdout, stderr, code } = await navi.ask(['events', ...args]);
  expect({ stderr, code }).toEqual({ stderr: '', code: 0 });
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => line.trimEnd().replaceAll(/ {3,}/g, '   '));
}

describe('navi events', () => {
  test('shows what is there and what the server deleted, repeats as one line, the last one last', async () => {
    expect(await lines('-n', 'shop')).toEqual([
      'LAST SEEN   TYPE   REASON   OBJECT   MESSAGE',
      '30h   Normal   Killing   Pod/gone-1   stopping',
      '12h (x6 over 45h)   Warning   BackOff   Pod/web-0   it waits',
      '11h (x11 over 44h)   Warning   BackOff   Pod/web-0   counted on',
      '10h   Normal   Scaled   Deployment/web   to 3',
      '10h   Normal   Other   Deployment/web',
    ]);
  });

  test('--all shows each on a line of its own', async () => {
    expect(await lines('-n', 'shop', '--all', '--types', 'warning', '--no-headers')).toEqual([
      '18h (x4 over 45h)   Warning   BackOff   Pod/web-0   it waits',
      '16h (x9 over 44h)   Warning   BackOff   Pod/web-0   counted on',
      '12h (x2 over 13h)   Warning   BackOff   Pod/web-0   it waits',
      '11h (x11 over 44h)   Warning   BackOff   Pod/web-0   counted on',
    ]);
  });

  test('--for shows those about an object, in any version of its group, whether it is there or not', async () => {
    expect(await lines('-n', 'shop', '--for', 'pod/gone-1', '--no-headers')).toEqual([
      '30h   Normal   Killing   Pod/gone-1   stopping',
    ]);
    const scaled = ['10h   Normal   Scaled   Deployment/web   to 3'];
    expect(await lines('-n', 'shop', '--for', 'deploy/web', '--no-headers')).toEqual(scaled);
    expect(await lines('-A', '--for', 'Deployment.apps/web', '--no-headers')).toEqual([`shop   ${scaled[0]}`]);
    // kubectl finds them only from the namespace that they are in.
    expect(await lines('--for', 'node/node-1', '--no-headers')).toEqual([
      '14h   Normal   Rebooted   Node/node-1   again',
    ]);
  });

  test('--since shows what happened within a time, whether it is there or not', async () => {
    const reasons = async (since: string): Promise<readonly string[]> =>
      (await lines('-n', 'shop', '--all', '--since', since, '--no-headers')).map((line) => line.split(' ')[0] ?? '');
    expect(await reasons('17h')).toEqual(['16h', '12h', '11h', '10h', '10h']);
    expect(await reasons('11h')).toEqual(['10h', '10h']);
  });

  test('-A has a column for namespaces, several contexts have one before', async () => {
    const [header, ...rest] = await lines('-A', '--types', 'Normal,Warning');
    expect(header).toBe('NAMESPACE   LAST SEEN   TYPE   REASON   OBJECT   MESSAGE');
    expect(rest).toContain('default   14h   Normal   Rebooted   Node/node-1   again');
    const both = navi.simulator.kubeconfig().replace(/(- name: )simulator(\n +context)/, '$1other$2');
    const env = { KUBECONFIG: `${navi.kubeconfig}:${navi.file('other', both)}` };
    const { stdout } = await navi.navi(['events', '-n', 'shop', '--all-contexts'], env);
    expect(stdout).toMatch(/^CONTEXT +LAST SEEN +TYPE /);
    expect(stdout).toMatch(/^simulator +30h /m);
    expect(stdout).toMatch(/^other +30h /m);
    expectError(await navi.navi(['events', '-w', '--all-contexts'], env), 2, /one context at a time/);
  });

  test('-o json has what a line says in fields, -o name a line for each event', async () => {
    const { stdout } = await navi.ask(['events', '-n', 'shop', '-o', 'json', '--for', 'pod/web-0']);
    const { events } = JSON.parse(stdout) as { events: unknown[] };
    expect(events).toHaveLength(2);
    expect(events[0]).toEqual({
      context: 'simulator',
      namespace: 'shop',
      type: 'Warning',
      reason: 'BackOff',
      message: 'it waits',
      object: { apiVersion: 'v1', kind: 'Pod', namespace: 'shop', name: 'web-0' },
      count: 6,
      firstAt: ago(45).replace('Z', '.000Z'),
      lastAt: ago(12).replace('Z', '.000Z'),
      reportedBy: 'kubelet',
      isExpired: false,
      names: ['web-0.1', 'web-0.2'],
    });
    const gone = await navi.ask(['events', '-n', 'shop', '-o', 'json', '--for', 'pod/gone-1']);
    expect(JSON.parse(gone.stdout)).toMatchObject({ events: [{ isExpired: true }] });
    expect(await lines('-n', 'shop', '-o', 'name', '--for', 'pod/web-0')).toEqual([
      'event/web-0.1',
      'event/web-0.recorded',
      'event/web-0.2',
      'event/web-0.recorded',
    ]);
  });

  test.each([
    [['-n', 'nowhere'], 'No events found in nowhere namespace.\n'],
    [['--for', 'pod/web-0'], 'No events found in default namespace.\n'],
    [['-A', '--for', 'pod/nobody'], 'No events found.\n'],
    [['--for', 'node/nobody'], 'No events found.\n'],
  ])('%j without events says so as kubectl does', async (args, says) => {
    expect(await navi.ask(['events', ...args])).toEqual({ stdout: '', stderr: says, code: 0 });
  });

  test.each([
    [['--for', 'web-0'], 2, /--for names one object as TYPE\/NAME/],
    [['--for', 'pod/web-0/x'], 2, /--for names one object/],
    [['--for', 'pdo/web-0'], 2, /no type called "pdo"\n {2}did you mean pod\?/],
    [['--types', 'Error'], 2, /valid --types are Normal or Warning/],
    [['--since', 'yesterday'], 2, /"yesterday" is no duration for --since/],
    [['-w', '-o', 'json'], 2, /--watch and --output exclude each other|--output and --watch exclude each other/],
  ])('%j is an error with a way out', async (args, code, says) => {
    expectError(await navi.ask(['events', ...args]), code, says);
  });

  test('dims on a terminal what the server has no longer, and keeps the terminal safe', async () => {
    const shown = await navi.onTerminal('events -n shop', 120);
    expect(shown.replaceAll(/ {3,}/g, '   ')).toContain(
      '\n\u001B[2m30h   Normal   Killing   Pod/gone-1   stopping\u001B[22m\n',
    );
    expect(shown).toMatch(/^12h \(x6 over 45h\) +Warning /m);
    const { stdout } = await navi.ask(['events', '-n', 'default']);
    expect(stdout).toContain('findme too');
    expect(steeringCharacters(stdout)).toEqual([]);
  });
});

describe('events that may not be listed', () => {
  const shown = ['*'];
  const env = (name: string): NodeJS.ProcessEnv => ({
    KUBECONFIG: navi.file(`kubeconfig-${name}`, navi.simulator.kubeconfig(name)),
    NAVI_DATA_DIR: `${navi.folder}/data-${name}`,
  });

  test('are no empty list', async () => {
    const { state } = navi.simulator;
    const groups = state.types.groups().map(({ name }) => name);
    state.access.allow('other', { verbs: shown, groups: groups.filter((name) => name !== '') });
    await sync(env('other'));
    for (const args of [['-A'], ['-n', 'shop'], ['-n', 'shop', '-w']]) {
      expectError(await navi.navi(['events', ...args], env('other')), 4, /cannot list resource "events"/);
    }
  });

  test('but in some namespaces are those of these, and that is said', async () => {
    const { access } = navi.simulator.state;
    access.allow('some', { verbs: shown, namespaces: ['shop'] });
    access.allow('some', { verbs: shown, resources: ['namespaces'] });
    await sync(env('some'));
    const { stdout, stderr, code } = await navi.navi(['events', '-A', '-o', 'name'], env('some'));
    expect(code).toBe(0);
    expect(stderr).toBe('navi: of context "simulator" only events of shop may be listed\n');
    expect(stdout.split('\n').sort()).toEqual([
      '',
      ...['web-0.2', 'web-0.recorded', 'web.1', 'web.2'].map((name) => `event/${name}`),
    ]);
    expectError(await navi.navi(['events', '-n', 'default'], env('some')), 4, /cannot list resource "events"/);
  });
});

describe('navi events --watch', () => {
  let watch: LongCommand;

  beforeAll(async () => {
    expect((await navi.navi(['sync', '--detach'])).code).toBe(0);
    await sync();
    const args = [naviProgram, 'events', '-n', 'shop', '-w', '--types', 'Warning'];
    watch = startLongCommand(process.execPath, args, navi.environment());
  });

  afterAll(async () => {
    await navi.navi(['stop']);
  });

  test('prints what is there, then each event that comes or changes, but none that goes', async () => {
    const involvedObject = involved('Pod', 'web-7');
    await watch.until('what is there', () => watch.stdout().includes('counted on'));
    const begun = watch.stdout();
    tell('web-7.0', 9, { reason: 'Started', involvedObject });
    tell('web-7.1', 9, { type: 'Warning', reason: 'Failed', message: 'no image', involvedObject });
    await watch.until('the new one', () => watch.stdout().includes('no image'));
    remove('web-0.2');
    const place = { namespace: 'shop', name: 'web-7.1' };
    navi.simulator.state.patch('events', place, { count: 2, message: 'still none' });
    await watch.until('the changed one', () => watch.stdout().includes('still none'));
    const rest = watch.stdout().slice(begun.length).trimEnd().split('\n');
    expect(rest).toEqual([
      expect.stringMatching(/^9h +Warning +Failed +Pod\/web-7 +no image$/),
      expect.stringMatching(/^9h \(x2 over 9h\) +Warning +Failed +Pod\/web-7 +still none$/),
    ]);
    expect(watch.stderr()).toBe('');
    expect(await watch.kill('SIGINT')).toEqual({ code: null, signal: 'SIGINT' });
  });
});
