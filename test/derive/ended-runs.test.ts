import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { asArray, asObject, type JsonObject } from '../../src/core/json.ts';
import { keepReasons, type KeepReason } from '../../src/core/kept-log.ts';
import { containerNamesOf, endedRuns } from '../../src/derive/ended-runs.ts';

const at = (second: number): string => new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString().replace('.000Z', 'Z');

const ended = (containerID: string, exitCode = 1, second = 30, reason = 'Error'): JsonObject => ({
  terminated: { containerID, exitCode, reason, startedAt: at(0), finishedAt: at(second) },
});

interface Told {
  readonly state?: JsonObject;
  readonly lastState?: JsonObject;
}

const pod = (told: Told, more: { readonly metadata?: JsonObject; readonly phase?: string } = {}): JsonObject => ({
  metadata: more.metadata ?? {},
  status: { phase: more.phase ?? 'Running', containerStatuses: [{ name: 'app', restartCount: 1, ...told }] },
});

const reasons = (object: JsonObject, when?: readonly KeepReason[]): readonly string[] =>
  endedRuns(object, when).map(({ runId, why }) => `${runId} ${why ?? '-'}`);

const running = { running: { startedAt: at(31) } };
const waiting = { waiting: { reason: 'CrashLoopBackOff' } };
/** Asked for at the 40th second. */
const deleted = { deletionTimestamp: at(70), deletionGracePeriodSeconds: 30 };

describe('a run of a container', () => {
  test.each<readonly [string, JsonObject, readonly string[]]>([
    ['that goes on has not ended', pod({ state: running }), []],
    ['that crashed', pod({ state: ended('a') }), ['a crashed']],
    ['that was killed', pod({ state: ended('a', 137, 30, 'OOMKilled') }), ['a oom-killed']],
    ['that came to its end', pod({ state: ended('a', 0) }), ['a -']],
    ['that came to its end in a pod that failed', pod({ state: ended('a', 0) }, { phase: 'Failed' }), ['a failed']],
    ['that was started again', pod({ state: running, lastState: ended('a', 0) }), ['a restarted']],
    ['that crashed and was started again', pod({ state: running, lastState: ended('a') }), ['a crashed']],
    ['that waits for its next', pod({ state: waiting, lastState: ended('a') }), ['a crashed']],
    ['before one that crashed', pod({ state: ended('b'), lastState: ended('a', 0) }), ['b crashed', 'a restarted']],
    ['that its deletion ended', pod({ state: ended('a', 143, 45) }, { metadata: deleted }), ['a -']],
    [
      'in a pod that failed by its deletion',
      pod({ state: ended('a', 143, 45) }, { metadata: deleted, phase: 'Failed' }),
      ['a -'],
    ],
    ['that crashed before its deletion', pod({ state: ended('a', 1, 39) }, { metadata: deleted }), ['a crashed']],
    [
      'that was killed for its memory while it was deleted',
      pod({ state: ended('a', 137, 45, 'OOMKilled') }, { metadata: deleted }),
      ['a oom-killed'],
    ],
    [
      'that its node has lost',
      pod({
        lastState: {
          terminated: {
            exitCode: 137,
            reason: 'ContainerStatusUnknown',
            startedAt: null,
            finishedAt: null,
            containerID: '',
          },
        },
      }),
      [],
    ],
    [
      'without an id',
      pod({ state: { terminated: { exitCode: 1, startedAt: at(1), finishedAt: at(2) } } }),
      [`${at(1)}/${at(2)} crashed`],
    ],
    ['of anything else', { status: { containerStatuses: [null, 3, { state: { terminated: 'x' } }] } }, []],
    ['of a pod without a status', {}, []],
  ])('%s', (_, object, expected) => {
    expect(reasons(object)).toEqual(expected);
  });

  test('counts only for the reasons that are wanted, the most telling that is', () => {
    const killed = pod({ state: running, lastState: ended('a', 137, 30, 'OOMKilled') });
    expect(reasons(killed, ['crashed', 'restarted'])).toEqual(['a crashed']);
    expect(reasons(killed, ['restarted'])).toEqual(['a restarted']);
    expect(reasons(killed, ['failed'])).toEqual(['a -']);
  });

  test('of an init and an ephemeral container counts as well', () => {
    const status = {
      initContainerStatuses: [{ name: 'i', state: ended('a') }],
      ephemeralContainerStatuses: [{ name: 'e', state: ended('b') }],
    };
    expect(endedRuns({ status }).map(({ container }) => container)).toEqual(['i', 'e']);
  });
});

