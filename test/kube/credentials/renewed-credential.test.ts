import { describe, expect, test } from 'vitest';
import { noCredential, type Credential, type Obtained } from '../../../src/kube/credentials/credential.ts';
import { RenewedCredential } from '../../../src/kube/credentials/renewed-credential.ts';
import { failure, RequestFailed } from '../../../src/kube/failure.ts';
import { fakeClock } from '../../support/fake-clock.ts';

/** A source whose issuer gives tokens 1, 2, … of `lifeMs`, or fails while `isAway`. */
function issuer(lifeMs: number | undefined, skewMs = 0) {
  const clock = fakeClock();
  const state = { asked: 0, failing: undefined as RequestFailed | undefined, hold: Promise.resolve() };
  const source = new RenewedCredential({
    clock,
    random: () => 0,
    skewMs: () => skewMs,
    obtain: async (): Promise<Obtained> => {
      state.asked += 1;
      const token = String(state.asked);
      await state.hold;
      if (state.failing !== undefined) throw state.failing;
      const expiresAtMs = lifeMs === undefined ? undefined : clock.now() + skewMs + lifeMs;
      return { credential: { ...noCredential, token }, expiresAtMs };
    },
  });
  return { clock, state, source };
}

const refusal = new RequestFailed(failure('unauthorized', 'exec plugin aws failed'));

/** What the source gives, as its token or the message of its failure. */
async function given(source: RenewedCredential): Promise<string> {
  try {
    return (await source.credential()).token;
  } catch (error) {
    return (error as Error).message;
  }
}

describe('a credential that has to be asked for', () => {
  test('is asked for once, however many want it', async () => {
    const { source, state } = issuer(undefined);
    expect(new Set(await Promise.all(Array.from({ length: 20 }, () => given(source))))).toEqual(new Set(['1']));
    expect(state.asked).toBe(1);
  });

  test('is kept for ever where it has no end', async () => {
    const { source, clock, state } = issuer(undefined);
    await source.credential();
    clock.advance(86_400_000);
    expect(await given(source)).toBe('1');
    expect(state.asked).toBe(1);
  });

  test.each([
    ['an hour', 3_600_000, 3_480_000],
    ['five minutes', 300_000, 240_000],
    ['a minute', 60_000, 48_000],
  ])('that lives %s is renewed ahead of its end, while it is still given', async (_name, lifeMs, dueMs) => {
    const { source, clock, state } = issuer(lifeMs);
    await source.credential();
    clock.advance(dueMs - 1);
    expect(await given(source)).toBe('1');
    expect(state.asked).toBe(1);
    clock.advance(1);
    expect(await given(source)).toBe('1');
    expect(state.asked).toBe(2);
    expect(await given(source)).toBe('2');
  });

  test('is given to its end while it cannot be renewed, and not a moment longer', async () => {
    const { source, clock, state } = issuer(60_000);
    await source.credential();
    state.failing = refusal;
    clock.advance(59_999);
    expect(await given(source)).toBe('1');
    expect(await given(source)).toBe('1');
    clock.advance(20_000);
    expect(await given(source)).toBe('exec plugin aws failed');
  });

  test('counts its life by the server’s clock', async () => {
    const { source, clock, state } = issuer(600_000, -3_600_000);
    await source.credential();
    clock.advance(400_000);
    expect(await given(source)).toBe('1');
    expect(state.asked).toBe(1);
    clock.advance(100_000);
    await source.credential();
    expect(state.asked).toBe(2);
  });

  test('that is spent when it comes is used for ten seconds all the same, not asked for with each request', async () => {
    const { source, clock, state } = issuer(-3_600_000);
    expect(await given(source)).toBe('1');
    clock.advance(9_000);
    expect(await given(source)).toBe('1');
    expect(state.asked).toBe(1);
    clock.advance(1_000);
    expect(await given(source)).toBe('2');
  });
});

describe('what fails', () => {
  test('fails at once from then on, and is tried again after waits that grow to ten minutes', async () => {
    const { source, clock, state } = issuer(undefined);
    state.failing = refusal;
    const triedAt: number[] = [];
    for (let second = 0; second <= 2_000; second += 1) {
      const before = state.asked;
      expect(await given(source)).toBe('exec plugin aws failed');
      if (state.asked > before) triedAt.push(second);
      clock.advance(1_000);
    }
    expect(triedAt).toEqual([0, 10, 30, 70, 150, 310, 630, 1_230, 1_830]);
  });

  test('for an issuer that is away is tried again within half a minute', async () => {
    const { source, clock, state } = issuer(undefined);
    state.failing = new RequestFailed(failure('unreachable', 'away'));
    for (let round = 0; round < 10; round += 1) {
      await given(source);
      clock.advance(30_000);
    }
    expect(state.asked).toBe(10);
  });

  test('is tried again at once when somebody wakes it', async () => {
    const { source, state } = issuer(undefined);
    state.failing = refusal;
    await given(source);
    state.failing = undefined;
    expect(await given(source)).toBe('exec plugin aws failed');
    source.wake();
    expect(await given(source)).toBe('2');
  });

  test('is over when somebody brings a credential', async () => {
    const { source, state } = issuer(undefined);
    state.failing = refusal;
    await given(source);
    expect(source.give({ credential: { ...noCredential, token: 'brought' }, expiresAtMs: undefined })).toBe(true);
    expect(await given(source)).toBe('brought');
    expect(source.problem).toBeUndefined();
  });
});

describe('a credential that the server refuses', () => {
  const held = async (source: RenewedCredential): Promise<Credential> => await source.credential();

  test('is renewed once for all that were refused with it, at the same time or later', async () => {
    const { source, state } = issuer(undefined);
    const first = await held(source);
    const others = await Promise.all(Array.from({ length: 20 }, async () => (await source.refused(first))?.token));
    expect(new Set(others)).toEqual(new Set(['2']));
    expect((await source.refused(first))?.token).toBe('2');
    expect(state.asked).toBe(2);
  });

  test('twice in a row is given up until a wait is over, which grows', async () => {
    const { source, clock, state } = issuer(undefined);
    let refused: Credential | undefined = await held(source);
    refused = await source.refused(refused);
    expect(refused?.token).toBe('2');
    expect(await source.refused(refused as Credential)).toBeUndefined();
    expect(await given(source)).toContain('refuses a credential that is new');
    expect(state.asked).toBe(2);
    clock.advance(10_000);
    const third = await held(source);
    expect(third.token).toBe('3');
    expect(await source.refused(third)).toBeUndefined();
    clock.advance(10_000);
    expect(await given(source)).toContain('refuses');
    clock.advance(10_000);
    expect(await given(source)).toBe('4');
  });

  test('after it was taken is renewed as any other', async () => {
    const { source } = issuer(undefined);
    const second = (await source.refused(await held(source))) as Credential;
    source.accepted(second);
    expect((await source.refused(second))?.token).toBe('3');
  });
});
