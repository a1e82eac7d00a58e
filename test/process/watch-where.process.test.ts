import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startLongCommand, type LongCommand } from '../support/long-command.ts';
import { naviProgram, syncedNavi, type SyncedNavi } from '../support/synced-navi.ts';

const running = 'status.phase == "Running"';

let navi: SyncedNavi;

function place(name: string, namespace = 'shop') {
  return { metadata: { name, namespace } };
}

function pod(name: string, phase: string, namespace = 'shop'): void {
  const spec = { containers: [{ name: 'main', image: 'registry.example/main:1' }] };
  navi.simulator.state.create('pods', { ...place(name, namespace), spec, status: { phase } });
}

function turn(name: string, phase: string, namespace = 'shop'): void {
  navi.simulator.state.patch('pods', { namespace, name }, { status: { phase } });
}

function label(name: string, app: string, namespace = 'shop'): void {
  navi.simulator.state.patch('pods', { namespace, name }, { metadata: { labels: { app } } });
}

beforeAll(async () => {
  navi = await syncedNavi(1);
  for (const name of ['billing', 'other']) navi.simulator.state.create('namespaces', { metadata: { name } });
  pod('stays', 'Running');
  pod('leaves', 'Running');
  label('leaves', 'a');
  pod('enters', 'Pending');
  pod('bill', 'Pending', 'billing');
  pod('far', 'Pending', 'other');
  expect((await navi.navi(['sync', '--detach'])).code).toBe(0);
  expect((await navi.navi(['sync', '--once'])).code).toBe(0);
});

afterAll(async () => {
  await navi.navi(['stop']);
  await navi.remove();
});

function follow(args: readonly string[], env?: NodeJS.ProcessEnv): LongCommand {
  return startLongCommand(process.execPath, [naviProgram, 'get', ...args], navi.environment(env));
}

/** The lines of a table, one space between its cells, without ages. */
function rows(text: string): readonly string[] {
  const lines = text.trimEnd().split('\n');
  return lines.map((line) =>
    line
      .trimEnd()
      .replaceAll(/ +/g, ' ')
      .replace(/ \d+[sm]\w*$/, ''),
  );
}

