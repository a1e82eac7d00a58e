import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { clusterProgramsMissing } from '../support/cluster-programs.ts';
import { MirroredCluster } from '../support/mirrored-cluster.ts';
import { crdBody, crdName, type SampleCrd } from '../support/sample-crd.ts';
import type { RecordedStatus } from '../support/status-recorder.ts';

const crdOf = (singular: string): SampleCrd => ({
  group: 'late.example.test',
  singular,
  namespaced: true,
  extraFieldCount: 0,
});

const definitions = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';

interface DefinitionTimes {
  readonly metadata: { readonly creationTimestamp: string };
  readonly status: {
    readonly conditions: readonly {
      readonly type: string;
      readonly status: string;
      readonly lastTransitionTime: string;
    }[];
  };
}

/** Where kube-apiserver is told of a second one, it waits five seconds before a definition counts as established. */
describe.skipIf(clusterProgramsMissing() !== undefined)('a real API server that is one of two', () => {
  let mirrored: MirroredCluster;

  beforeAll(async () => {
    mirrored = await MirroredCluster.start({ apiServerFlags: ['--apiserver-count=2'] });
  }, 120_000);

  afterAll(async () => {
    await mirrored.stop();
  });

  /** How long after its definition was made a type counted as established (ms), to the second. */
  async function establishedAfterMs(name: string): Promise<number> {
    const { text } = await mirrored.cluster.request(`${definitions}/${name}`);
    const { metadata, status } = JSON.parse(text) as DefinitionTimes;
    const condition = status.conditions.find((entry) => entry.type === 'Established' && entry.status === 'True');
    return Date.parse(condition?.lastTransitionTime ?? '') - Date.parse(metadata.creationTimestamp);
  }

  test.each(['first', 'second'])(
    'has the %s type of a group mirrored seconds after it is in discovery',
    async (name) => {
      const crd = crdOf(name);
      const { status } = await mirrored.cluster.request(definitions, { method: 'POST', body: crdBody(crd) });
      expect(status).toBe(201);
      const isWatched = ({ types }: RecordedStatus): boolean =>
        types.some(({ type, mode }) => type === crdName(crd) && mode === 'watching');
      // The next regular discovery comes after four minutes at least.
      await mirrored.status.until('it is watched', isWatched, 100_000);
      expect(await establishedAfterMs(crdName(crd))).toBeGreaterThanOrEqual(4_000);
    },
  );
});
