import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ApiResource, apiVersion, resourceName } from '../../../src/core/api-resource.ts';
import { asObject, asString, type JsonObject } from '../../../src/core/json.ts';
import type { KubeObject } from '../../../src/core/kube-object.ts';
import { builtInTables } from '../../../src/derive/columns/registry.ts';
import { customColumnsOf, type TableDefinition, tableDefinition } from '../../../src/derive/table-definition.ts';
import { clusterProgramsMissing } from '../../support/cluster-programs.ts';
import { amountOf } from '../../support/long-run.ts';
import { type RealCluster, startRealCluster } from '../../support/real-cluster.ts';
import { createSchemaObjects } from '../../support/schema-objects.ts';
import { createSeededRandom } from '../../support/seeded-random.ts';
import { waitForCrd } from '../../support/wait-for-crd.ts';
import { createCustomObjects } from './random/custom-objects.ts';
import { fieldHints } from './random/field-hints.ts';
import { createPodObjects } from './random/pod-objects.ts';
import { type ServedType, servedTypes } from './random/served-types.ts';
import { putObjects, removeObjects, type StoredObject } from './random/stored-objects.ts';
import { compareTable, identity, ListRefused, unreadable } from './random/table-comparison.ts';

/**
 * Random objects of every built-in type, also such as no validation would pass, written into etcd as they are: what the
 * API server prints of them must be what follows from their JSON. The seed in the title repeats the choices when it is
 * given as NAVI_TEST_SEED; times count from the start of the run.
 */

const seed = Number(process.env['NAVI_TEST_SEED'] ?? 20_260);
const podCount = amountOf(500, 10_000);
const objectCount = amountOf(15, 300);
const customTypeCount = amountOf(8, 40);
const customObjectCount = amountOf(40, 100);
const timeoutMs = amountOf(120_000, 900_000);
const nowMs = Date.now();

/** The server makes these anew at every request, or serves them below another type. */
const typesWithoutObjects = ['componentstatuses', 'scales.autoscaling'];

/** The API server acts on these, so they come last and go at once. */
const actedOn = [
  'servicecidrs.networking.k8s.io',
  'flowschemas.flowcontrol.apiserver.k8s.io',
  'prioritylevelconfigurations.flowcontrol.apiserver.k8s.io',
  'mutatingwebhookconfigurations.admissionregistration.k8s.io',
  'validatingwebhookconfigurations.admissionregistration.k8s.io',
  'customresourcedefinitions.apiextensions.k8s.io',
  'apiservices.apiregistration.k8s.io',
];

const namespaces = ['default', 'a', 'a-b'];

/** Another number for every type, so that all do not share their first choices. */
function seedOf(name: string): number {
  return Array.from(name).reduce((hash, character) => Math.imul(hash, 31) + character.charCodeAt(0), seed);
}

/** Objects of one type, named `r-0.random` and so on: the API server dies of APIServices without a dot. */
function randomObjects({ type, definition, schemas }: ServedType): readonly StoredObject[] {
  const name = resourceName(type);
  const random = createSeededRandom(seedOf(name));
  const bySchema = createSchemaObjects({ schemas, random, hints: fieldHints, nowMs });
  const pods = createPodObjects(random, nowMs);
  const count = name === 'pods' ? podCount : objectCount;
  return Array.from({ length: count }, (_, index) => {
    const made = name === 'pods' && index % 5 > 0 ? pods.pod() : bySchema.object(definition);
    const metadata = {
      ...asObject(made['metadata']),
      name: `r-${index}.random`,
      namespace: type.namespaced ? random.pick(namespaces) : undefined,
    };
    const object: JsonObject = { ...made, apiVersion: apiVersion(type), kind: type.kind, metadata };
    return { type: name, object: object as JsonObject & KubeObject };
  });
}

/** The type that a definition of `createCustomObjects` makes. */
function typeOf(definition: KubeObject): ApiResource {
  const { plural, kind } = asObject(asObject(definition['spec'])['names']);
  return {
    group: 'example.com',
    version: 'v1',
    resource: asString(plural),
    singular: '',
    kind: asString(kind),
    namespaced: true,
    shortNames: [],
    categories: [],
    verbs: ['list', 'watch'],
  };
}