describe('navi get -w --where', () => {
  /** By what they show. */
  const watches = new Map<string, LongCommand>();
  const said = (what: string): string => watches.get(what)?.stdout() ?? '';

  beforeAll(async () => {
    const saved = ['filter', 'save', 'up', 'pods', '-n', 'shop', '--where', running, '--order-by', 'NAME desc'];
    expect((await navi.navi(saved)).code).toBe(0);
    const asked = ['pods', '-n', 'shop', '--where', running];
    const events = '--output-watch-events';
    const begun: Promise<void>[] = [];
    for (const [what, args] of Object.entries({
      table: [...asked, '-w', events],
      names: [...asked, '-w', '-o', 'name'],
      json: [...asked, '-w', '-o', 'json', events],
      columns: [...asked, '-w', '-o', 'custom-columns=NAME:.metadata.name,PHASE:.status.phase'],
      path: [...asked, '-w', '-o', 'jsonpath={.metadata.name}={.status.phase};'],
      wide: [...asked, '-w', '-o', 'wide'],
      selected: [...asked, '-w', '-l', 'app=a', events],
      cells: ['pods', '-n', 'shop', '-w', events, '--where', 'cols.STATUS == "Running"'],
      filter: ['@up', '-w', events, '--where', 'metadata.name != "enters"'],
      places: ['pods', '-n', 'billing,shop', '-w', events, '--where', running],
    })) {
      const watch = follow(args);
      watches.set(what, watch);
      begun.push(watch.until(what, () => watch.stdout().includes('leaves')));
    }
    // It prints nothing at its start, but tells of the age once it follows.
    const only = follow([...asked, '--watch-only', events], { NAVI_NOTICE_AFTER: '1ms' });
    watches.set('only', only);
    begun.push(only.until('only', () => only.stderr().includes(' old')));
    await Promise.all(begun);

    turn('enters', 'Running');
    label('enters', 'a');
    turn('leaves', 'Failed');
    label('leaves', 'b');
    pod('late', 'Pending');
    label('late', 'a');
    turn('bill', 'Running', 'billing');
    turn('far', 'Running', 'other');
    navi.simulator.state.delete('pods', { namespace: 'shop', name: 'late' });
    navi.simulator.state.delete('pods', { namespace: 'shop', name: 'enters' });
    label('stays', 'a');
    await Promise.all(
      [...watches].map(async ([what, watch]) => {
        const count = what === 'only' || what === 'selected' ? 1 : 2;
        await watch.until(`the last of ${what}`, () => watch.stdout().split('stays').length > count);
      }),
    );
  });

  afterAll(async () => {
    await Promise.all([...watches.values()].map(async (watch) => await watch.kill('SIGINT')));
  });

  test('tells of what enters as ADDED, of what leaves as DELETED with its last state inside, and of nothing outside', () => {
    const changes = [
      'ADDED enters 0/1 Running 0',
      'MODIFIED enters 0/1 Running 0',
      'DELETED leaves 0/1 Running 0',
      'DELETED enters 0/1 Running 0',
      'MODIFIED stays 0/1 Running 0',
    ];
    const begun = ['ADDED leaves 0/1 Running 0', 'ADDED stays 0/1 Running 0'];
    const header = 'EVENT NAME READY STATUS RESTARTS AGE';
    expect(rows(said('table'))).toEqual([header, ...begun, ...changes]);
    expect(rows(said('cells'))).toEqual([header, ...begun, ...changes]);
    expect(rows(said('only'))).toEqual([header, ...changes]);
  });

  test('prints the same objects in each format', () => {
    const names = ['leaves', 'stays', 'enters', 'enters', 'leaves', 'enters', 'stays'];
    expect(said('names')).toBe(names.map((name) => `pod/${name}\n`).join(''));
    expect(rows(said('columns'))).toEqual(['NAME PHASE', ...names.map((name) => `${name} Running`)]);
    expect(said('path')).toBe(names.map((name) => `${name}=Running;`).join(''));
    expect(rows(said('wide')).slice(1)).toEqual(
      names.map((name) => expect.stringMatching(`^${name} 0/1 Running 0 `) as string),
    );
    const events = said('json')
      .split(/^(?=\{)/m)
      .map((text) => JSON.parse(text) as { type: string; object: { metadata: { name: string } } });
    expect(events.map(({ type, object }) => `${type} ${object.metadata.name}`)).toEqual([
      'ADDED leaves',
      'ADDED stays',
      'ADDED enters',
      'MODIFIED enters',
      'DELETED leaves',
      'DELETED enters',
      'MODIFIED stays',
    ]);
    expect(events[4]?.object).toMatchObject({ status: { phase: 'Running' } });
  });

  test('holds together with selectors, saved filters and several namespaces', () => {
    expect(rows(said('selected')).slice(1)).toEqual([
      'ADDED leaves 0/1 Running 0',
      'ADDED enters 0/1 Running 0',
      'DELETED leaves 0/1 Running 0',
      'DELETED enters 0/1 Running 0',
      'ADDED stays 0/1 Running 0',
    ]);
    expect(rows(said('filter')).slice(1)).toEqual([
      'ADDED leaves 0/1 Running 0',
      'ADDED stays 0/1 Running 0',
      'DELETED leaves 0/1 Running 0',
      'MODIFIED stays 0/1 Running 0',
    ]);
    expect(rows(said('places'))).toEqual([
      'EVENT NAMESPACE NAME READY STATUS RESTARTS AGE',
      'ADDED shop leaves 0/1 Running 0',
      'ADDED shop stays 0/1 Running 0',
      'ADDED shop enters 0/1 Running 0',
      'MODIFIED shop enters 0/1 Running 0',
      'DELETED shop leaves 0/1 Running 0',
      'ADDED billing bill 0/1 Running 0',
      'DELETED shop enters 0/1 Running 0',
      'MODIFIED shop stays 0/1 Running 0',
    ]);
  });

  test('says nothing besides', () => {
    for (const [what, watch] of watches) if (what !== 'only') expect(watch.stderr()).toBe('');
  });
});

describe('navi get -w', () => {
  test.each([
    [['--order-by', 'NAME'], /--watch and --order-by exclude each other/],
    [['--where', 'true', '--group-by', 'STATUS'], /--watch and --group-by exclude each other/],
    [['--limit', '3'], /--watch and --limit exclude each other/],
    [['--offset', '3'], /--watch and --offset exclude each other/],
    [['--where', 'true', '--count'], /--watch and --count exclude each other/],
    [['--where', 'true', '--explain'], /--watch and --explain exclude each other/],
    [['--where', 'cols.STATSU == ""'], /did you mean STATUS/],
    [['--where', 'metadata.name =='], /at character 17/],
    [['--where', 'metadata.name > 1'], /--where: /],
    [['--where', ' '], /--where needs an expression/],
  ])('%j is refused with a way out, and follows nothing', async (args, says) => {
    const result = await navi.navi(['get', 'pods', '-n', 'shop', '-w', ...args]);
    expect(result).toMatchObject({ stdout: '', code: 2 });
    expect(result.stderr).toMatch(says);
    expect(result.stderr).toMatch(/^error: .*\n( {2}.*\n)+$/);
  });

  test('tells once of objects that cannot be judged', async () => {
    const failing = 'metadata.name == "stays" || ip(status.phase).family() == 4';
    const watch = follow(['pods', '-n', 'shop', '-w', '-o', 'name', '--where', failing]);
    await watch.until('the failure', () => watch.stderr() !== '');
    label('leaves', 'again');
    label('stays', 'again');
    await watch.until('the match', () => watch.stdout() === 'pod/stays\npod/stays\n');
    await watch.kill('SIGINT');
    expect(watch.stderr()).toMatch(/^navi: 1 object does not count because --where fails there: .*\n$/);
  });
});
