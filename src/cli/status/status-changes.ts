import { humanDuration } from '../../core/human-duration.ts';
import { oneLine } from '../../core/terminal-text.ts';
import type { ScopeDetail } from '../../query/scope-detail.ts';
import { typesToTell } from './asked-types.ts';
import type { ContextStatus, StatusReport } from './read-statuses.ts';

/** One thing that a watched status tells of, and how it is. */
interface Fact {
  /** A change of it is told. */
  readonly state: string;
  /** What is wrong besides, which may change from one try to the next; empty where there is nothing. */
  readonly error: string;
  readonly isWell: boolean;
  /** A type that has only begun: not told where it is seen so for the first time, nor that it is well then. */
  readonly isBeginning?: boolean;
}

/** Tells changes of status as lines: `TIME SUBJECT STATE`, where SUBJECT is a context, or one with a type. */
export class StatusChanges {
  #known: ReadonlyMap<string, Fact> | undefined;
  /** Begun, and not told of. */
  #quiet: ReadonlySet<string> = new Set();

  /** Lines for what is news in this report; the first time for what runs, the clusters, and every type that is not well. */
  news(report: StatusReport): readonly string[] {
    const before = this.#known;
    const facts = factsOf(report);
    this.#known = facts;
    const time = new Date(report.atMs).toISOString();
    const line = (name: string, state: string): string => `${time} ${name} ${state}\n`;
    const gone = [...(before?.keys() ?? [])].filter((name) => !facts.has(name) && !isOfUnkept(name, report));
    const changed = [...facts].filter(([name, fact]) => this.#isNews(name, before?.get(name), fact));
    this.#quiet = new Set([...facts].flatMap(([name, fact]) => (this.#staysQuiet(name, before, fact) ? [name] : [])));
    return [
      ...changed.map(([name, { state, error }]) => line(name, error === '' ? state : `${state}: ${error}`)),
      ...gone.map((name) => line(name, 'gone')),
    ];
  }

  #isNews(name: string, known: Fact | undefined, fact: Fact): boolean {
    const isType = name.includes(' ');
    if (known === undefined) return !isType || (!fact.isWell && fact.isBeginning !== true);
    if (known.state === fact.state) return false;
    return !this.#quiet.has(name) || !(fact.isWell || fact.isBeginning === true);
  }

  #staysQuiet(name: string, before: ReadonlyMap<string, Fact> | undefined, fact: Fact): boolean {
    return fact.isBeginning === true && (before?.get(name) === undefined || this.#quiet.has(name));
  }
}

function factsOf(report: StatusReport): ReadonlyMap<string, Fact> {
  const { holder, isAnswered, contexts } = report;
  const pid = holder === undefined ? '' : ` (pid ${holder.pid})`;
  const running = holder === undefined ? 'not running' : isAnswered ? `running${pid}` : `not answering${pid}`;
  return new Map([
    ['daemon', { state: running, error: '', isWell: isAnswered }],
    ...contexts.flatMap((status) => contextFacts(status)),
  ]);
}

function contextFacts(status: ContextStatus): readonly (readonly [string, Fact])[] {
  const { context, mirror } = status;
  const name = subject(context.name);
  if (mirror === undefined) return [[name, { state: 'not mirrored', error: '', isWell: false }]];
  const { health, reason, lastError } = mirror;
  const own = { state: withReason(health, reason), error: oneLine(lastError ?? ''), isWell: reason === 'none' };
  if (isUnkept(mirror)) return [[name, { ...own, error: '' }]];
  return [
    [name, own],
    ...typesToTell(status).flatMap(({ type, detail, polling }) =>
      detail === undefined ? [] : [[`${name} ${subject(type)}`, typeFact(detail, polling)] as const],
    ),
  ];
}

/** Whatever is said of the types of a mirror that nobody keeps follows from that. */
function isUnkept(mirror: ContextStatus['mirror']): boolean {
  return mirror?.reason === 'stopped' || mirror?.reason === 'silent';
}

function isOfUnkept(name: string, { contexts }: StatusReport): boolean {
  return contexts.some(({ context, mirror }) => isUnkept(mirror) && name.startsWith(`${subject(context.name)} `));
}

function typeFact(detail: ScopeDetail, polling: 'on' | 'paused' | null): Fact {
  const { mode, health, reason, pollIntervalMs, lastError } = detail;
  const interval = pollIntervalMs === null ? '' : ` every ${humanDuration(pollIntervalMs)}`;
  const how = polling === 'paused' ? `${mode} (paused)` : `${mode}${interval}`;
  const isWell = reason === 'none' && polling !== 'paused';
  const isBeginning = reason === 'waiting' || reason === 'connecting';
  return { state: `${how} ${withReason(health, reason)}`, error: oneLine(lastError ?? ''), isWell, isBeginning };
}

const withReason = (health: string, reason: string): string => (reason === 'none' ? health : `${health} (${reason})`);

/** A name as one word: subjects are told apart by their spaces. */
const subject = (name: string): string => oneLine(name).replaceAll(' ', '_');
