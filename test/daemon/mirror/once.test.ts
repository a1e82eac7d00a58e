import { afterEach, describe, expect, test } from 'vitest';
import { onceOutcome, type OnceOutcome } from '../../../src/daemon/once-outcome.ts';
import type { Fault, FaultRequest } from '../../../src/simulator/fault.ts';
import { SimulatedMirror } from '../../support/simulated-mirror.ts';

/** As `navi sync --once` has it. */
const unprovenListMs = 30_000;

const answer = (code: number, body: unknown = refusal(code)): Fault =>
  ({ kind: 'answer', status: code, body }) as Fault;

function refusal(code: number): object {
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message: 'no', code };
}

const isHeartbeat = ({ path, query }: FaultRequest): boolean => path === '/api/v1/events' && query.get('limit') === '1';
const isWatch = ({ verb, type }: FaultRequest): boolean => verb === 'watch' && type === 'configmaps';

describe('sync --once over what an earlier process left', () => {
  let mirror: SimulatedMirror;

  afterEach(async () => {
    await mirror.stop();
  });

  /** What it comes to where a fault stays, and after how long (s). */
  async function once(
    fits: (request: FaultRequest) => boolean,
    fault: Fault,
  ): Promise<OnceOutcome & { afterS: number }> {
    mirror = await SimulatedMirror.start({ checksOnTheWay: false, unprovenListMs });
    await mirror.untilLive();
    await mirror.stopProcess();
    for (let index = 0; index < 30; index += 1) {
      mirror.state.create('configmaps', { metadata: { namespace: 'default', name: `since-${index}` } });
    }
    mirror.faults.always(fits, fault);
    await mirror.open();
    for (let afterS = 0; afterS < 300; afterS += 0.5) {
      await mirror.advance(500);
      const outcome = onceOutcome(mirror.process, { isTerminal: false });
      if (outcome !== undefined) return { ...outcome, afterS };
    }
    throw new Error('it does not end within five minutes');
  }

  test.each<[string, (request: FaultRequest) => boolean, Fault]>([
    ['nothing is wrong', () => false, { kind: 'reset' }],
    ['no heartbeat is answered, as by an API without events', isHeartbeat, answer(404)],
    ['heartbeats fail', isHeartbeat, answer(500)],
    ['heartbeats are throttled', isHeartbeat, answer(429)],
    ['heartbeats are refused', isHeartbeat, answer(403)],
    ['a watch is unavailable', isWatch, answer(503, 'service unavailable')],
    ['a watch is throttled', isWatch, answer(429)],
    ['a watch is not found', isWatch, answer(404)],
    ['a watch is not acceptable', isWatch, answer(406)],
    ['a watch is forbidden', isWatch, answer(403)],
    ['a watch fails', isWatch, answer(500)],
    ['a watch is cut', isWatch, { kind: 'reset' }],
  ])('ends with all of it in the store where %s', async (_what, fits, fault) => {
    const { code, afterS } = await once(fits, fault);
    expect({ code, rows: mirror.keys('configmaps').filter((key) => key.includes('since-')).length }).toEqual({
      code: 0,
      rows: 30,
    });
    expect(afterS).toBeLessThan(90);
  });

  test('says what could not be listed where a type fails altogether', async () => {
    const { code, text } = await once(({ type }) => type === 'configmaps', answer(500));
    expect(code).toBe(6);
    expect(text).toContain('configmaps could not be listed');
  });
});
