import { isDeepStrictEqual } from 'node:util';

/** The part of JSON Schema (2020-12) that navi's schemas are written in. */
export interface JsonSchema {
  readonly $schema?: string;
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, JsonSchema>>;
  readonly title?: string;
  readonly description?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly JsonSchema[];
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly additionalProperties?: false | JsonSchema;
  readonly items?: JsonSchema;
  readonly format?: 'date-time';
  readonly minimum?: number;
  readonly maximum?: number;
  readonly pattern?: string;
  readonly default?: unknown;
}

const keywords = new Set([
  '$schema',
  '$ref',
  '$defs',
  'title',
  'description',
  'type',
  'enum',
  'anyOf',
  'required',
  'properties',
  'additionalProperties',
  'items',
  'format',
  'minimum',
  'maximum',
  'pattern',
  'default',
]);

/** What of a value does not fit its schema, as `PATH: FAULT`. @throws on a keyword that is not known here */
export function schemaFaults(
  value: unknown,
  root: JsonSchema,
  schema: JsonSchema = root,
  path = '$',
): readonly string[] {
  const unknown = Object.keys(schema).filter((keyword) => !keywords.has(keyword));
  if (unknown.length > 0) throw new Error(`${path}: unknown keywords ${unknown.join(', ')}`);
  if (schema.$ref !== undefined) {
    const named = root.$defs?.[schema.$ref.replace('#/$defs/', '')];
    if (named === undefined) throw new Error(`${path}: ${schema.$ref} leads nowhere`);
    return schemaFaults(value, root, named, path);
  }
  const faults = [...ownFaults(value, schema, path)];
  if (schema.anyOf !== undefined) {
    const branches = schema.anyOf.map((branch) => schemaFaults(value, root, branch, path));
    if (branches.every((branch) => branch.length > 0)) faults.push(...branches.flat());
  }
  if (Array.isArray(value)) {
    const { items } = schema;
    if (items !== undefined)
      faults.push(...value.flatMap((item, at) => schemaFaults(item, root, items, `${path}[${at}]`)));
  } else if (typeof value === 'object' && value !== null) {
    const fields = value as Readonly<Record<string, unknown>>;
    for (const name of schema.required ?? []) if (!(name in fields)) faults.push(`${path}: ${name} is missing`);
    for (const [name, field] of Object.entries(fields)) {
      const known = schema.properties?.[name];
      if (known !== undefined) faults.push(...schemaFaults(field, root, known, `${path}.${name}`));
      else if (typeof schema.additionalProperties === 'object')
        faults.push(...schemaFaults(field, root, schema.additionalProperties, `${path}.${name}`));
      else if (schema.additionalProperties === false) faults.push(`${path}: ${name} is not in the schema`);
    }
  }
  return faults;
}

function* ownFaults(value: unknown, schema: JsonSchema, path: string): Iterable<string> {
  const shown = JSON.stringify(value);
  const types = schema.type === undefined ? [] : [schema.type].flat();
  if (types.length > 0 && !types.some((type) => isOfType(value, type)))
    yield `${path}: ${shown} is no ${types.join(' or ')}`;
  if (schema.enum !== undefined && !schema.enum.some((one) => isDeepStrictEqual(one, value)))
    yield `${path}: ${shown} is none of the enum`;
  if (schema.minimum !== undefined && typeof value === 'number' && value < schema.minimum)
    yield `${path}: ${shown} is too small`;
  if (schema.maximum !== undefined && typeof value === 'number' && value > schema.maximum)
    yield `${path}: ${shown} is too large`;
  if (schema.pattern !== undefined && typeof value === 'string' && !new RegExp(schema.pattern).test(value))
    yield `${path}: ${shown} has another form`;
  const isTime = typeof value !== 'string' || /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/.test(value);
  if (schema.format === 'date-time' && !isTime) yield `${path}: ${shown} is no time in UTC`;
}

function isOfType(value: unknown, type: string): boolean {
  if (type === 'null') return value === null;
  if (type === 'integer') return Number.isInteger(value);
  if (type === 'array') return Array.isArray(value);
  if (type === 'object') return typeof value === 'object' && value !== null && !Array.isArray(value);
  return typeof value === type;
}
