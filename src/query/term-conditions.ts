import { list, sql, type SqlPart } from './sql-part.ts';

/** Most values of a list that are parameters of their own. */
const listedCountMax = 10;

/** Halved again and again: SQLite takes no expression of more than 1,000 levels, and `a and b and c` has one for each. */
export function allOf(conditions: readonly SqlPart[]): SqlPart {
  const half = conditions.length >> 1;
  const [only] = conditions;
  if (only !== undefined && half === 0) return only;
  return sql`(${allOf(conditions.slice(0, half))} and ${allOf(conditions.slice(half))})`;
}

/** The object has a term that meets the condition; the terms are found first, then their objects of the type. */
export function hasTerm(termCondition: SqlPart, typeId: number): SqlPart {
  return sql`object.id in (select object_id from object_term where type_id = ${typeId} and term_id in (select id from term where ${termCondition}))`;
}

/** Terms of a kind with one of the texts. */
export function oneOf(kind: string, texts: readonly string[]): SqlPart {
  // A parameter for each of them may be more than a statement can have.
  if (texts.length > listedCountMax) {
    return sql`kind = ${kind} and text in (select value from json_each(${JSON.stringify(texts)}))`;
  }
  return sql`kind = ${kind} and text in (${list(texts)})`;
}

/** Terms `key=value` of a kind, whatever the value. '>' is the character after '=': the range holds exactly the terms of the key. */
export function withKey(kind: string, key: string): SqlPart {
  return sql`kind = ${kind} and text >= ${`${key}=`} and text < ${`${key}>`}`;
}

/** The condition does not hold. */
export function not(condition: SqlPart): SqlPart {
  return sql`not (${condition})`;
}
