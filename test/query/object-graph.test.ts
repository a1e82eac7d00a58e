import { expect, test } from 'vitest';
import { LookedPlaces } from '../../src/query/looked-places.ts';
import { readTypes, storedOf } from '../../src/query/mirror-type.ts';
import { ObjectGraph } from '../../src/query/tree/object-graph.ts';
import { openedReader } from '../support/opened-reader.ts';
import { sampleSource, temporaryMirror } from '../support/temporary-mirror.ts';

test('however many objects refer to one, all are found', async () => {
  const mirror = await temporaryMirror();
  const reader = openedReader(mirror.file);
  const podCount = 5_200;
  const body = JSON.stringify({ spec: { volumes: [{ name: 'v', secret: { secretName: 'shared' } }] } });
  mirror.writer.commit(() => {
    for (let index = 0; index < podCount; index += 1)
      mirror.writer.objects.put(mirror.target(), sampleSource(`shop/pod-${index}`, { body }), 1);
  });
  const graph = new ObjectGraph(reader, storedOf(readTypes(reader)), new LookedPlaces());
  const secret = graph.find({ group: '', kind: 'Secret', namespace: 'shop', name: 'shared' });
  expect(graph.referrers(secret)).toHaveLength(podCount);
  reader.close();
  mirror.close();
});
