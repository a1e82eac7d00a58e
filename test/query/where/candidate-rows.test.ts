import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { KubeObject } from '../../../src/core/kube-object.ts';
import { supportedFields } from '../../../src/core/selector/selectable-field-names.ts';
import { objectSource } from '../../../src/daemon/object-source.ts';
import { readObjects } from '../../../src/query/object-query.ts';
import { candidatesOf } from '../../../src/query/where/candidate-rows.ts';
import { ExpressionAtWork } from '../../../src/cel/expression-at-work.ts';
import { needsOf } from '../../../src/cel/expression-needs.ts';
import { parseExpression } from '../../../src/cel/parse-expression.ts';
import type { MirrorReader } from '../../../src/store/open-reader.ts';
import { amountOf } from '../../support/long-run.ts';
import { openedReader } from '../../support/opened-reader.ts';
import { createSeededRandom, type SeededRandom } from '../../support/seeded-random.ts';
import { podRecipe } from '../../support/pod-recipe.ts';
import { podType, temporaryMirror, type TemporaryMirror } from '../../support/temporary-mirror.ts';

const nowMs = Date.parse('2026-06-01T12:00:00Z');
/** Those of pods, and one of bools, as custom types have. */
const columns = [...podRecipe.table.columns, { name: 'Flag', type: 'boolean', format: '', priority: 0 }];
const podCount = 300;
const runCount = amountOf(200, 600);

const names = ['web-0', 'web-1', 'api', 'a.b-c', 'worker-12345', 'x'];
const namespaces = ['default', 'shop', 'shop-2'];
const values = [
  'web',
  'Running',
  'Pending',
  'node-1',
  'node-12',
  'CrashLoopBackOff',
  'registry.test/web:1.2',
  '3',
  'ü"<&>',
];

let mirror: TemporaryMirror;
let reader: MirrorReader;

beforeAll(async () => {
  mirror = await temporaryMirror();
  const random = createSeededRandom(7);
  mirror.writer.commit(() => {
    const target = mirror.target();
    for (let index = 0; index < podCount; index += 1) {
      const object = randomPod(index, random);
      const source = objectSource(podRecipe, { object }, nowMs);
      const record = source.record();
      const cells = JSON.stringify([...(JSON.parse(record.cells) as unknown[]), random.pick([true, false, null])]);
      const withFlag = { ...source, record: () => ({ ...record, cells }) };
      mirror.writer.objects.put(target, withFlag, nowMs - index * 60_000);
    }
  });
  reader = openedReader(mirror.file);
});

afterAll(() => {
  reader.close();
  mirror.close();
});

function randomPod(index: number, random: SeededRandom): KubeObject {
  const pick: SeededRandom['pick'] = (list) => random.pick(list);
  const labels = pick([undefined, {}, { app: pick(values) }, { app: pick(values), 'shop/tier': 'web' }]);
  const phase = pick(['Running', 'Pending', 'Failed', undefined]);
  const created = new Date(nowMs - pick([0, 1_000, 59_000, 3_600_000, 7_200_000, 90_000_000])).toISOString();
  const restartCount = pick([0, 1, 3, 12]);
  const waiting = pick([undefined, { reason: 'CrashLoopBackOff' }, { reason: 'ImagePullBackOff' }]);
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: `${pick(names)}-${index}`,
      namespace: pick(namespaces),
      uid: `uid-${index}`,
      resourceVersion: String(200 + index),
      creationTimestamp: created,
      ...(labels && { labels }),
      ...pick([{}, { annotations: { note: pick(values) } }]),
    },
    spec: {
      ...pick([{}, { nodeName: pick(['node-1', 'node-12', 'Running']) }]),
      containers: [{ name: 'main', image: pick(values) }, ...pick([[], [{ name: 'side', image: 'web' }]])],
    },
    ...pick([{}, { type: 'Warning' }]),
    status: {
      ...(phase && { phase }),
      ...pick([{}, { templates: [{ labels: { x: 'y' } }] }]),
      containerStatuses: [
        {
          name: 'main',
          restartCount,
          ready: pick([true, false]),
          state: waiting === undefined ? { running: {} } : { waiting },
          ...pick([{}, { lastState: { terminated: { finishedAt: created } } }]),
        },
      ],
    },
  } as unknown as KubeObject;
}

