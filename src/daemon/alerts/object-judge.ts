import { asObject, asString } from '../../core/json.ts';
import { parseJson } from '../../core/canonical-json.ts';
import { namespaceOfKey } from '../../core/key-range.ts';
import type { JudgedObject } from '../../store/judged-rows.ts';
import type { MirrorWriter } from '../../store/mirror-writer.ts';
import type { LoggedChange } from '../../store/rebuild-state.ts';
import type { IncidentBook, TrackedIncident } from './incident-book.ts';
import type { JudgedRule } from './judged-rule.ts';
import type { KnownScopes } from './known-scopes.ts';
import type { JudgedSubject } from './rule-variables.ts';
import type { RuledType } from './type-rules.ts';

/** What judging objects needs. */
export interface ObjectJudgeOptions {
  readonly writer: MirrorWriter;
  readonly book: IncidentBook;
  /** Told of an object that time alone may make match. */
  readonly onTimed: (type: RuledType, rule: JudgedRule, key: string) => void;
}

/** When, and what is known of the rows. */
export interface JudgedMoment {
  readonly nowMs: number;
  readonly known: KnownScopes;
}

/** Judges objects of the mirror by the rules of their types. */
export class ObjectJudge {
  readonly #options: ObjectJudgeOptions;

  constructor(options: ObjectJudgeOptions) {
    this.#options = options;
  }

  /** Judges what is stored under a key now. Rules that read the state before are judged by `judgeChange`. */
  judgeKey(type: RuledType, key: string, moment: JudgedMoment): void {
    const row = this.#options.writer.judged.object(type.id, key);
    if (row === undefined) this.#judgeGone(type, key, undefined, moment);
    else this.judgeRow(type, row, moment);
  }

  /** The same for a row that was read. */
  judgeRow(type: RuledType, row: JudgedObject, moment: JudgedMoment): void {
    this.#judgeGone(type, row.key, row.uid, moment);
    const subject = this.#subjectOf(row);
    for (const judged of type.rules) {
      if (judged.readsPrevious) continue;
      this.#judge(type, judged, { row, subject, moment });
      if (judged.readsTime && judged.mayChange(subject, moment.nowMs)) this.#options.onTimed(type, judged, row.key);
    }
  }

  /** Judges one entry of the change log by the rules that read the state before. */
  judgeChange(type: RuledType, change: LoggedChange, moment: JudgedMoment): void {
    const { after, before, operation } = change;
    if (operation === 'deleted' || after.kind !== 'state') return;
    const row = rowOf(change, after);
    const subject = { ...this.#subjectOf(row), previous: before.kind === 'state' ? before.body : undefined };
    for (const judged of type.rules) if (judged.readsPrevious) this.#judge(type, judged, { row, subject, moment });
  }

  /** Moves an incident by time, or by what is known now. */
  move(type: RuledType, tracked: TrackedIncident, moment: JudgedMoment): void {
    const { place, rule, open } = tracked;
    const row = this.#options.writer.judged.object(type.id, place.key);
    const isThere = row !== undefined && row.uid === place.uid;
    const judged = type.rules.find((each) => each.rule.name === rule.name);
    // It is back: what it is now says how it goes on.
    if (isThere && open.verdict === 'gone' && judged?.readsPrevious === false) {
      this.judgeRow(type, row, moment);
      return;
    }
    this.#options.book.judge({
      rule,
      place,
      verdict: !isThere ? 'gone' : open.verdict === 'gone' ? 'holds' : open.verdict,
      isKnown: isKnown(type, place.key, moment.known),
      nowMs: moment.nowMs,
      summary: () =>
        isThere && judged !== undefined && !judged.readsPrevious
          ? judged.summary(this.#subjectOf(row), moment.nowMs)
          : tracked.summary,
    });
  }

  #judge(
    type: RuledType,
    judged: JudgedRule,
    {
      row,
      subject,
      moment,
    }: { readonly row: JudgedObject; readonly subject: JudgedSubject; readonly moment: JudgedMoment },
  ): void {
    const { nowMs } = moment;
    this.#options.book.judge({
      rule: judged.rule,
      place: { type: type.name, key: row.key, uid: row.uid },
      verdict: judged.holds(subject, nowMs) ? 'holds' : 'clear',
      isKnown: isKnown(type, row.key, moment.known),
      nowMs,
      summary: () => judged.summary(subject, nowMs),
    });
  }

  /** Ends what is about a key and another object than the one that is there. @param uid of that one; undefined: there is none */
  #judgeGone(type: RuledType, key: string, uid: string | undefined, moment: JudgedMoment): void {
    for (const { place, rule, summary } of this.#options.book.of(type.name, key)) {
      if (place.uid === uid) continue;
      const isSure = uid !== undefined || isKnown(type, key, moment.known);
      this.#options.book.judge({
        rule,
        place,
        verdict: 'gone',
        isKnown: isSure,
        nowMs: moment.nowMs,
        summary: () => summary,
      });
    }
  }

  #subjectOf(row: JudgedObject): JudgedSubject {
    return { row, pems: () => this.#options.writer.judged.certificates(row.uid) };
  }
}

/** Whether the rows around an object are known to be the cluster's. */
export function isKnown({ id }: RuledType, key: string, known: KnownScopes): boolean {
  const slash = key.indexOf('/');
  return known.has(id, slash === -1 ? '' : namespaceOfKey({ key, name: key.slice(slash + 1) }));
}

function rowOf(change: LoggedChange, after: LoggedChange['after'] & { readonly kind: 'state' }): JudgedObject {
  const metadata = asObject(asObject(parseJson(after.body))['metadata']);
  const created = Date.parse(asString(metadata['creationTimestamp']));
  return {
    key: change.key,
    name: asString(metadata['name']),
    uid: change.uid,
    labels: JSON.stringify(metadata['labels'] ?? {}),
    cells: after.cells,
    created_at: Number.isNaN(created) ? null : created,
    changed_at: change.at,
    json: after.body,
  };
}
