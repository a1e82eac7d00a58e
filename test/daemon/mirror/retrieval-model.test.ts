import { expect, test } from 'vitest';
import type { UsedType } from '../../../src/control/protocol.ts';
import { historyDifferences } from '../../support/history-oracle.ts';
import { createSeededRandom } from '../../support/seeded-random.ts';
import { SimulatedMirror } from '../../support/simulated-mirror.ts';

/** Those that are followed while they are asked for, as they are called in the simulator. */
const used = ['configmaps', 'pods', 'secrets', 'deployments.apps'] as const;
const followedMax = 2;
const idleMs = 300_000;

const configuration = [
  ...used.map((type) => `retrieval."${type}" = { mode = "used", idle = "5m" }`),
  `retrieval_budget = { followed = ${followedMax}, unfollowed_size = "1Mi" }`,
].join('\n');

/** `key@resourceVersion` of what the server has of a type, and of what is stored. */
function objectsOf(mirror: SimulatedMirror, type: string): { readonly server: string[]; readonly stored: string[] } {
  const [resource = '', group = ''] = type.split('.');
  const served = mirror.state
    .list(type)
    .map(({ metadata }) => `${metadata.namespace}/${metadata.name}@${metadata.resourceVersion}`);
  const stored = mirror
    .rows(
      `select key || '@' || resource_version as text from object join resource_type on resource_type.id = type_id
       where resource = ? and api_group = ?`,
      resource,
      group,
    )
    .map(({ text }) => String(text));
  return { server: served.toSorted(), stored: stored.toSorted() };
}

/** A random life of a mirror; what is not as promised is thrown. */
class Life {
  readonly #mirror: SimulatedMirror;
  readonly #random: ReturnType<typeof createSeededRandom>;
  readonly #steps: string[] = [];
  #isAway = false;
  #backAtMs = 0;
  #count = 0;
  answerCount = 0;

  constructor(mirror: SimulatedMirror, random: ReturnType<typeof createSeededRandom>) {
    this.#mirror = mirror;
    this.#random = random;
  }

  get steps(): string {
    return this.#steps.join(', ');
  }

  async step(): Promise<void> {
    const type = this.#random.pick(used);
    switch (this.#random.below(10)) {
      case 0:
      case 1:
      case 2:
        await this.#ask(this.#random.next() < 0.2 ? used : [type]);
        break;
      case 3:
      case 4:
      case 5:
        this.#write(type);
        break;
      case 6:
        await this.#advance(this.#random.below(20_000));
        break;
      case 7:
        await this.#advance(this.#random.below(2 * idleMs));
        break;
      case 8:
        await this.#restart();
        break;
      default:
        this.#turnAway();
    }
    this.#check();
  }

