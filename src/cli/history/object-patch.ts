import { createTwoFilesPatch, FILE_HEADERS_ONLY } from 'diff';
import type { JsonObject } from '../../core/json.ts';
import { oneLine } from '../../core/terminal-text.ts';
import type { TableStyle } from '../../output/navi-table.ts';
import { yamlText } from '../../output/yaml-text.ts';

/** Two states of an object; undefined where there is none. */
export interface TwoStates {
  readonly title: string;
  readonly before: JsonObject | undefined;
  readonly after: JsonObject | undefined;
}

/**
 * A unified diff of both as YAML, as they are: managedFields should be left out. Empty for states that are alike. Text of a
 * cluster is made harmless line by line.
 * @param times what stands behind the names of both
 */
export function objectPatch(
  { title, before, after }: TwoStates,
  { from, to }: { readonly from: string; readonly to: string },
): string {
  const [old = '', now = ''] = documents([before, after]);
  if (old === now) return '';
  const patch = createTwoFilesPatch(title, title, old, now, from, to, {
    headerOptions: FILE_HEADERS_ONLY,
    // As many lines as diff -u shows around a change.
    context: 3,
  });
  return `${patch.trimEnd().split('\n').map(oneLine).join('\n')}\n`;
}

/** A unified diff in colours. */
export function paintedPatch(patch: string, { color }: TableStyle): string {
  const lines = patch.split('\n');
  const painted = lines.map((line, at) => {
    if (at < 2 && line !== '') return color.bold(line);
    if (line.startsWith('@@')) return color.cyan(line);
    return line.startsWith('+') ? color.green(line) : line.startsWith('-') ? color.red(line) : line;
  });
  return painted.join('\n');
}

/** Both as YAML, or as JSON, which is YAML too, where a text of one of them has what kubectl writes into none. */
function documents(states: readonly (JsonObject | undefined)[]): readonly string[] {
  const yaml = states.map((state) => (state === undefined ? ({ ok: true, text: '' } as const) : yamlText(state)));
  if (yaml.every(({ ok }) => ok)) return yaml.map((each) => (each.ok ? each.text : ''));
  return states.map((state) => (state === undefined ? '' : `${JSON.stringify(state, null, 2)}\n`));
}