const quoted = (text: string): string => JSON.stringify(text);
const literal = fc.constantFrom(...values, 'Failed', 'default', 'shop', 'api', 'main', '0/1', '1/1', '', 'nowhere');
const path = fc.constantFrom(
  'metadata.name',
  'metadata.namespace',
  'metadata.labels.app',
  'metadata.labels["shop/tier"]',
  'metadata.annotations.note',
  'spec.nodeName',
  'status.phase',
  'spec.containers[0].image',
  'cols.STATUS',
  'cols.READY',
  'cols.NODE',
  'object.status.phase',
  'cluster',
  'kind',
);
const inContainer = fc.constantFrom('c.image', 'c.name', 'metadata.namespace', 'age', 'cols.STATUS');

const leaf = fc.oneof(
  fc.tuple(path, fc.constantFrom('==', '!='), literal).map(([left, sign, right]) => `${left} ${sign} ${quoted(right)}`),
  fc.tuple(path, literal).map(([left, right]) => `${quoted(right)} == ${left}`),
  fc
    .tuple(path, fc.array(literal, { maxLength: 3 }))
    .map(([left, all]) => `${left} in [${all.map(quoted).join(', ')}]`),
  fc
    .tuple(path, fc.constantFrom('startsWith', 'endsWith', 'contains'), literal)
    .map(([left, method, part]) => `${left}.${method}(${quoted(part)})`),
  fc.constantFrom('metadata.labels.app', 'metadata.labels.none', 'spec.nodeName').map((each) => `has(${each})`),
  fc.constantFrom('app', 'shop/tier', 'none').map((key) => `${quoted(key)} in metadata.labels`),
  fc
    .tuple(fc.constantFrom('<', '<=', '>', '>='), fc.constantFrom('0s', '1s', '1m', '1h', '1h30m', '26h'), fc.boolean())
    .map(([sign, span, isFirst]) => (isFirst ? `age ${sign} duration("${span}")` : `duration("${span}") ${sign} age`)),
  fc
    .tuple(fc.constantFrom('<', '>='), fc.constantFrom('2026-06-01T11:00:00Z', '2026-06-01T09:30:00Z'))
    .map(([sign, time]) => `changedAt ${sign} timestamp("${time}")`),
  fc
    .tuple(
      fc.constantFrom('cols.RESTARTS', 'cols["RESTARTS"]', 'cols.FLAG', 'cols.AGE', 'cols.STATUS'),
      fc.constantFrom('<', '<=', '>', '>='),
      fc.constantFrom('0', '1', '2', '2.5', '3', '3u', '-1', '12', '1e300', '9223372036854775807'),
      fc.boolean(),
    )
    .map(([column, sign, number, isFirst]) =>
      isFirst ? `${number} ${sign} ${column}` : `${column} ${sign} ${number}`,
    ),
  fc.constantFrom('cols.AGE < duration("1h")', 'cols.RESTARTS == 0', 'cols.RESTARTS == "12"'),
  fc
    .tuple(inContainer, literal)
    .map(
      ([left, right]) =>
        `spec.containers.exists(c, ${left === 'age' ? 'age > duration("1m")' : `${left} == ${quoted(right)}`})`,
    ),
  fc.constantFrom(
    'status.containerStatuses.exists(s, s.state.waiting.reason == "CrashLoopBackOff" || s.restartCount > 5)',
    'spec.containers.exists(age, age.image == "web")',
    'status.templates.exists(metadata, has(metadata.labels.x))',
    'status.templates.exists(metadata, "x" in metadata.labels)',
    'metadata.creationTimestamp == "2026-06-01T11:00:00Z"',
    'metadata.creationTimestamp.endsWith("00:00Z")',
    'cols.FLAG == "true"',
    'cols.FLAG in ["true", "maybe"]',
    'type == "Warning"',
    'spec.containers.all(c, c.image != "web")',
    'metadata.labels.exists(k, k == "app")',
    'metadata.exists(k, k == "annotations")',
    'metadata.exists(k, k == "labels")',
    'true',
    'false',
  ),
);

