import type { Json, JsonObject } from '../../src/core/json.ts';
import type { SeededRandom } from './seeded-random.ts';

/** As much of an OpenAPI v3 schema as kube-apiserver writes for its own types. */
export interface ObjectSchema {
  readonly $ref?: string;
  readonly allOf?: readonly ObjectSchema[];
  readonly oneOf?: readonly ObjectSchema[];
  readonly type?: string;
  readonly format?: string;
  readonly enum?: readonly string[];
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, ObjectSchema>>;
  readonly additionalProperties?: ObjectSchema;
  readonly items?: ObjectSchema;
}

/** What is known of a field beyond its schema. */
export interface FieldHint {
  /** The share of objects that have the field, from 0 to 1; with 1 it is never null either, and always of `values`. */
  readonly share?: number;
  /** What the field, the items of its list or the values of its map are taken from, most of the time. */
  readonly values?: readonly Json[];
  /** Keys of a map. */
  readonly keys?: readonly string[];
}

/** Hints by `Definition.field`, or `*.field` for every definition; a definition goes by the last part of its name. */
export type FieldHints = Readonly<Record<string, FieldHint>>;

/** What objects are made from. */
export interface SchemaObjectOptions {
  /** `components.schemas` of an OpenAPI v3 document. */
  readonly schemas: Readonly<Record<string, ObjectSchema>>;
  readonly random: SeededRandom;
  readonly hints: FieldHints;
  /** Times lie around it. */
  readonly nowMs: number;
}

/** Makes random values of the types in one OpenAPI document. */
export interface SchemaObjects {
  /** An object of the definition; its fields may hold what no validation would pass, but always what decodes. */
  object(definition: string): JsonObject;
}

const strings: readonly string[] = [
  '',
  'a',
  'web',
  'Ready',
  'default',
  'x'.repeat(70),
  'größe 名前 🙂',
  'two\nlines',
  '\nsecond line',
  'tab\tstop',
  'carriage\rreturn',
  'form\ffeed',
  '\u001b[31mred',
  'quote" \\ slash',
  ' spaced ',
  '\u0085\u00a0outer\u2028',
  '\ufeffmark',
  'nul\u0000',
  'a,b=c',
  '<none>',
  '10.0.0.1',
  'fd00::1',
  '100',
  '{"a":1}',
];
const keys: readonly string[] = ['app', 'tier', 'a/b', 'example.com/x-y', '10', '2', '__proto__', 'ä', 'A', 'a-', ''];
const quantities: readonly Json[] = [
  '0',
  '1',
  '100m',
  '1000m',
  '1Gi',
  '1.5Gi',
  '0.5',
  '1e3',
  '1E',
  '12u',
  '5n',
  '-1',
  '1024',
  '1024Ki',
  '128974848',
  '9223372036854775808',
  '0.0000000001',
  '1.0',
  '2500Mi',
  '.5',
  '+3',
  5,
  1.5,
  null,
];
const whole: readonly number[] = [0, 0, 1, 1, 2, 3, 5, 30, 137, -1];
const largest32: readonly number[] = [2 ** 31 - 1, -(2 ** 31)];
const largest64: readonly Json[] = ['9007199254740993', '9223372036854775807', '-9223372036854775808'].map((digits) =>
  JSON.rawJSON(digits),
);
const bytes: readonly string[] = ['', 'YQ==', 'AAAA'];
const zeroTimeMs = Date.parse('0001-01-01T00:00:00Z');
const offsetMs = 2 * 3_600_000;

/** The share of optional fields that objects have, by how deep they lie. */
const sharesByDepth: readonly number[] = [0.9, 0.7, 0.55, 0.4, 0.25, 0.15, 0.1, 0.05, 0.03, 0];
const requiredShare = 0.93;
// Never 0: the API server stores protobuf, which has no lists and maps that are there and empty.
const listLengths: readonly number[] = [1, 1, 1, 2, 2, 3, 4, 5];
const deepListLengths: readonly number[] = [1, 1, 2];
const deepest = 11;

/** Types whose schema does not say what decodes. */
const special: Readonly<Record<string, readonly Json[]>> = {
  Quantity: quantities,
  IntOrString: [0, 1, 3, -1, 2 ** 31 - 1, '50%', '0%', 'http', ''],
  FieldsV1: [{}, { 'f:spec': {} }],
  RawExtension: [{}, { apiVersion: 'v1', kind: 'Any' }, { a: 1 }],
  JSON: [null, 1, 'a', [1], { a: true }],
  JSONSchemaPropsOrArray: [{ type: 'string' }, [{ type: 'string' }]],
  JSONSchemaPropsOrBool: [true, false, { type: 'string' }],
  JSONSchemaPropsOrStringArray: [['a'], { type: 'string' }],
};

/** Where a value stands: the definition and field it belongs to, and how many levels up the object begins. */
interface Place {
  readonly definition: string;
  readonly field: string;
  readonly depth: number;
}

