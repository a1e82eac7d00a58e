import { afterEach, describe, expect, test } from 'vitest';
import { SimulatedMirror, type Mark } from '../../support/simulated-mirror.ts';

let mirror: SimulatedMirror;
let mark: Mark;

afterEach(() => mirror.checkAndStop());

const start = async (configuration = ''): Promise<void> => {
  mirror = await SimulatedMirror.start({ configuration });
  mirror.state.create('configmaps', { metadata: { name: 'one', namespace: 'default' } });
  await mirror.untilLive();
  await mirror.advance(5_000);
  mark = mirror.mark();
};

/** Types of which anything was asked since the mark, but for what checks ask. */
const asked = (): readonly string[] => [
  ...new Set(
    mirror
      .requests(mark)
      .filter(({ path, query }) => query.has('watch') || (query.has('limit') && !path.endsWith('/events')))
      .map(({ path }) => path.slice(path.lastIndexOf('/') + 1)),
  ),
];

describe('a configuration that is read again', () => {
  test('ends the streams of no type but those whose policy changed', async () => {
    await start();
    expect(await mirror.reconfigure('retrieval.configmaps = { mode = "poll", interval = "2m" }')).toEqual([]);
    await mirror.advance(10_000);
    expect(asked()).toEqual(['configmaps']);
    await mirror.until('it is polled', () => mirror.said('configmaps') === 'polling healthy none');
    mark = mirror.mark();
    await mirror.reconfigure('');
    await mirror.until('it is watched', () => mirror.said('configmaps') === 'watching healthy none');
    expect(asked()).toEqual(['configmaps']);
    await mirror.untilEqual();
  });

  test('that has a type followed only while it is asked for lists nothing, and goes on from its resume point', async () => {
    await start();
    await mirror.reconfigure('retrieval.configmaps = { mode = "used", idle = "5m" }');
    await mirror.advance(10_000);
    expect(asked()).toEqual([]);
    expect(mirror.said('configmaps')).toBe('stopped degraded unused');
    mirror.state.create('configmaps', { metadata: { name: 'two', namespace: 'default' } });
    await mirror.reconfigure('retrieval_budget.followed = 3');
    await mirror.until('it is watched', () => mirror.said('configmaps') === 'watching healthy none');
    await mirror.untilEqual();
    expect(mirror.listRequests(mark, 'configmaps')).toEqual([]);
    expect(asked()).toEqual(['configmaps']);
  });

  test('that turns a type off erases it, and has it listed when it is on again', async () => {
    await start();
    await mirror.reconfigure('retrieval.configmaps.mode = "off"');
    await mirror.until('it is erased', () => Object.keys(mirror.scopesOf('configmaps')).length === 0);
    await mirror.reconfigure('');
    await mirror.untilEqual();
    expect(mirror.listRequests(mark, 'configmaps')).toHaveLength(1);
    expect(asked()).toEqual(['configmaps']);
  });

  test('turned off and on while its rows are being erased, a type is whole again', async () => {
    await start();
    for (let index = 0; index < 600; index += 1)
      mirror.state.create('configmaps', { metadata: { name: `more-${index}`, namespace: 'default' } });
    await mirror.untilEqual();
    await mirror.reconfigure('retrieval.configmaps.mode = "off"');
    await mirror.advance(60);
    mark = mirror.mark();
    await mirror.reconfigure('');
    await mirror.until('it is listed', () => mirror.listRequests(mark, 'configmaps').length > 0);
    await mirror.untilEqual();
    expect(mirror.keys('configmaps').length).toBeGreaterThan(600);
  });

  test('leaves a first list that is under way alone', async () => {
    mirror = await SimulatedMirror.start({});
    mirror.faults.always(({ type, verb }) => type === 'configmaps' && verb === 'list', {
      kind: 'delay',
      delayMs: 20_000,
    });
    mark = mirror.mark();
    await mirror.until('it is listed', () => mirror.listRequests(mark, 'configmaps').length > 0);
    await mirror.reconfigure('retrieval.secrets.mode = "off"\nmetrics.interval = "30s"\nretention.history_age = "2d"');
    await mirror.untilLive();
    expect(mirror.listRequests(mark, 'configmaps')).toHaveLength(1);
  });
});