const { expression } = fc.letrec<{ expression: string }>((tie) => ({
  expression: fc.oneof(
    { maxDepth: 4, depthIdentifier: 'expression' },
    { weight: 3, arbitrary: leaf },
    fc
      .tuple(tie('expression'), fc.constantFrom('&&', '&&', '||'), tie('expression'))
      .map(([left, sign, right]) => `(${left}) ${sign} (${right})`),
    tie('expression').map((each) => `!(${each})`),
  ),
}));

/** Keys of the rows that match: of all, or of those that the store does not leave out where so much is read of each. */
function matching(text: string, narrowed?: 'needed' | 'body'): readonly string[] {
  const parsed = parseExpression('--where', text, 'bool');
  const needs = needsOf(parsed, columns);
  const work = new ExpressionAtWork(parsed, needs, { cluster: 'web', nowMs });
  const detail = narrowed === 'needed' && !needs.body ? 'row' : 'body';
  const { typeId } = mirror;
  const fields = new Set(supportedFields(podType));
  const type = { typeId, fields, hasBody: detail === 'body', nowMs, columns };
  const { condition } = narrowed === undefined ? {} : candidatesOf(parsed, type);
  const rows = readObjects(reader, { typeId, labels: [], fields: [], condition }, detail);
  return Array.from(rows)
    .filter((row) => work.matches({ row, columns, isAlias: false }))
    .map(({ key }) => key);
}

describe('what the store leaves out', () => {
  test('never matches, whatever is asked', () => {
    let matchCount = 0;
    fc.assert(
      fc.property(expression, (text) => {
        const found = matching(text);
        matchCount += found.length;
        expect(matching(text, 'needed'), text).toEqual(found);
        expect(matching(text, 'body'), text).toEqual(found);
      }),
      { numRuns: runCount, seed: 5 },
    );
    // Expressions that find nothing would prove nothing.
    expect(matchCount).toBeGreaterThan(runCount);
  });

  test.each([
    ['status.phase == "Running"', 'status.phase == "Running"'],
    ['metadata.labels.app == "web" && cols.RESTARTS != 2', 'metadata.labels.app == "web"'],
    ['2.5 <= cols.RESTARTS', '2.5 <= cols.RESTARTS'],
    ['age < duration("1h")', 'age < duration("1h")'],
    ['spec.containers.exists(c, c.image == "registry.test/web:1.2")', 'c.image == "registry.test/web:1.2"'],
    ['metadata.namespace in ["shop", "default"]', 'metadata.namespace in ["shop", "default"]'],
  ])('is much where %s is asked', (text, part) => {
    const parsed = parseExpression('--where', text, 'bool');
    const { parts } = candidatesOf(parsed, {
      typeId: mirror.typeId,
      fields: new Set(supportedFields(podType)),
      hasBody: true,
      nowMs,
      columns,
    });
    expect(parts).toEqual([part]);
  });

  test('is nothing where one side of || says nothing to the store', () => {
    const parsed = parseExpression('--where', 'status.phase == "Running" || cols.RESTARTS != 2', 'bool');
    const type = { typeId: mirror.typeId, fields: new Set<string>(), hasBody: true, nowMs, columns };
    expect(candidatesOf(parsed, type)).toEqual({ condition: undefined, parts: [] });
  });
});