  /** In the end the cluster is there, and everything can be had. */
  async end(): Promise<void> {
    if (this.#isAway) this.#turnAway();
    await this.#advance(120_000);
    for (const type of used) await this.#ask([type]);
    await this.#advance(60_000);
    this.#check();
    expect(historyDifferences(this.#mirror.file)).toEqual([]);
  }

  async #ask(types: readonly string[]): Promise<void> {
    this.#steps.push(`ask ${types.join(' ')}`);
    const mirror = this.#mirror;
    const connection = new AbortController();
    let answer: readonly UsedType[] | undefined;
    void mirror.mirror.use(types, { ended: connection.signal, purpose: 'question' }).then((given) => (answer = given));
    await mirror.until('it is answered', () => answer !== undefined, 600_000);
    const wasAway = this.#isAway;
    // What was on its way to a type that is followed arrives.
    await mirror.advance(1_000);
    for (const { type, problem } of answer ?? []) {
      if (problem !== null || wasAway) continue;
      this.answerCount += 1;
      const { server, stored } = objectsOf(mirror, type);
      // One of several may have had to make room meanwhile.
      if (types.length === 1) expect(stored, type).toEqual(server);
    }
    // A scope that failed just now waits for its turn.
    const isWell = !wasAway && mirror.clock.monotonic() - this.#backAtMs > 120_000;
    if (isWell)
      expect(
        answer?.every(({ problem }) => problem === null),
        JSON.stringify(answer),
      ).toBe(true);
  }

  #write(type: string): void {
    const { state } = this.#mirror;
    const existing = state.list(type);
    const chosen = existing[this.#random.below(existing.length)];
    const kind = this.#random.next();
    this.#steps.push(`write ${type}`);
    if (chosen === undefined || kind < 0.6) {
      this.#count += 1;
      const annotations = { text: 'x'.repeat(kind < 0.4 ? 600_000 : 10) };
      state.create(type, { metadata: { namespace: 'default', name: `o-${this.#count}`, annotations } });
    } else {
      const at = { namespace: 'default', name: chosen.metadata.name };
      if (kind < 0.8) state.delete(type, at);
      else state.patch(type, at, { metadata: { labels: { step: `s-${this.#steps.length}` } } });
    }
  }

  async #advance(ms: number): Promise<void> {
    this.#steps.push(`advance ${ms}`);
    await this.#mirror.advance(ms);
  }

  async #restart(): Promise<void> {
    const how = this.#random.next() < 0.5 ? 'restart' : 'kill';
    this.#steps.push(how);
    await this.#mirror[how]();
    if (!this.#isAway) await this.#mirror.until('it is planned', () => this.#mirror.mirror.isPlanned);
  }

  #turnAway(): void {
    this.#steps.push(this.#isAway ? 'back' : 'away');
    this.#backAtMs = this.#mirror.clock.monotonic();
    if (this.#isAway) this.#mirror.faults.clear();
    else this.#mirror.faults.always(() => true, { kind: 'reset' });
    this.#isAway = !this.#isAway;
  }

  #check(): void {
    const mirror = this.#mirror;
    const reflected = new Set(mirror.mirror.reflectors.map(({ scope }) => scope.name));
    const followed = used.filter((type) => reflected.has(type));
    expect(followed.length, followed.join()).toBeLessThanOrEqual(followedMax);
    for (const type of used) {
      if (Object.keys(mirror.scopesOf(type)).length === 0) continue;
      const { complete, reason, health, as_of: asOf, resource_version: resumePoint } = mirror.status(type);
      // What is not followed never claims to be well, and what was erased claims to know nothing.
      if (!reflected.has(type))
        expect(`${health} ${reason}`, type).toBe(mirror.mirror.isPlanned ? 'degraded unused' : `${health} ${reason}`);
      if (complete === 0) expect(resumePoint, type).toBeNull();
      if (complete === 1) expect(asOf, type).not.toBeNull();
    }
    // Nobody else ever makes room.
    if (mirror.mirror.isPlanned)
      for (const type of ['namespaces', 'events']) expect(reflected.has(type), type).toBe(true);
    expect(mirror.rows(`select * from tombstone where cause = 'purge'`)).toEqual([]);
    expect(mirror.broken({ ahead: true, reshaped: true })).toEqual([]);
  }
}

let erasedCount = 0;

test.each(Array.from({ length: 16 }, (_, index) => index + 1))(
  'types that are used keep every promise in a random life: %i',
  async (seed) => {
    const mirror = await SimulatedMirror.start({ configuration, inMemory: true, seed, checksOnTheWay: false });
    const life = new Life(mirror, createSeededRandom(seed * 7_919));
    try {
      await mirror.until('it is planned', () => mirror.mirror.isPlanned);
      for (let count = 0; count < 40; count += 1) await life.step();
      await life.end();
      expect(life.answerCount).toBeGreaterThanOrEqual(used.length);
      erasedCount += mirror.log.filter(({ msg }) => msg === 'rows are evicted').length;
    } catch (error) {
      throw new Error(`after: ${life.steps}`, { cause: error });
    } finally {
      await mirror.stop();
    }
  },
);

test('some of those lives had to let rows go', () => {
  expect(erasedCount).toBeGreaterThan(0);
});
