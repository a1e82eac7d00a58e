import type { AlertRule } from '../../core/alert-rule.ts';
import { clusterType } from '../../core/alert-rule.ts';
import type { LogEnd } from '../../store/logged-entries.ts';
import type { MirrorWriter } from '../../store/mirror-writer.ts';
import type { Clock } from '../../util/clock.ts';
import type { Logger } from '../logger.ts';
import type { IncidentBook } from './incident-book.ts';
import type { KnownScopes } from './known-scopes.ts';
import { isKnown, ObjectJudge, type JudgedMoment } from './object-judge.ts';
import { TypeRules, type RuledType } from './type-rules.ts';

/** What a walk needs. */
export interface RuleWalkOptions {
  readonly writer: MirrorWriter;
  readonly clock: Clock;
  readonly log: Logger;
  readonly context: string;
  readonly book: IncidentBook;
  readonly rules: readonly AlertRule[];
}

/** How far a change log was judged. */
export interface JudgedLog {
  /** Its name. */
  readonly log: string;
  readonly seq: number;
}

/** Entries of the change log, rows, and keys that one step takes: some milliseconds, in which nothing else happens. */
const entriesPerStep = 25;
const rowsPerStep = 25;

/** Between two looks at what time alone may change (ms); for each object that is looked at as much more, a hundredth of a core. */
const timedMs = 30_000;
const timedEachMs = 10;

/**
 * Goes over the objects of a mirror: all of a scope once its rows are known to be the cluster's, then those that the change log
 * names, and as time passes those whose rules read it.
 */
export class RuleWalk {
  readonly #options: RuleWalkOptions;
  readonly #types: TypeRules;
  readonly #judge: ObjectJudge;
  /** By scope, the key that was judged last; null: all were. */
  readonly #swept = new Map<number, string | null>();
  /** By rule, keys of its type that time alone may make match. */
  readonly #timed = new Map<string, Set<string>>();
  /** Types and keys that are to be looked at again. */
  #again: (readonly [RuledType, string])[] = [];
  #againAt: number;
  #seenTypes: ReadonlySet<number> = new Set();
  #judged: JudgedLog | undefined;
  readonly #logEnd: LogEnd;

