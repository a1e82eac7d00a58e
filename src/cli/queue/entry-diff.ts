import { targetText, type TouchedField } from '../../core/action/action.ts';
import { valueAt } from '../../core/action/judge-action.ts';
import { asObject, type Json, type JsonObject } from '../../core/json.ts';
import { oneLine } from '../../core/terminal-text.ts';
import { withValue } from '../act/action-diff.ts';
import { objectPatch } from '../history/object-patch.ts';
import type { StoredAction } from '../../store/action-table.ts';

/** What was shown of an action; of one that met another version, how that differs from what was shown. */
export function entryDiff({ id, action, diff, outcome }: StoredAction): string {
  const head = `${id}: ${oneLine(`${action.verb} ${targetText(action.target)}`)}\n`;
  if (outcome?.state !== 'conflict' || outcome.reason === 'owned') return `${head}${diff}`;
  if (outcome.now === null) return `${head}${diff}${oneLine(outcome.message)}\n`;
  const { now } = outcome;
  const title = targetText(action.target);
  const change = objectPatch(
    { title, before: shownOf(action.touched, undefined), after: shownOf(action.touched, now) },
    { from: 'as it was shown', to: 'as somebody made it' },
  );
  return `${head}${diff}${change === '' ? `${oneLine(outcome.message)}\n` : change}`;
}

/** The fields alone, as they were shown or as an object has them. */
function shownOf(touched: readonly TouchedField[], object: JsonObject | undefined): JsonObject {
  return touched.reduce((made: JsonObject, { path, before }) => {
    const value: Json | undefined = object === undefined ? before : valueAt(object, path);
    return asObject(withValue(made, path, value));
  }, {});
}
