import { variableOf, type Shape } from './setting.ts';
import { tableOf, type Path, type Table } from './toml-document.ts';

/** What a setting is at present, and who says so. */
export interface EffectiveSetting {
  readonly path: Path;
  /** As the file writes it; null for a setting without a default that nobody sets. */
  readonly value: unknown;
  readonly source: 'default' | 'file' | 'environment';
  /** The variable of the environment that says so, or could; undefined under a name. */
  readonly variable: string | undefined;
}

/** Every setting, and under names those that the file sets, in the order of the schema. The document must have been read without an error. */
export function effectiveSettings(keys: Shape, document: Table, env: NodeJS.ProcessEnv): readonly EffectiveSetting[] {
  return below(keys, { document, env, path: [] });
}

interface Place {
  readonly document: Table;
  readonly env: NodeJS.ProcessEnv;
  readonly path: Path;
}

function below(keys: Shape, { document, env, path }: Place): readonly EffectiveSetting[] {
  return Object.entries(keys).flatMap(([key, node]): readonly EffectiveSetting[] => {
    const at = [...path, key];
    const given = Object.hasOwn(document, key) ? document[key] : undefined;
    if (node.node === 'section') return below(node.keys, { document: tableOf(given ?? {}, at), env, path: at });
    if (node.node === 'named') return namedBelow(node.keys, tableOf(given ?? {}, at), at);
    const variable = variableOf(node, at);
    const text = variable === undefined ? undefined : env[variable];
    if (text !== undefined && text !== '')
      return [{ path: at, value: node.kind.fromText(text), source: 'environment', variable }];
    const isSet = given !== undefined;
    return [{ path: at, value: isSet ? given : node.default, source: isSet ? 'file' : 'default', variable }];
  });
}

function namedBelow(keys: Shape, document: Table, path: Path): readonly EffectiveSetting[] {
  return Object.entries(document).flatMap(([name, table]) =>
    Object.entries(tableOf(table, [...path, name]))
      .filter(([key]) => Object.hasOwn(keys, key))
      .map(([key, value]) => ({
        path: [...path, name, key],
        value,
        source: 'file' as const,
        variable: undefined,
      })),
  );
}
