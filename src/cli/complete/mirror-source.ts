import { namespaceSql, isShown } from '../../query/hidden-rows.ts';
import { readTypes, storedOf, type MirrorType } from '../../query/mirror-type.ts';
import { isReadableAt, isRefused } from '../../query/type-places.ts';
import type { MirrorReader } from '../../store/open-reader.ts';
import { mostCandidates } from './candidate.ts';

/** No text of a cluster has it: what begins with a text is less than the text with this behind it. */
const last = '\u{10FFFF}';

/** Most namespaces that are looked into where all are asked for. */
const mostNamespaces = 500;

/** Terms of one key that are looked at for an object of the types, before the key is taken to be theirs. */
const mostTermsTried = 200;

/** Most terms that are looked at for the values of one key. */
const mostValuesTried = 5_000;

/** Terms of objects as selectors name them, `key=value`. */
type SelectorTerm = 'label' | 'field';

/** Where objects are looked for: in these namespaces, or undefined in all. */
export type Namespaces = readonly string[] | undefined;

/** What one mirror has to offer. Everything is found by ranges of keys: it costs what it finds, not what there is. */
export class MirrorSource {
  readonly #reader: MirrorReader;
  /** Namespace of its context. */
  readonly namespace: string;
  #types: readonly MirrorType[] | undefined;
  #shown: string | undefined;

  constructor(reader: MirrorReader, namespace: string) {
    this.#reader = reader;
    this.namespace = namespace;
  }

