import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { clusterProgramsMissing } from '../support/cluster-programs.ts';
import { MirroredCluster } from '../support/mirrored-cluster.ts';
import { crdBody, crdName, crdType, type SampleCrd } from '../support/sample-crd.ts';
import { waitForCrd } from '../support/wait-for-crd.ts';

const crdOf = (singular: string): SampleCrd => ({
  group: 'late.example.test',
  singular,
  namespaced: true,
  extraFieldCount: 0,
});

const definitions = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';

/** Where kube-apiserver is told of a second one, it waits five seconds before a definition counts as established. */
describe.skipIf(clusterProgramsMissing() !== undefined)('a real API server that is one of two', () => {
  let mirrored: MirroredCluster;

  beforeAll(async () => {
    mirrored = await MirroredCluster.start({ apiServerFlags: ['--apiserver-count=2'] });
  }, 120_000);

  afterAll(async () => {
    await mirrored.stop();
  });

  const isEstablished = async (name: string): Promise<boolean> => {
    const { text } = await mirrored.cluster.request(`${definitions}/${name}`);
    const { status } = JSON.parse(text) as {
      readonly status: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
    };
    return status.conditions?.some((entry) => entry.type === 'Established' && entry.status === 'True') === true;
  };

  test.each(['first', 'second'])(
    'has the %s type of a group mirrored seconds after it is in discovery',
    async (name) => {
      const crd = crdOf(name);
      const { status } = await mirrored.cluster.request(definitions, { method: 'POST', body: crdBody(crd) });
      expect(status).toBe(201);
      await waitForCrd(mirrored.cluster, crdName(crd), crdType(crd));
      // Its lists are answered long before discovery has it.
      expect(await isEstablished(crdName(crd))).toBe(false);
      await mirrored.status.until('it is watched', ({ types }) =>
        types.some(({ type, mode }) => type === crdName(crd) && mode === 'watching'),
      );
      expect(await isEstablished(crdName(crd))).toBe(true);
    },
  );
});
