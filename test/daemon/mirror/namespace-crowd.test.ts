import { afterEach, describe, expect, test } from 'vitest';
import { amountOf } from '../../support/long-run.ts';
import { SimulatedMirror } from '../../support/simulated-mirror.ts';

let mirror: SimulatedMirror;

const everything = ['get', 'list', 'watch'];

afterEach(() => mirror.checkAndStop());

/** Most of them have no stream. */
const namespaceCount = amountOf(600, 1_200);
const streamCount = 300;

describe(`70: ${namespaceCount} namespaces`, () => {
  test(`have ${streamCount} streams; the rest is polled and no scope starves`, { timeout: 300_000 }, async () => {
    const names = Array.from({ length: namespaceCount }, (_none, index) => `n${index}`);
    mirror = await SimulatedMirror.start({
      user: 'viewer',
      inMemory: true,
      stepMs: 500,
      checksOnTheWay: false,
      types: ['configmaps', 'namespaces'],
      prepare: (made) => {
        mirror = made;
        for (const name of names) {
          made.state.create('namespaces', { metadata: { name } });
          made.state.create('configmaps', { metadata: { namespace: name, name: 'x' } });
        }
        made.state.allow('viewer', { verbs: everything, resources: ['namespaces'] });
        made.state.allow('viewer', { verbs: everything, namespaces: names });
      },
    });
    const modeCount = (mode: string): number =>
      Number(mirror.rows('select count(*) as count from scope where mode = ?', mode)[0]?.['count']);
    await mirror.until('all are listed', () => modeCount('watching') + modeCount('polling') > namespaceCount);
    await mirror.untilEqual();
    expect([modeCount('watching'), modeCount('polling')]).toEqual([streamCount, namespaceCount + 1 - streamCount]);
    for (const name of names) mirror.state.patch('configmaps', { namespace: name, name: 'x' }, { data: { a: 'b' } });
    const mark = mirror.mark();
    await mirror.advance(800_000);
    expect(mirror.differences()).toEqual([]);
    expect(mirror.listRequests(mark, 'configmaps').length).toBeLessThan(4 * namespaceCount);
    const [ages] = mirror.rows("select max(? - as_of) as oldest from scope where mode = 'polling'", mirror.clock.now());
    expect(Number(ages?.['oldest'])).toBeLessThan(800_000);
  });
});
