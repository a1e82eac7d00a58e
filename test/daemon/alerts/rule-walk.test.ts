import { join } from 'node:path';
import { rmSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { AlertRule } from '../../../src/core/alert-rule.ts';
import type { Incident, IncidentTransition } from '../../../src/core/incident.ts';
import type { Receiver } from '../../../src/config/alert-receivers.ts';
import { IncidentBook } from '../../../src/daemon/alerts/incident-book.ts';
import { KnownScopes } from '../../../src/daemon/alerts/known-scopes.ts';
import { RuleWalk } from '../../../src/daemon/alerts/rule-walk.ts';
import { lineLogger } from '../../../src/daemon/logger.ts';
import { DeliveryTable } from '../../../src/store/delivery-table.ts';
import { IncidentTable } from '../../../src/store/incident-table.ts';
import { openUserWriter, type UserWriter } from '../../../src/store/user-store.ts';
import type { AlertTables } from '../../../src/daemon/alerts/alert-store.ts';
import { fakeClock, type FakeClock } from '../../support/fake-clock.ts';
import { makeAuthority } from '../../support/certificates.ts';
import { createSeededRandom } from '../../support/seeded-random.ts';
import {
  sampleSource,
  temporaryDirectory,
  temporaryMirror,
  type TemporaryMirror,
} from '../../support/temporary-mirror.ts';

const receiver: Receiver = {
  name: 'someone',
  channel: { kind: 'desktop' },
  severities: undefined,
  rules: undefined,
  timeoutMs: 1_000,
};

function rule(name: string, when: string, more: Partial<AlertRule> = {}): AlertRule {
  const summary = 'phase {status.phase}';
  return {
    name,
    type: 'pods',
    when,
    forMs: 0,
    resolveAfterMs: 0,
    severity: 'info',
    summary,
    isBuiltIn: false,
    ...more,
  };
}

const startMs = Date.parse('2026-01-01T00:00:00Z');

let mirror: TemporaryMirror;
let directory: string;
let user: UserWriter;
let clock: FakeClock;
let ids = 0;

beforeEach(async () => {
  mirror = await temporaryMirror();
  setHealthy(true);
  directory = temporaryDirectory();
  user = await openUserWriter(join(directory, 'data', 'user.db'));
  clock = fakeClock(startMs);
  ids = 0;
});

afterEach(() => {
  mirror.close();
  user.close();
  rmSync(directory, { recursive: true, force: true });
});

function setHealthy(isHealthy: boolean): void {
  const status = isHealthy
    ? ({ mode: 'watching', health: 'healthy', reason: 'none', lastError: null } as const)
    : ({ mode: 'watching', health: 'degraded', reason: 'connecting', lastError: null } as const);
  mirror.writer.commit(() => mirror.writer.scopes.saveStatus(mirror.scopeId, status, 1, null));
}

let version = 200;

function put(key: string, phase: string, { uid = `uid-${key}`, createdAtMs = 5_000 } = {}): void {
  version += 1;
  const [namespace, name] = key.split('/');
  const resourceVersion = String(version);
  const body = JSON.stringify({ metadata: { name, namespace, resourceVersion, uid }, status: { phase } });
  const source = sampleSource(key, { uid, resourceVersion, body, createdAtMs });
  mirror.writer.commit(() => mirror.writer.objects.put(mirror.target(), source, clock.now()));
}

function remove(key: string): void {
  const { writer } = mirror;
  const row = writer.objects.find(mirror.typeId, key);
  if (row === undefined) return;
  const deletion = { cause: 'event', nowMs: clock.now(), resourceVersion: String((version += 1)) } as const;
  writer.commit(() => writer.objects.delete(mirror.target(), row, deletion));
}

/** What a daemon has of alerts, from its start to its end. */
class Watch {
  readonly book: IncidentBook;
  readonly told: string[] = [];
  readonly #walk: RuleWalk;

  constructor(rules: readonly AlertRule[]) {
    this.book = new IncidentBook({
      mirrorId: 'one',
      context: () => 'test',
      receivers: [receiver],
      newId: () => `id-${(ids += 1)}`,
      onTransition: (incident: Incident, transition: IncidentTransition) =>
        this.told.push(`${transition} ${incident.rule} ${incident.key} ${incident.summary}`),
    });
    const log = lineLogger((line) => this.told.push(line), 'warn');
    this.#walk = new RuleWalk({ writer: mirror.writer, clock, log, context: 'test', book: this.book, rules });
    const { open, judged } = user.change((tables) => {
      const incidents = tables.of(IncidentTable);
      return { open: incidents.open('one'), judged: incidents.judged('one') };
    });
    for (const incident of open) {
      const found = rules.find(({ name }) => name === incident.rule);
      if (found === undefined) this.book.endOrphan(incident, clock.now());
      else this.book.restore(incident, found);
    }
    this.#walk.begin(judged);
  }

  /** Does all there is to do now. */
  look(isAnswering = true): readonly string[] {
    for (;;) {
      const known = new KnownScopes(mirror.writer.judged.scopes(), isAnswering);
      if (!this.#walk.step({ nowMs: clock.now(), known })) break;
    }
    return this.told.splice(0);
  }

  /** Writes as the keeper does. */
  write(): void {
    this.book.noteLasting(clock.now());
    const { noteCount } = this.book;
    user.change((tables) => {
      const all: AlertTables = { incidents: tables.of(IncidentTable), deliveries: tables.of(DeliveryTable) };
      this.book.write(all, clock.now());
      if (this.#walk.judged !== undefined) all.incidents.saveJudged('one', this.#walk.judged);
    });
    this.book.written(noteCount);
  }
}

const bad = rule('bad', 'status.phase == "Bad"');

describe('rows of a scope that is not known', () => {
  test('are judged once they are, and end nothing before', () => {
    put('shop/a', 'Bad');
    setHealthy(false);
    const watch = new Watch([bad]);
    expect(watch.look()).toEqual([]);
    setHealthy(true);
    expect(watch.look(false)).toEqual([]);
    expect(watch.look()).toEqual(['firing bad shop/a phase Bad']);
    setHealthy(false);
    put('shop/a', 'Good');
    put('shop/b', 'Bad');
    expect(watch.look()).toEqual([]);
    setHealthy(true);
    expect(watch.look().toSorted()).toEqual(['firing bad shop/b phase Bad', 'resolved bad shop/a phase Bad']);
  });

  test('that were erased with the permission to read them end nothing, until they are listed again', () => {
    put('shop/a', 'Bad');
    put('shop/b', 'Bad');
    const watch = new Watch([bad]);
    expect(watch.look()).toHaveLength(2);
    const { writer } = mirror;
    writer.commit(() => {
      writer.objects.erase(writer.scopes.get(mirror.scopeId));
      writer.scopes.deny(mirror.scopeId, 'no', clock.now());
    });
    setHealthy(false);
    clock.advance(3_600_000);
    expect(watch.look()).toEqual([]);
    writer.commit(() => {
      writer.scopes.beginAnew(mirror.scopeId);
      writer.scopes.beginList(mirror.scopeId, 'shape', clock.now());
    });
    put('shop/b', 'Bad');
    const pass = {
      phase: 'synced',
      resourceVersion: '900',
      timeline: 1,
      replayedUntil: '',
      asOfMs: clock.now(),
    } as const;
    writer.commit(() => writer.scopes.finishList(mirror.scopeId, pass));
    setHealthy(true);
    expect(watch.look()).toEqual(['resolved bad shop/a phase Bad']);
  });
});

describe('time', () => {
  test('moves what must hold for a while, also over a restart', () => {
    put('shop/a', 'Bad');
    const slow = { ...bad, forMs: 60_000 };
    let watch = new Watch([slow]);
    expect(watch.look()).toEqual([]);
    clock.advance(30_000);
    expect(watch.look()).toEqual([]);
    watch.write();
    watch = new Watch([slow]);
    clock.advance(29_999);
    expect(watch.look()).toEqual([]);
    clock.advance(1);
    expect(watch.look()).toEqual(['firing bad shop/a phase Bad']);
  });

  test('makes a rule true that reads it, and only objects that it can are looked at again', () => {
    const old = rule('old', 'status.phase == "Bad" && age > duration("1h")');
    const watch = new Watch([old]);
    put('shop/a', 'Bad', { createdAtMs: startMs });
    put('shop/b', 'Good', { createdAtMs: startMs });
    expect(watch.look()).toEqual([]);
    clock.advance(3_600_000);
    expect(watch.look()).toEqual([]);
    clock.advance(30_000);
    expect(watch.look()).toEqual(['firing old shop/a phase Bad']);
    put('shop/a', 'Good', { createdAtMs: startMs });
    expect(watch.look()).toEqual(['resolved old shop/a phase Bad']);
  });

  test('brings the end of certificates near, of Secrets of which the mirror has some', () => {
    const authority = makeAuthority();
    try {
      const near = rule(
        'near',
        'size(certificates) > 0 && certificates.exists(c, c.notAfter - now < duration("12h"))',
        {
          summary: 'of {certificates.map(c, c.subject)}',
        },
      );
      put('shop/a', 'Good');
      put('shop/b', 'Good');
      const watch = new Watch([near]);
      watch.look();
      const { writer } = mirror;
      const part = { part: 'tls.crt', pem: authority.certificate };
      writer.commit(() => writer.certificates.put('uid-shop/a', '1', [part]));
      clock.jump(Date.now() - startMs);
      clock.advance(30_000);
      expect(watch.look()).toEqual([]);
      clock.advance(13 * 3_600_000);
      expect(watch.look()).toEqual(['firing near shop/a of test authority']);
    } finally {
      authority.remove();
    }
  });
});

describe('a rule that reads the state before', () => {
  const turned = rule('turned', 'previous != null && previous.status.phase == "Good" && status.phase == "Bad"', {
    summary: 'was {previous.status.phase}',
  });

  test('is judged for each change, however many there are at once, and for none twice', () => {
    put('shop/a', 'Good');
    let watch = new Watch([turned]);
    expect(watch.look()).toEqual([]);
    for (const phase of ['Bad', 'Bad2', 'Good', 'Bad', 'Good']) put('shop/a', phase);
    const [fires, ends] = ['firing turned shop/a was Good', 'resolved turned shop/a was Good'];
    expect(watch.look()).toEqual([fires, ends, fires, ends]);
    watch.write();
    put('shop/a', 'Bad');
    watch = new Watch([turned]);
    expect(watch.look()).toEqual([fires]);
    put('shop/b', 'Bad');
    remove('shop/a');
    expect(watch.look()).toEqual([ends]);
  });
});

test('a rule that fails for objects is told once, and one for a column that there is not', () => {
  put('shop/a', 'Bad');
  const watch = new Watch([rule('odd', 'status.phase > 3'), rule('none', 'cols.NOTHING == "a"'), bad]);
  watch.look();
  clock.advance(30_000);
  put('shop/b', 'Bad');
  const said = new Watch([rule('none', 'cols.NOTHING == "a"')]).look();
  expect(said).toEqual([expect.stringContaining('there is no column NOTHING')]);
});

test('an incident ends with its rule', () => {
  put('shop/a', 'Bad');
  const watch = new Watch([bad]);
  watch.look();
  watch.write();
  expect(new Watch([]).look()).toEqual(['resolved bad shop/a phase Bad']);
});

/** What should fire, told by nothing but what was done to the objects. */
class Model {
  readonly #forMs: number;
  readonly #objects = new Map<string, { readonly uid: string; readonly isBad: boolean }>();
  readonly #keyOf = new Map<string, string>();
  readonly #since = new Map<string, number>();
  readonly #firing = new Set<string>();
  readonly told: string[] = [];

  constructor(forMs: number) {
    this.#forMs = forMs;
  }

  get keys(): readonly string[] {
    return [...this.#objects.keys()];
  }

  get firing(): readonly string[] {
    return [...this.#firing].toSorted();
  }

  uidOf(key: string): string | undefined {
    return this.#objects.get(key)?.uid;
  }

  put(key: string, uid: string, isBad: boolean): void {
    this.#objects.set(key, { uid, isBad });
    this.#keyOf.set(uid, key);
  }

  remove(key: string): void {
    this.#objects.delete(key);
  }

  /** What lasted for too short a time is begun anew, once it is seen again. */
  restart(nowMs: number): void {
    const short = [...this.#since].filter(([uid, at]) => !this.#firing.has(uid) && nowMs - at < 10_000);
    for (const [uid] of short) this.#since.delete(uid);
  }

  look(nowMs: number, isKnown: boolean): void {
    const bad = new Set([...this.#objects.values()].filter(({ isBad }) => isBad).map(({ uid }) => uid));
    for (const uid of bad) this.#since.set(uid, this.#since.get(uid) ?? nowMs);
    for (const uid of [...this.#since.keys()].filter((each) => !bad.has(each))) this.#since.delete(uid);
    const over = [...this.#firing].filter((uid) => !bad.has(uid) && (isKnown || this.#isReplaced(uid)));
    for (const uid of over) this.#firing.delete(uid);
    const due = [...this.#since].filter(([uid, at]) => !this.#firing.has(uid) && nowMs - at >= this.#forMs);
    for (const [uid] of isKnown ? due : []) this.#firing.add(uid);
    this.told.push(...over.map(() => 'resolved'), ...(isKnown ? due : []).map(() => 'firing'));
  }

  /** Another object under the same key is proof that the one before is gone. */
  #isReplaced(uid: string): boolean {
    return (this.uidOf(this.#keyOf.get(uid) ?? '') ?? uid) !== uid;
  }
}

/** One random cluster, from an empty store to an empty store. */
function runRandom(seed: number): void {
  const random = createSeededRandom(seed);
  const forMs = random.pick([0, 5_000, 20_000]);
  const rules = [{ ...bad, forMs }];
  const model = new Model(forMs);
  let watch = new Watch(rules);
  let isHealthy = true;
  const told: string[] = [];
  for (let turn = 0; turn < 60; turn += 1) {
    const key = `shop/${seed}-${random.below(4)}`;
    const choice = random.below(12);
    if (choice < 5) {
      const isBad = random.below(2) === 0;
      const uid = (random.below(5) === 0 ? undefined : model.uidOf(key)) ?? `uid-${seed}-${turn}`;
      model.put(key, uid, isBad);
      put(key, isBad ? 'Bad' : 'Good', { uid });
    } else if (choice === 5) {
      model.remove(key);
      remove(key);
    } else if (choice === 6) {
      isHealthy = !isHealthy;
    } else if (choice === 7) {
      watch.write();
      model.restart(clock.now());
      watch = new Watch(rules);
      isHealthy = true;
    } else clock.advance(random.below(12_000));
    setHealthy(isHealthy);
    told.push(...watch.look().map((line) => line.split(' ')[0] ?? ''));
    model.look(clock.now(), isHealthy);
    const uids = watch.book.all.filter(({ open }) => open.state === 'firing').map(({ place }) => place.uid);
    expect([seed, turn, uids.toSorted()]).toEqual([seed, turn, model.firing]);
  }
  expect(told.toSorted()).toEqual(model.told.toSorted());
  for (const key of model.keys) remove(key);
  setHealthy(true);
  watch.look();
  watch.write();
}

test('random clusters: what fires is what was bad for long enough, once each, over restarts, outages and lost pendings', () => {
  for (let seed = 1; seed <= 60; seed += 1) runRandom(seed);
  const due = user.change((tables) => tables.of(DeliveryTable).due('someone', clock.now(), 1_000_000));
  expect(due.length).toBeGreaterThan(100);
  expect(new Set(due.map(({ incident }) => incident)).size).toBe(due.length);
});
