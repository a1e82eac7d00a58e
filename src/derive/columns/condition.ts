import { asArray, asString, isJsonObject, type Json, type JsonObject } from '../../core/json.ts';

/** Looking up status conditions. Types should be unique; where they are not, printers differ in which one counts. */

/** The first condition of this type in the list at `conditions`. */
export function firstCondition(conditions: Json | undefined, type: string): JsonObject | undefined {
  for (const condition of asArray(conditions)) {
    if (isJsonObject(condition) && condition['type'] === type) return condition;
  }
  return undefined;
}

/** The last condition of this type. */
export function lastCondition(conditions: Json | undefined, type: string): JsonObject | undefined {
  return asArray(conditions).findLast(
    (condition): condition is JsonObject => isJsonObject(condition) && condition['type'] === type,
  );
}

/** True where the condition exists with status `True`. */
export function isTrue(condition: JsonObject | undefined): boolean {
  return condition?.['status'] === 'True';
}

/** The types of all conditions, in their order; `onlyTrue` leaves out those whose status is not `True`. */
export function conditionTypes(conditions: Json | undefined, onlyTrue: boolean): readonly string[] {
  return asArray(conditions)
    .filter((condition) => isJsonObject(condition))
    .filter((condition) => !onlyTrue || isTrue(condition))
    .map((condition) => asString(condition['type']));
}
