import type { Database, Statement } from 'better-sqlite3';
import { resourceName } from '../core/api-resource.ts';
import type { MirroredType } from '../core/mirrored-type.ts';

/** A type as the store numbers it. */
export interface StoredType {
  readonly id: number;
  readonly api_group: string;
  readonly resource: string;
  readonly version: string;
  readonly absent_since: number | null;
  /** How often it was asked for while it is followed only for that, and when last (epoch ms). */
  readonly use_count: number;
  readonly used_at: number | null;
}

/** Writes the catalogue of types as discovery tells it. Types are never deleted: tombstones and changes refer to them. */
export class TypeWriter {
  readonly #statements: ReturnType<typeof prepare>;

  constructor(database: Database) {
    this.#statements = prepare(database);
  }

  /** All types by `plural.group`. */
  all(): ReadonlyMap<string, StoredType> {
    const rows = this.#statements.all.all() as StoredType[];
    return new Map(rows.map((row) => [resourceName({ group: row.api_group, resource: row.resource }), row]));
  }

  /** The type `plural.group`. */
  find(name: string): StoredType | undefined {
    const [resource = '', ...group] = name.split('.');
    return this.#statements.byName.get(group.join('.'), resource) as StoredType | undefined;
  }

  /** Adds or updates the types; returns the id of each by `plural.group`. Those not named are left alone. */
  save(types: readonly MirroredType[]): ReadonlyMap<string, number> {
    const ids = new Map<string, number>();
    for (const type of types) ids.set(resourceName(type), this.#save(type));
    for (const type of types) {
      const alias = type.aliasOf === undefined ? null : (ids.get(type.aliasOf) ?? null);
      this.#statements.alias.run(alias, ids.get(resourceName(type)));
    }
    return ids;
  }

  /** Notes that complete discoveries no longer have the type. */
  markAbsent(typeId: number, nowMs: number): void {
    this.#statements.absent.run(nowMs, typeId);
  }

  /** Notes the text of the Warning header that lists of the type carry (null: none). */
  saveWarning(typeId: number, warning: string | null): void {
    this.#statements.warning.run(warning, typeId);
  }

  /** Notes how often a type was asked for, and when last (epoch ms). */
  saveUse(typeId: number, count: number, atMs: number): void {
    this.#statements.use.run(count, atMs, typeId);
  }

  #save(type: MirroredType): number {
    const row = this.#statements.save.get(
      type.group,
      type.resource,
      type.version,
      type.kind,
      type.singular,
      type.namespaced ? 1 : 0,
      JSON.stringify(type.shortNames),
      JSON.stringify(type.categories),
      JSON.stringify(type.verbs),
      JSON.stringify(type.versions),
      type.groupPosition,
      type.position,
      JSON.stringify(type.columns),
      type.customFields === undefined ? null : JSON.stringify(type.customFields),
      type.retrieval,
      type.retrievalReason,
    );
    return Number(row);
  }
}

function prepare(database: Database) {
  const statement = (sql: string): Statement => database.prepare(sql);
  const stored = 'select id, api_group, resource, version, absent_since, use_count, used_at from resource_type';
  return {
    all: statement(stored),
    byName: statement(`${stored} where api_group = ? and resource = ?`),
    save: statement(
      `insert into resource_type (api_group, resource, version, kind, singular, namespaced, short_names, categories, verbs,
         versions, group_position, position, columns, custom_fields, retrieval, retrieval_reason)
       values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
       on conflict (api_group, resource) do update set version = excluded.version, kind = excluded.kind,
         singular = excluded.singular, namespaced = excluded.namespaced, short_names = excluded.short_names,
         categories = excluded.categories, verbs = excluded.verbs, versions = excluded.versions,
         group_position = excluded.group_position, position = excluded.position, columns = excluded.columns,
         custom_fields = excluded.custom_fields, retrieval = excluded.retrieval,
         retrieval_reason = excluded.retrieval_reason, absent_since = null
       returning id`,
    ).pluck(),
    alias: statement('update resource_type set alias_of = ? where id = ?'),
    absent: statement('update resource_type set absent_since = coalesce(absent_since, ?) where id = ?'),
    use: statement('update resource_type set use_count = ?, used_at = ? where id = ?'),
    warning: statement('update resource_type set warning = ? where id = ?'),
  };
}