const missing = clusterProgramsMissing();
const title = `random tables of kube-apiserver (seed ${seed})${missing === undefined ? '' : `: ${missing}`}`;

describe.skipIf(missing !== undefined)(title, () => {
  let cluster: RealCluster;

  beforeAll(async () => {
    cluster = await startRealCluster({
      apiServerFlags: [
        '--runtime-config=api/all=true',
        '--feature-gates=AllAlpha=true,AllBeta=true',
        '--storage-media-type=application/json',
        // It would die of random priority levels.
        '--enable-priority-and-fairness=false',
      ],
    });
  });

  afterAll(() => cluster.stop());

  /** Why the server does not list the type, with the first object that it cannot read. */
  async function explain(error: ListRefused, type: ApiResource, stored: readonly StoredObject[]): Promise<Error> {
    const objects = stored.map(({ object }) => object);
    const [first] = await unreadable(cluster, type, objects);
    return new Error(`${error.message}\n${first?.message}\n${JSON.stringify(first?.object)}`, { cause: error });
  }

  /** What differs, and what could not be compared, of the objects; they are removed afterwards. */
  async function compareStored(
    type: ApiResource,
    table: TableDefinition,
    stored: readonly StoredObject[],
  ): Promise<readonly string[]> {
    const name = resourceName(type);
    await putObjects(cluster, stored);
    try {
      const { compared, differences } = await compareTable(cluster, type, table);
      const left = stored.map(({ object }) => identity(object.metadata)).filter((object) => !compared.has(object));
      return [...differences, ...left.map((object) => `${object} is not there`)].map((text) => `${name}: ${text}`);
    } catch (error) {
      throw error instanceof ListRefused ? await explain(error, type, stored) : error;
    } finally {
      await removeObjects(cluster, stored);
    }
  }

  test(
    'are those that navi computes, for every built-in type',
    async () => {
      const types = await servedTypes(cluster);
      const rank = ({ type }: ServedType): number => actedOn.indexOf(resourceName(type));
      const differences: string[] = [];
      for (const served of types.toSorted((left, right) => rank(left) - rank(right))) {
        const table = tableDefinition(served.type, { serverMinor: 36 });
        differences.push(...(await compareStored(served.type, table, randomObjects(served))));
      }
      expect(differences).toEqual([]);
      const names = types.map(({ type }) => resourceName(type));
      expect([...builtInTables.keys()].filter((name) => !names.includes(name))).toEqual(typesWithoutObjects);
    },
    timeoutMs,
  );

  test(
    'are those that navi computes, for custom types',
    async () => {
      const custom = createCustomObjects(createSeededRandom(seed));
      const definitions = Array.from({ length: customTypeCount }, (_, index) => custom.definition(index));
      const type = 'customresourcedefinitions.apiextensions.k8s.io';
      await putObjects(
        cluster,
        definitions.map((object) => ({ type, object })),
      );
      const differences: string[] = [];
      for (const definition of definitions) {
        const customType = typeOf(definition);
        const { resource, kind } = customType;
        const served = {
          apiVersion: 'example.com/v1',
          resource,
          kind,
          namespaced: true,
          weight: 1,
          content: () => ({}),
        };
        await waitForCrd(cluster, definition.metadata.name, served);
        const customColumns = customColumnsOf(definition, 'v1');
        const table = tableDefinition(customType, { serverMinor: 36, customColumns });
        const stored = Array.from({ length: customObjectCount }, (_, index) => {
          const content = custom.content();
          const metadata = { ...asObject(content['metadata']), name: `r-${index}`, namespace: 'default' };
          const object = { ...content, apiVersion: 'example.com/v1', kind, metadata };
          return { type: definition.metadata.name, object };
        });
        const found = await compareStored(customType, table, stored);
        const paths = customColumns.map(({ jsonPath }) => jsonPath);
        differences.push(...found.map((difference) => `${difference} (columns ${JSON.stringify(paths)})`));
      }
      expect(differences).toEqual([]);
    },
    timeoutMs,
  );
});
