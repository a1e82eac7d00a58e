import { targetText, type Action, type TouchedField } from '../../core/action/action.ts';
import { asArray, asObject, isJsonObject, type Json, type JsonObject } from '../../core/json.ts';
import { objectPatch } from '../history/object-patch.ts';

/** What an action makes of its object, as a unified diff; what the server alone knows is told as it is sent. */
export function actionDiff(action: Action, object: JsonObject | undefined): string {
  const { change, touched } = action;
  const isUnknown = touched.some(({ isAfterUnknown }) => isAfterUnknown === true);
  const title = targetText(action.target);
  if (isUnknown && (change.kind === 'merge' || change.kind === 'strategic')) {
    return objectPatch({ title, before: undefined, after: change.body }, { from: 'as it is', to: 'what is sent' });
  }
  const after = change.kind === 'delete' ? undefined : changedObject(object, touched, change);
  return objectPatch({ title, before: object, after }, { from: 'as it is', to: 'as it will be' });
}

function changedObject(
  object: JsonObject | undefined,
  touched: readonly TouchedField[],
  change: Action['change'],
): JsonObject | undefined {
  if (object === undefined) return change.kind === 'apply' ? change.body : undefined;
  return touched.reduce((state, { path, after }) => asObject(withValue(state, path, after)), object);
}

/** The value with another one at a path; undefined takes it away. */
export function withValue(
  value: Json | undefined,
  [key, ...rest]: readonly string[],
  after: Json | undefined,
): Json | undefined {
  if (key === undefined) return after;
  if (Array.isArray(value)) {
    const items = [...asArray(value)];
    const changed = withValue(items[Number(key)], rest, after);
    if (changed === undefined) items.splice(Number(key), 1);
    else items[Number(key)] = changed;
    return items;
  }
  const members = isJsonObject(value) ? value : {};
  const changed = withValue(members[key], rest, after);
  const { [key]: _, ...others } = members;
  return changed === undefined ? others : { ...members, [key]: changed };
}