  constructor(options: RuleWalkOptions) {
    const { rules, context, log, writer, book, clock } = options;
    this.#options = options;
    this.#types = new TypeRules(
      rules.filter(({ type }) => type !== clusterType),
      context,
      log,
    );
    this.#againAt = clock.monotonic() + timedMs;
    this.#logEnd = writer.logEnd();
    this.#judge = new ObjectJudge({
      writer,
      book,
      onTimed: (_type, { rule: { name } }, key) => this.#keepTimed(name, key),
    });
  }

  /** How far the change log was judged. */
  get judged(): JudgedLog | undefined {
    return this.#judged;
  }

  /** The state before a change matters: how far the log was judged is worth keeping. */
  get readsPrevious(): boolean {
    return this.#types.all.some(({ rules }) => rules.some(({ readsPrevious }) => readsPrevious));
  }

  /** Notes which incidents are known to last. */
  noteSeen(nowMs: number, known: KnownScopes): void {
    const types = new Map(this.#types.all.map((type) => [type.name, type]));
    this.#options.book.noteSeen(nowMs, ({ type, key }) => {
      const ruled = types.get(type);
      return type === clusterType || (ruled !== undefined && isKnown(ruled, key, known));
    });
  }

  /** Goes on behind what was judged of the log, where it is still the same one. */
  begin(judged: JudgedLog | undefined): void {
    const { log, lastSeq } = this.#logEnd;
    // A power cut may have taken the newest entries, whose numbers come again.
    const isSame = judged?.log === log && judged.seq <= lastSeq;
    this.#judged = { log, seq: isSame ? judged.seq : lastSeq };
    this.lookAtTypes();
  }

  /** Looks for types and columns that became known. */
  lookAtTypes(): void {
    if (this.#types.refresh(this.#options.writer)) this.#swept.clear();
    this.#types.tellFaults();
  }

  /** One step; true where there is more to do. */
  step(moment: JudgedMoment): boolean {
    if (this.#judged === undefined) return false;
    if (![...moment.known.typeIds].every((id) => this.#seenTypes.has(id))) {
      this.#seenTypes = moment.known.typeIds;
      this.lookAtTypes();
    }
    const hasLog = this.#stepLog(moment);
    const hasRows = this.#stepRows(moment);
    const hasAgain = this.#stepAgain(moment);
    this.#move(moment);
    return hasLog || hasRows || hasAgain;
  }

  #stepLog(moment: JudgedMoment): boolean {
    const { writer } = this.#options;
    const { log, lastSeq, forgottenSeq } = writer.logEnd();
    const { seq } = this.#judged as JudgedLog;
    // The history keeper gives the log another name after a power cut; the entries behind it are the same.
    if (seq === lastSeq) return false;
    // What was forgotten unread may have ended or begun anything.
    if (seq < forgottenSeq) this.#swept.clear();
    const entries = writer.judged.logged(seq, entriesPerStep);
    const upTo = entries.length < entriesPerStep ? lastSeq : (entries.at(-1)?.seq ?? lastSeq);
    const keys = new Map(entries.map(({ typeId, key }) => [`${typeId}/${key}`, { typeId, key }]));
    const touched = [...keys.values()].flatMap(({ typeId, key }) => {
      const type = this.#types.get(typeId);
      return type === undefined ? [] : [{ type, key }];
    });
    const changes = touched
      .filter(({ type }) => type.rules.some(({ readsPrevious }) => readsPrevious))
      .flatMap(({ type, key }) =>
        writer.judged.changes(type.id, key, { after: seq, upTo }).map((change) => ({ type, change })),
      );
    for (const { type, change } of changes.toSorted((one, other) => one.change.seq - other.change.seq))
      this.#judge.judgeChange(type, change, moment);
    for (const { type, key } of touched) this.#judge.judgeKey(type, key, moment);
    this.#judged = { log, seq: upTo };
    return upTo < lastSeq;
  }

  /** Rows of scopes that became known and were not judged as a whole yet. */
  #stepRows({ nowMs, known }: JudgedMoment): boolean {
    // What is listed again may be without what was there, or have it back, by other ways than the log.
    for (const scopeId of known.unlisted) this.#swept.delete(scopeId);
    for (const type of this.#types.all) {
      for (const scope of known.ofType(type.id)) {
        const after = this.#swept.get(scope.id) ?? '';
        if (this.#swept.get(scope.id) === null) continue;
        const rows = this.#options.writer.judged.objects(scope, after, rowsPerStep);
        for (const row of rows) this.#judge.judgeRow(type, row, { nowMs, known });
        const isDone = rows.length < rowsPerStep;
        this.#swept.set(scope.id, isDone ? null : (rows.at(-1)?.key ?? null));
        if (isDone) this.#endGone(type, { nowMs, known });
        return true;
      }
    }
    return false;
  }

  /** Incidents of objects that are not there, which no entry of the log told. */
  #endGone(type: RuledType, moment: JudgedMoment): void {
    for (const tracked of this.#options.book.all)
      if (tracked.place.type === type.name) this.#judge.move(type, tracked, moment);
  }

  /** What time may have changed. */
  #stepAgain(moment: JudgedMoment): boolean {
    const { clock } = this.#options;
    if (this.#again.length === 0 && clock.monotonic() >= this.#againAt) {
      this.#again = this.#types.all.flatMap((type) => this.#timedKeys(type).map((key) => [type, key] as const));
      this.#timed.clear();
      this.#againAt = clock.monotonic() + Math.max(timedMs, this.#again.length * timedEachMs);
    }
    const piece = this.#again.slice(0, rowsPerStep);
    this.#again = this.#again.slice(piece.length);
    for (const [type, key] of piece) this.#judge.judgeKey(type, key, moment);
    return this.#again.length > 0;
  }

  #timedKeys(type: RuledType): readonly string[] {
    const keys = type.rules.flatMap(({ rule, readsCertificates }) => [
      ...(this.#timed.get(rule.name) ?? []),
      // What is read of a Secret comes after the Secret itself, and not in the log.
      ...(readsCertificates ? this.#options.writer.judged.certificateKeys(type.id) : []),
    ]);
    return [...new Set(keys)];
  }

  #move(moment: JudgedMoment): void {
    const { book } = this.#options;
    const types = new Map(this.#types.all.map((type) => [type.name, type]));
    for (const tracked of book.movers(moment.nowMs)) {
      const type = types.get(tracked.place.type);
      if (type !== undefined) this.#judge.move(type, tracked, moment);
    }
  }

  #keepTimed(rule: string, key: string): void {
    const keys = this.#timed.get(rule) ?? new Set();
    this.#timed.set(rule, keys.add(key));
  }
}
