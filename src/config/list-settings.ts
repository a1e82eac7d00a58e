import { variableOf, type Setting, type Shape } from './setting.ts';
import type { Path } from './toml-document.ts';

/** A setting as texts for people have it. */
export interface ListedSetting {
  /** Keys from the top of the file; `NAME` stands where a name of the user's choice does. */
  readonly path: Path;
  /** The table that it lies in, as a TOML header has it: `[contexts.NAME]`; empty at the top of the file. */
  readonly table: string;
  readonly says: string;
  /** Reads on from `must be`. */
  readonly wanted: string;
  /** As TOML; undefined where leaving it out is the only way to say so. */
  readonly default: string | undefined;
  /** The variable of the environment that takes its place; undefined under a name, where there is none. */
  readonly variable: string | undefined;
}

/** A table of the file, with what is said of all its keys. */
export interface ListedTable {
  readonly header: string;
  readonly says: string;
  readonly settings: readonly ListedSetting[];
}

/** All tables of the file in the order of the schema, that of the keys at its top first where there are any. */
export function listSettings(keys: Shape): readonly ListedTable[] {
  return tablesOf(keys, [], '').filter(({ settings }) => settings.length > 0);
}

function tablesOf(keys: Shape, path: Path, says: string): readonly ListedTable[] {
  const header = path.length === 0 ? '' : `[${path.join('.')}]`;
  const settings: ListedSetting[] = [];
  const inner: ListedTable[] = [];
  for (const [key, node] of Object.entries(keys)) {
    const at = [...path, key];
    if (node.node === 'setting') settings.push(listed(node, at, header));
    else inner.push(...tablesOf(node.keys, node.node === 'named' ? [...at, 'NAME'] : at, node.says));
  }
  return [{ header, says, settings }, ...inner];
}

function listed(node: Setting<unknown>, path: Path, table: string): ListedSetting {
  return {
    path,
    table,
    says: node.says,
    wanted: node.kind.wanted,
    default: node.default === null ? undefined : JSON.stringify(node.default),
    variable: path.includes('NAME') ? undefined : variableOf(node, path),
  };
}