const shortName = (definition: string): string => definition.slice(definition.lastIndexOf('.') + 1);

/** A maker of random objects by schema. Equal options make equal objects. */
export function createSchemaObjects({ schemas, random, hints, nowMs }: SchemaObjectOptions): SchemaObjects {
  const chance = (share: number): boolean => random.next() < share;

  function hintAt({ definition, field }: Place): FieldHint | undefined {
    return hints[`${definition}.${field}`] ?? hints[`*.${field}`];
  }

  /** From a second to some thirty years ago, even over the orders of magnitude; sometimes ahead, unset or in a zone. */
  function time(format: (instantMs: number) => string): string {
    if (chance(0.03)) return format(zeroTimeMs);
    const distanceMs = 1000 * 10 ** (random.next() * 9);
    const instantMs = Math.floor(nowMs + (chance(0.06) ? distanceMs : -distanceMs));
    return chance(0.1) ? format(instantMs + offsetMs).replace('Z', '+02:00') : format(instantMs);
  }

  const secondText = (instantMs: number): string => `${new Date(instantMs).toISOString().slice(0, 19)}Z`;
  function microText(instantMs: number): string {
    const rest = instantMs === zeroTimeMs ? '000' : String(random.below(1000)).padStart(3, '0');
    return `${new Date(instantMs).toISOString().slice(0, 23)}${rest}Z`;
  }

  function integer(format: string | undefined): Json {
    if (chance(0.85)) return random.pick(whole);
    if (chance(0.6)) return random.below(100_000);
    return random.pick(format === 'int64' ? [...largest32, ...largest64] : largest32);
  }

  function text(schema: ObjectSchema, place: Place): Json {
    if (schema.format === 'date-time') return time(place.definition === 'MicroTime' ? microText : secondText);
    if (schema.format === 'byte') return random.pick(bytes);
    const { enum: allowed = [] } = schema;
    if (allowed.length > 0 && chance(0.88)) return random.pick(allowed);
    return random.pick(strings);
  }

  function list(schema: ObjectSchema, place: Place): Json {
    const length = random.pick(place.depth > 4 ? deepListLengths : listLengths);
    return Array.from({ length }, () => value(schema.items ?? {}, place));
  }

  function map(schema: ObjectSchema, place: Place): Json {
    const count = random.pick(place.depth > 4 ? deepListLengths : listLengths);
    const pool = hintAt(place)?.keys ?? keys;
    const members = Array.from({ length: count }, () => {
      return [chance(0.95) ? random.pick(pool) : random.pick(keys), value(schema, place)] as const;
    });
    return Object.fromEntries(members);
  }

  function hasField(name: string, required: boolean, place: Place): boolean {
    const share = hintAt(place)?.share ?? (required ? requiredShare : (sharesByDepth[place.depth] ?? 0));
    // Fields that refer to their own type must come to an end; managedFields are long and nothing reads them.
    return chance(place.depth >= deepest ? 0 : share) && name !== 'managedFields';
  }

  function fields(schema: ObjectSchema, definition: string, depth: number): JsonObject {
    const members: (readonly [string, Json])[] = [];
    for (const [field, fieldSchema] of Object.entries(schema.properties ?? {})) {
      const place = { definition, field, depth };
      if (!hasField(field, schema.required?.includes(field) === true, place)) continue;
      const isNull = hintAt(place)?.share !== 1 && chance(0.02);
      members.push([field, isNull ? null : value(fieldSchema, place)]);
    }
    return Object.fromEntries(members);
  }

  function defined(reference: string, place: Place): Json {
    const name = reference.slice(reference.lastIndexOf('/') + 1);
    const definition = shortName(name);
    const pool = special[definition];
    if (pool !== undefined) return random.pick(pool);
    const schema = schemas[name];
    if (schema === undefined) throw new Error(`no schema ${name}`);
    return schema.properties === undefined
      ? value(schema, { ...place, definition, field: '' })
      : fields(schema, definition, place.depth + 1);
  }

  function value(schema: ObjectSchema, place: Place): Json {
    const { values } = hintAt(place) ?? {};
    const isScalar = schema.type !== undefined && !['array', 'object'].includes(schema.type);
    if (values !== undefined && isScalar && (hintAt(place)?.share === 1 || chance(0.92))) return random.pick(values);
    const reference = schema.$ref ?? schema.allOf?.[0]?.$ref;
    if (reference !== undefined) return defined(reference, place);
    const { type = 'object' } = schema;
    switch (type) {
      case 'array':
        return list(schema, place);
      case 'integer':
        return integer(schema.format);
      case 'number':
        return random.pick([0, 1.5, -2, 1e21]);
      case 'boolean':
        return chance(0.5);
      case 'string':
        return text(schema, place);
      default:
        return schema.additionalProperties === undefined ? {} : map(schema.additionalProperties, place);
    }
  }

  return { object: (definition) => fields(schemas[definition] ?? {}, shortName(definition), 0) };
}
