import type { Shape } from './setting.ts';

type JsonSchema = Readonly<Record<string, unknown>>;

/** JSON Schema (draft 2020-12) of config.toml, for editors that complete and check TOML by one. */
export function configJsonSchema(keys: Shape): JsonSchema {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'config.toml of navi',
    ...tableSchema(keys),
  };
}

function tableSchema(keys: Shape): JsonSchema {
  const properties = Object.entries(keys).map(([key, node]): [string, JsonSchema] => {
    const description = node.says;
    switch (node.node) {
      case 'setting':
        return [key, { ...node.kind.form, description, ...(node.default === null ? {} : { default: node.default }) }];
      case 'section':
        return [key, { description, ...tableSchema(node.keys) }];
      case 'named':
        return [key, { description, type: 'object', additionalProperties: tableSchema(node.keys) }];
    }
  });
  return { type: 'object', additionalProperties: false, properties: Object.fromEntries(properties) };
}
