import { afterEach, describe, expect, test } from 'vitest';
import { SimulatedMirror, type SimulatedMirrorOptions } from '../../support/simulated-mirror.ts';

let mirror: SimulatedMirror;

afterEach(() => mirror.checkAndStop());

const start = async (options: SimulatedMirrorOptions = {}): Promise<void> => {
  mirror = await SimulatedMirror.start(options);
};

const configMap = (name: string) => ({ metadata: { name, namespace: 'default' }, data: { value: 'planted-text' } });

/** Rows, tombstones and changes of a type. */
const traces = (resource: string): number =>
  ['object', 'tombstone', 'change'].reduce((sum, table) => {
    const [row] = mirror.rows(
      `select count(*) as count from ${table} join resource_type on resource_type.id = type_id where resource = ?`,
      resource,
    );
    return sum + Number(row?.['count']);
  }, 0);

describe('a type that is off', () => {
  test('is not asked for', async () => {
    await start({ configuration: 'retrieval.configmaps.mode = "off"' });
    await mirror.untilLive();
    expect(mirror.listRequests({ requestCount: 0, lineCount: 0, toldCount: 0 }, 'configmaps')).toEqual([]);
    expect(
      mirror.rows('select retrieval, retrieval_reason from resource_type where resource = ?', 'configmaps'),
    ).toEqual([{ retrieval: 'off', retrieval_reason: 'off in the configuration' }]);
  });

  test('leaves without a trace what an earlier process mirrored, and nobody is told of deletions', async () => {
    await start();
    await mirror.untilLive();
    for (let index = 0; index < 350; index += 1) mirror.state.create('configmaps', configMap(`one-${index}`));
    mirror.state.delete('configmaps', { namespace: 'default', name: 'one-0' });
    await mirror.untilEqual();
    expect(traces('configmaps')).toBeGreaterThan(700);
    mirror.configuration = 'retrieval.configmaps.mode = "off"';
    await mirror.advance(30_000);
    await mirror.restart();
    await mirror.untilLive();
    await mirror.until('all is erased', () => traces('configmaps') === 0);
    expect(mirror.scopesOf('configmaps')).toEqual({});
    await mirror.until('the log was folded', () => !mirror.isOnDisk('planted-text'));
    expect(mirror.isOnDisk('one-349')).toBe(false);
  });
});