/** A container as a kubelet 1.36 runs it: what it says of it, and which run it gives the log of. */
class ModelContainer {
  readonly crashed: string[] = [];
  readonly #runs: { readonly id: string; readonly exitCode: number }[] = [];
  #count = 0;
  #state: 'running' | 'ended' | 'waiting' = 'running';

  step(exitCode: number): void {
    if (this.#state === 'running') {
      const id = `run-${this.#count}`;
      this.#runs.push({ id, exitCode });
      if (exitCode !== 0) this.crashed.push(id);
      this.#state = 'ended';
    } else if (this.#state === 'ended') this.#state = 'waiting';
    else {
      this.#state = 'running';
      this.#count += 1;
    }
  }

  get status(): JsonObject {
    const last = (back: number): JsonObject => {
      const run = this.#runs.at(-back);
      return run === undefined ? {} : ended(run.id, run.exitCode);
    };
    const isEnded = this.#state === 'ended';
    const state = isEnded ? last(1) : this.#state === 'running' ? running : waiting;
    return { name: 'app', restartCount: this.#count, state, lastState: last(isEnded ? 2 : 1) };
  }

  /** `kubelet.validateContainerLogStatus`. */
  logOf(isPrevious: boolean): string | undefined {
    const { state, lastState } = this.status;
    const idOf = (told: unknown): string | undefined =>
      asObject(asObject(told as JsonObject)['terminated'])['containerID'] as string | undefined;
    if (isPrevious) return idOf(lastState);
    if ('running' in asObject(state)) return 'running';
    return idOf(state) ?? idOf(lastState);
  }
}

test('whoever looks at every state finds each crash once, and where its log is', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(0, 1, 137), { maxLength: 40 }), (exitCodes) => {
      const container = new ModelContainer();
      const found = new Set<string>();
      for (const exitCode of exitCodes) {
        container.step(exitCode);
        const runs = endedRuns({ status: { containerStatuses: [container.status] } });
        expect(new Set(runs.map(({ runId }) => runId)).size).toBe(runs.length);
        for (const run of runs) {
          expect(run.isCurrent).toBe(container.logOf(false) === run.runId);
          expect(run.isPrevious).toBe(container.logOf(true) === run.runId);
          if (run.why === 'crashed') found.add(run.runId);
        }
      }
      expect([...found]).toEqual(container.crashed);
    }),
  );
});

test('any status has runs that are told apart, for reasons that are wanted', () => {
  const anything = fc.jsonValue();
  const some = fc.oneof(
    anything,
    fc.record({
      terminated: fc.oneof(
        anything,
        fc.record(
          { containerID: fc.constantFrom('a', 'b'), exitCode: fc.nat(2), finishedAt: fc.constantFrom(at(1), 'x') },
          { requiredKeys: [] },
        ),
      ),
    }),
  );
  const statuses = fc.array(
    fc.oneof(anything, fc.record({ name: fc.constantFrom('x', 'y'), state: some, lastState: some })),
  );
  fc.assert(
    fc.property(statuses, fc.subarray([...keepReasons]), anything, (told, when, metadata) => {
      const runs = endedRuns({ metadata, status: { containerStatuses: told } } as JsonObject, when);
      expect(new Set(runs.map(({ container, runId }) => `${container} ${runId}`)).size).toBe(runs.length);
      for (const { why, container, runId } of runs) {
        if (why !== undefined) expect(when).toContain(why);
        expect(container).not.toBe('');
        expect(runId).not.toBe('');
      }
    }),
  );
});

test('of a pod that is gone the names of its containers are left, and nothing else', () => {
  const annotations = { 'kubectl.kubernetes.io/default-container': 'side', 'example.com/token': 'planted' };
  const containers = [{ name: 'app', env: [{ name: 'A', value: 'planted' }] }, { name: 'side' }];
  const object = { metadata: { name: 'p', namespace: 'n', uid: 'u', annotations }, spec: { containers } };
  const kept = containerNamesOf(object);
  expect(JSON.stringify(kept)).not.toContain('planted');
  expect(asArray(asObject(kept['spec'])['containers'])).toEqual([{ name: 'app' }, { name: 'side' }]);
  expect(asObject(kept['metadata'])['annotations']).toEqual({ 'kubectl.kubernetes.io/default-container': 'side' });
});
