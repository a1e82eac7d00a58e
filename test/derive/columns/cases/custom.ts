import type { Json, JsonObject } from '../../../../src/core/json.ts';
import type { KubeObject } from '../../../../src/core/kube-object.ts';
import { ago, casesOf, type TableCase } from './table-case.ts';

const column = (name: string, type: string, jsonPath: string, more: JsonObject = {}): JsonObject => ({
  name,
  type,
  jsonPath,
  ...more,
});

function version(name: string, additionalPrinterColumns: readonly JsonObject[]): JsonObject {
  return {
    name,
    served: true,
    storage: name === 'v1',
    schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
    ...(additionalPrinterColumns.length === 0 ? {} : { additionalPrinterColumns }),
  };
}

/** A definition with two versions: one with every type of column, one without columns. */
export const widgetDefinition: KubeObject = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'widgets.example.com' },
  spec: {
    group: 'example.com',
    scope: 'Namespaced',
    names: { plural: 'widgets', singular: 'widget', kind: 'Widget' },
    versions: [
      version('v1', [
        column('Spec', 'string', '.spec'),
        column('List', 'string', '.spec.list[*]'),
        column('Nul', 'string', '.spec.nul'),
        column('Num', 'number', '.spec.num', { priority: 1 }),
        column('Int', 'integer', '.spec.int', { format: 'int64', priority: 7 }),
        column('Flag', 'boolean', '.spec.flag'),
        column('When', 'date', '.spec.when', { format: 'date-time' }),
        column('Größe ß', 'string', '.spec.conditions[?(@.type=="Ready")].status'),
        column('Third', 'string', '.spec.list[2]'),
        column('Age', 'date', '.metadata.creationTimestamp'),
      ]),
      version('v2', []),
    ],
  },
};

const widget = casesOf('widgets.example.com', 'example.com/v1', 'Widget');

function widgetCase(title: string, cells: string, spec: Json | undefined): TableCase {
  return widget(title, `NAME | ${cells} | 5d`, { metadata: { namespace: 'default' }, spec });
}

/** Custom resources of the version v1. */
export const customCases: readonly TableCase[] = [
  widgetCase('nothing set leaves empty cells', ' |  |  |  |  |  |  |  | ', undefined),
  widgetCase('the first result of a path shows', '{"list":["x","y"]} | x |  |  |  |  |  |  | ', { list: ['x', 'y'] }),
  widgetCase('an index that exists shows its item', '{"list":[1,2,true]} | 1 |  |  |  |  |  |  | true', {
    list: [1, 2, true],
  }),
  widgetCase('an explicit null has no value', '{"nul":null} |  | <no value> |  |  |  |  |  | ', { nul: null }),
  widgetCase(
    'an object is compact JSON with escapes',
    '{"nul":{"a":"\\u003c","b":[1.5]}} |  | {"a":"\\u003c","b":[1.5]} |  |  |  |  |  | ',
    {
      nul: { b: [1.5], a: '<' },
    },
  ),
  widgetCase(
    'text is cut at its first line',
    '"a\\nb" |  | '.replace('"a\\nb"', '{"nul":"a\\nb"}') + 'a... |  |  |  |  |  | ',
    {
      nul: 'a\nb',
    },
  ),
  widgetCase('fractions are cut from integers only', '{"int":2.7,"num":1.5} |  |  | 1.5 | 2 |  |  |  | ', {
    num: 1.5,
    int: 2.7,
  }),
  widgetCase('a whole number prints in full', '{"int":-2.7,"num":1234567} |  |  | 1234567 | -2 |  |  |  | ', {
    num: 1_234_567,
    int: -2.7,
  }),
  widgetCase('a large fraction has an exponent', '{"num":1234567.5} |  |  | 1.2345675e+06 |  |  |  |  | ', {
    num: 1_234_567.5,
  }),
  widgetCase(
    'an integer beyond 2^53 keeps its digits, a number does not',
    '{"int":9007199254740993,"num":9007199254740993} |  |  | 9007199254740992 | 9007199254740993 |  |  |  | ',
    { num: JSON.rawJSON('9007199254740993'), int: JSON.rawJSON('9007199254740993') },
  ),
  widgetCase(
    'a number that int64 cannot hold overflows',
    '{"int":1e+21,"num":1e+21} |  |  | 1e+21 | -9223372036854775808 |  |  |  | ',
    {
      num: 1e21,
      int: 1e21,
    },
  ),
  widgetCase('text is no number', '{"int":"1","num":"1"} |  |  |  |  |  |  |  | ', { num: '1', int: '1' }),
  widgetCase('a boolean prints as such', '{"flag":false} |  |  |  |  | false |  |  | ', { flag: false }),
  widgetCase('text is no boolean', '{"flag":"true"} |  |  |  |  |  |  |  | ', { flag: 'true' }),
  widgetCase('a time shows how long it is past', `{"when":"${ago(2, 'd')}"} |  |  |  |  |  | 2d |  | `, {
    when: ago(2, 'd'),
  }),
  widgetCase('text that is no time is invalid', '{"when":"garbage"} |  |  |  |  |  | <invalid> |  | ', {
    when: 'garbage',
  }),
  widgetCase(
    'a day that no calendar has is invalid',
    '{"when":"2026-02-29T00:00:00Z"} |  |  |  |  |  | <invalid> |  | ',
    {
      when: '2026-02-29T00:00:00Z',
    },
  ),
  widgetCase(
    'a leap day shows how long it is past',
    '{"when":"2024-02-29T00:00:00,25+01:00"} |  |  |  |  |  | 681d |  | ',
    {
      when: '2024-02-29T00:00:00,25+01:00',
    },
  ),
  widgetCase('an empty time is unknown', '{"when":""} |  |  |  |  |  | <unknown> |  | ', { when: '' }),
  widgetCase('the zero time is unknown', '{"when":"0001-01-01T00:00:00Z"} |  |  |  |  |  | <unknown> |  | ', {
    when: '0001-01-01T00:00:00Z',
  }),
  widgetCase('a null time is missing', '{"when":null} |  |  |  |  |  |  |  | ', { when: null }),
  widgetCase(
    'a filter shows its first match',
    '{"conditions":[{"status":"False","type":"Ready"}]} |  |  |  |  |  |  | False | ',
    {
      conditions: [{ type: 'Ready', status: 'False' }],
    },
  ),
];
