import { keyRange } from '../core/key-range.ts';

/** What of a scope says which keys are its own. */
export interface CoveringScope {
  readonly type_id: number;
  /** Empty: all namespaces. */
  readonly namespace: string;
}

/** SQL condition: the keys of a scope's type in its namespace, or all of them. Takes the parameters of `coverage`. */
export const isCovered = 'type_id = @typeId and key >= @from and key < @to';

/** The same for a scope of all namespaces beside scopes of single ones, which answer for theirs. `table` holds the keys. */
export function isItsOwn(table: string): string {
  const namespace = `substr(${table}.key, 1, max(0, instr(${table}.key, '/') - 1))`;
  return `${isCovered} and (@namespace <> '' or not exists (select 1 from scope own
    where own.type_id = @typeId and own.namespace <> '' and own.namespace = ${namespace}))`;
}

/** Parameters of the conditions above. */
export function coverage({ type_id, namespace }: CoveringScope) {
  const range = namespace === '' ? { from: '', to: '\u{10FFFF}' } : keyRange(namespace);
  return { typeId: type_id, namespace, ...range };
}
