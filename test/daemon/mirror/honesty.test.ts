import { afterEach, describe, expect, test } from 'vitest';
import { dueNotice } from '../../../src/cli/due-notice.ts';
import { readTypes, type MirrorType } from '../../../src/query/mirror-type.ts';
import type { Fault, FaultRequest } from '../../../src/simulator/fault.ts';
import { openedReader } from '../../support/opened-reader.ts';
import { prodContext } from '../../support/status-report.ts';
import { SimulatedMirror } from '../../support/simulated-mirror.ts';

let mirror: SimulatedMirror;

const at = (name: string) => ({ namespace: 'default', name });
const noticeAfterMs = 120_000;
/** Between two looks of a user (ms). */
const lookMs = 20_000;
/** A heartbeat may be under way when the cluster changes; what came with it is committed within this (ms). */
const graceMs = 1_000;

async function start(): Promise<void> {
  mirror = await SimulatedMirror.start();
  mirror.state.create('configmaps', { metadata: at('a'), data: { key: 'x' } });
  await mirror.untilEqual();
}

/** ConfigMaps as a command reads them now. */
function configMaps(): MirrorType {
  const reader = openedReader(mirror.file);
  try {
    const type = readTypes(reader).find(({ resource }) => resource === 'configmaps');
    if (type === undefined) throw new Error('no type');
    return type;
  } finally {
    reader.close();
  }
}

function notice(): string | undefined {
  return dueNotice(prodContext, [configMaps()], { nowMs: mirror.clock.now(), noticeAfterMs });
}

const isList = ({ verb, type }: FaultRequest): boolean => verb === 'list' && type === 'configmaps';
const isWatch = ({ verb, type }: FaultRequest): boolean => verb === 'watch' && type === 'configmaps';
const isAny = (): boolean => true;
const status = (code: number): Fault => ({ kind: 'answer', status: code, body: 'no' });

/** What is broken, and how; the open streams of ConfigMaps end with it. */
const troubles: readonly (readonly [string, readonly (readonly [(request: FaultRequest) => boolean, Fault])[]])[] = [
  ['no connection holds', [[isAny, { kind: 'reset' }]]],
  ['every request is refused for its credential', [[isAny, status(401)]]],
  ['the server asks to wait', [[isAny, status(429)]]],
  ['the server answers with errors', [[isAny, status(500)]]],
  ['the server is away behind its proxy', [[isAny, status(503)]]],
  [
    'something else answers',
    [[isAny, { kind: 'answer', status: 200, body: '<html>', headers: { 'content-type': 'text/html' } }]],
  ],
  ['only watches of the type fail', [[isWatch, status(500)]]],
  ['only watches of the type are cut', [[isWatch, { kind: 'truncate', afterBytes: 0, by: 'reset' }]]],
  [
    'watches of the type are cut and its lists fail',
    [
      [isWatch, { kind: 'truncate', afterBytes: 0, by: 'end' }],
      [isList, status(500)],
    ],
  ],
  [
    'nothing of the type can be read at all',
    [
      [isWatch, { kind: 'reset' }],
      [isList, { kind: 'reset' }],
    ],
  ],
];

afterEach(() => mirror.checkAndStop());

describe('an answer from data that is no longer the cluster’s has its notice', () => {
  test.each(troubles)('where %s', async (_what, faults) => {
    await start();
    for (const [matches, fault] of faults) mirror.faults.always(matches, fault);
    mirror.state.renewCache('configmaps');
    await mirror.advance(3_000);
    mirror.state.patch('configmaps', at('a'), { data: { key: 'changed' } });
    const changedAtMs = mirror.clock.now();
    let staleLooks = 0;
    for (let elapsedMs = 0; elapsedMs < 600_000; elapsedMs += lookMs) {
      await mirror.advance(lookMs);
      if (mirror.differences().length === 0) continue;
      staleLooks += 1;
      const { scope } = configMaps();
      expect(scope?.asOfMs ?? 0, mirror.said('configmaps')).toBeLessThanOrEqual(changedAtMs + graceMs);
      const isOld = mirror.clock.now() - changedAtMs > Math.max(noticeAfterMs, 2 * (scope?.pollIntervalMs ?? 0));
      if (isOld) expect(notice(), mirror.said('configmaps')).toMatch(/^navi: configmaps of context "prod" is /);
    }
    expect(staleLooks).toBeGreaterThan(0);
  });

  test('where the daemon has ended, two minutes later', async () => {
    await start();
    await mirror.stopProcess();
    expect(notice()).toBeUndefined();
    await mirror.advance(noticeAfterMs + 70_000);
    expect(notice()).toMatch(/is 3m\d*s? old: navi sync is not running/);
    await mirror.open();
  });

  test('and has none while all is well, polled types included', async () => {
    await start();
    for (let look = 0; look < 20; look += 1) {
      await mirror.advance(30_000);
      expect(notice()).toBeUndefined();
    }
    mirror.faults.always(isWatch, status(405));
    mirror.state.renewCache('configmaps');
    await mirror.until('it is polled', () => mirror.said('configmaps') === 'polling healthy none');
    for (let look = 0; look < 20; look += 1) {
      await mirror.advance(30_000);
      expect(notice()).toBeUndefined();
    }
  });
});