  /** Every version of each type, in the order of discovery. */
  types(): readonly MirrorType[] {
    return (this.#types ??= readTypes(this.#reader));
  }

  /**
   * Names of objects of a type that begin so, sorted within their namespace; of very many some, the first and the last one of each namespace with them.
   * @param namespaces ignored for a cluster-scoped type
   */
  names(type: MirrorType, namespaces: Namespaces, begin: string): readonly string[] {
    if (isRefused(type)) return [];
    const places = type.namespaced ? (namespaces ?? this.#namespacesOf(type)) : [''];
    const read = this.#keyReader(type);
    const names: string[] = [];
    for (const place of places) {
      if (type.namespaced && !isReadableAt(type, place)) continue;
      const lead = type.namespaced ? `${place}/` : '';
      // Once there are too many, the outermost ones tell what all begin with.
      const room = Math.max(1, mostCandidates + 1 - names.length);
      const first = read('asc', `${lead}${begin}`, room);
      const keys = first.length < room ? first : [...first, ...read('desc', `${lead}${begin}`, 1)];
      for (const key of keys) names.push(key.slice(lead.length));
      if (names.length > mostCandidates && !haveSameNext(names, begin)) break;
    }
    return names;
  }

  /** Names of namespaces that begin so; where they may not be listed, those in which something else is mirrored. */
  namespaces(begin: string): readonly string[] {
    const type = this.#stored('', 'namespaces');
    const listed = type === undefined ? [] : this.names(type, undefined, begin);
    if (listed.length > 0) return listed;
    const pods = this.#stored('', 'pods');
    const followed = this.types().flatMap(({ namespaceScopes }) => [...namespaceScopes.keys()]);
    const all = pods === undefined ? [] : [...this.#namespacesOf(pods)].filter((name) => isReadableAt(pods, name));
    return [...new Set([...followed, ...all])].filter((name) => name.startsWith(begin)).toSorted();
  }

  /** Keys of labels or fields that begin so. @param types none: of any */
  keys(kind: SelectorTerm, types: readonly MirrorType[], begin: string): readonly string[] {
    const next = this.#reader.sqlite
      .prepare('select text from term where kind = ? and text >= ? and text < ? order by text limit 1')
      .pluck();
    const keys: string[] = [];
    for (let from = begin; keys.length < mostCandidates;) {
      const text = next.get(kind, from, `${begin}${last}`) as string | undefined;
      if (text === undefined) break;
      const key = text.split('=', 1)[0] ?? text;
      if (this.#isOf(kind, types, key)) keys.push(key);
      // The character after `=`.
      from = `${key}>`;
    }
    return keys;
  }

  /** Values of a label or field that begin so, sorted: the first ones, and the last one there is. */
  values(
    kind: SelectorTerm,
    types: readonly MirrorType[],
    { key, begin }: { readonly key: string; readonly begin: string },
  ): readonly string[] {
    const from = `${key}=${begin}`;
    const texts = (order: string, count: number): readonly string[] =>
      this.#reader.sqlite
        .prepare(
          `select text from (select id, text from term where kind = ? and text >= ? and text < ? order by text ${order}
           limit ${mostValuesTried}) as tried where ${this.#hasObject(types)} limit ${count}`,
        )
        .pluck()
        .all(kind, from, `${from}${last}`) as string[];
    const first = texts('asc', mostCandidates);
    // The last one tells what all begin with; where there is none behind them it is one of these.
    return [...first, ...texts('desc', 1)].map((text) => text.slice(key.length + 1));
  }

  /** Names of the containers of a pod, in the order in which they start. */
  containers(namespace: string, pod: string): readonly string[] {
    const type = this.#stored('', 'pods');
    if (type === undefined) return [];
    return this.#reader.sqlite
      .prepare(
        `select container.name from object cross join container on container.object_id = object.id
         where object.type_id = ? and object.key = ? and ${this.#isShown()} order by container.position`,
      )
      .pluck()
      .all(type.rowTypeId, `${namespace}/${pod}`) as string[];
  }

  #stored(group: string, resource: string): MirrorType | undefined {
    return storedOf(this.types()).find((type) => type.group === group && type.resource === resource);
  }

  #isShown(): string {
    return (this.#shown ??= isShown(this.#reader.sqlite));
  }

  /** Reads keys of a type that begin so, the least or the greatest ones first. */
  #keyReader(type: MirrorType): (order: 'asc' | 'desc', begin: string, count: number) => readonly string[] {
    const prepared = (order: string) =>
      this.#reader.sqlite
        .prepare(
          `select key from object where type_id = ? and key >= ? and key < ? and ${this.#isShown()} order by key ${order} limit ?`,
        )
        .pluck();
    const statements = { asc: prepared('asc'), desc: prepared('desc') };
    return (order, begin, count) => statements[order].all(type.rowTypeId, begin, `${begin}${last}`, count) as string[];
  }

  /** Namespaces in which there are rows of a type, hidden ones too, each found by one look into the index. */
  *#namespacesOf(type: MirrorType): Generator<string, void> {
    const next = this.#reader.sqlite
      .prepare(`select ${namespaceSql()} from object where type_id = ? and key >= ? order by key limit 1`)
      .pluck();
    const found: string[] = [];
    for (let from = ''; found.length < mostNamespaces;) {
      const namespace = next.get(type.rowTypeId, from) as string | undefined;
      if (namespace === undefined) return;
      yield namespace;
      // The character after `/`.
      from = `${namespace}0`;
    }
  }

  /** Whether an object of the types has the key; of one with very many values only some are tried. */
  #isOf(kind: SelectorTerm, types: readonly MirrorType[], key: string): boolean {
    const tried = `(select id from term where kind = ? and text >= ? and text < ? limit ${mostTermsTried}) as tried`;
    const ask = (question: string): unknown =>
      this.#reader.sqlite.prepare(`select ${question}`).pluck().get(kind, `${key}=`, `${key}>`);
    if (ask(`exists (select 1 from ${tried} where ${this.#hasObject(types)})`) === 1) return true;
    return ask(`count(*) from ${tried}`) === mostTermsTried;
  }

  /** SQL: an object that may be shown, of one of the types, has the term that is `tried`. */
  #hasObject(types: readonly MirrorType[]): string {
    const ids = types.map(({ rowTypeId }) => rowTypeId).join(', ');
    const ofTypes = types.length === 0 ? '' : `and object_term.type_id in (${ids})`;
    const shown = this.#isShown();
    const rows = shown === 'true' ? '' : `join object on object.id = object_term.object_id and ${shown}`;
    return `exists (select 1 from object_term ${rows} where object_term.term_id = tried.id ${ofTypes})`;
  }
}

/** Whether all have the same character behind what they begin with, so that a shell could type on. */
function haveSameNext(names: readonly string[], begin: string): boolean {
  const [next] = names.map((name) => name[begin.length]);
  return names.every((name) => name[begin.length] === next);
}
