import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { clusterProgramsMissing } from '../support/cluster-programs.ts';
import type { RealCluster } from '../support/real-cluster.ts';
import { createSeededRandom } from '../support/seeded-random.ts';
import { churnedTypes, churnNamespaces, churnType, mustSend } from './watch-churn.ts';
import { units, WatchCluster } from './watch-cluster.ts';

const configmaps = '/api/v1/namespaces/default/configmaps';

/** What is typed after `get`, by type. Every one of them sees the object `zzz-after`, which is made last. */
const lines: Readonly<Record<keyof typeof churnedTypes, readonly (readonly string[])[]>> = {
  configmaps: [
    ['-w'],
    ['-A', '-w'],
    ['-w', '-o', 'json'],
    ['-w', '-o', 'yaml'],
    ['-w', '-o', 'name'],
    ['-A', '-w', '-o', 'jsonpath={.metadata.name} {.metadata.resourceVersion} {.data}{"\\n"}'],
    ['-w', '-o', 'custom-columns=NAME:.metadata.name,APP:.metadata.labels.app,DATA:.data'],
    ['-A', '-w', '-o', 'jsonpath={.metadata.name}{"\\t"}{.data.key-0}{"\\t"}{.metadata.labels}{"\\n"}'],
    ['-w', '--no-headers'],
    ['-A', '-w', '-l', 'app=a'],
    ['-A', '-w', '-l', 'app notin (b,c),app', '-o', 'json'],
    ['-w', '--field-selector', 'metadata.name!=present'],
    ['--watch-only'],
    ['--watch-only', '-A', '-o', 'name'],
    ['--watch-only', '-o', 'json', '-l', 'app=a'],
    ['-w', '--output-watch-events'],
    ['-w', '--output-watch-events', '-l', 'app=a', '-A'],
    ['-w', '--output-watch-events', '-o', 'json'],
    ['-w', '--output-watch-events', '-o', 'yaml'],
    ['-w', '--output-watch-events', '-o', 'name'],
    ['-w', '--output-watch-events', '-o', 'custom-columns=TYPE:.type,NAME:.object.metadata.name'],
    ['-w', '--output-watch-events', '-o', 'jsonpath={.type} {.object.metadata.name}{"\\n"}'],
    ['-w', '--show-labels'],
    ['-w', '-A', '-L', 'app,none'],
    ['-w', '--show-kind'],
    ['-w', '-o', 'json', '--show-managed-fields'],
    ['-w', '-o', 'yaml', '--show-managed-fields'],
    ['-w', '--sort-by=.metadata.name'],
    ['-w', '--server-print=false'],
    ['-w', '-n', 'default', '-o', 'go-template={{.metadata.name}} {{len .metadata.name}}{{"\\n"}}'],
  ],
  pods: [
    ['-w'],
    ['-A', '-w', '-o', 'wide'],
    ['-w', '-A', '--field-selector', 'status.phase=Running'],
    ['-w', '-A', '--field-selector', 'spec.nodeName=node-0,status.phase!=Pending', '--output-watch-events'],
    ['-w', '-o', 'yaml'],
  ],
  secrets: [['-w'], ['-A', '-w', '-o', 'name'], ['-w', '-l', 'app!=b']],
  events: [['-w'], ['-A', '-w', '-o', 'wide'], ['-A', '--field-selector', 'type=Normal', '-w', '-o', 'json']],
  widgets: [['-w'], ['-A', '-w', '-o', 'wide'], ['-w', '-o', 'yaml'], ['--watch-only', '--show-kind', '-A']],
};

describe.skipIf(clusterProgramsMissing() !== undefined)('navi get -w beside kubectl get -w', () => {
  let watches: WatchCluster;
  let cluster: RealCluster;

  beforeAll(async () => {
    watches = await WatchCluster.start();
    cluster = watches.cluster;
    await watches.startDaemon();
  }, 300_000);

  afterAll(() => watches.stop());

  const batches = Object.entries(lines).flatMap(([resource, argLists]) => {
    const size = 10;
    return Array.from({ length: Math.ceil(argLists.length / size) }, (_, index) => {
      const batch = argLists.slice(index * size, (index + 1) * size).map((args) => [resource, ...args]);
      return { resource: resource as keyof typeof churnedTypes, part: index + 1, batch };
    });
  });

  test.each(batches)('prints the same of $resource under churn, part $part', { timeout: 400_000 }, async (given) => {
    const { resource, part, batch } = given;
    const type = churnedTypes[resource];
    const pairs = await watches.startPairs(batch);
    await churnType(cluster, type, { random: createSeededRandom(part * 7 + resource.length), stepCount: 40 });
    await watches.make(type, 'zzz-after');
    await watches.untilEnd(pairs);
    await Promise.all(pairs.flatMap((pair) => [pair.kubectl.kill('SIGINT'), pair.navi.kill('SIGINT')]));
    for (const { args, kubectl, navi: ours } of pairs) {
      const line = `get ${args.join(' ')}`;
      expect([line, ...units(ours.stdout(), args)]).toEqual([line, ...units(kubectl.stdout(), args)]);
      expect([line, ours.stderr()]).toEqual([line, kubectl.stderr()]);
    }
    for (const namespace of churnNamespaces) {
      await mustSend(cluster, 'DELETE', `${type.path(namespace)}?fieldSelector=metadata.name!=present`);
    }
  });

  test('prints the same of one object by name', { timeout: 400_000 }, async () => {
    const object = `${configmaps}/present`;
    const named = [
      ['configmap', 'present', '-w'],
      ['configmap/present', '-w', '-o', 'json', '--output-watch-events'],
      ['cm', 'present', '-w', '--output-watch-events'],
      ['cm', 'present', '-w', '--ignore-not-found', '-o', 'yaml'],
    ];
    const pairs = await watches.startPairs(named);
    for (let round = 0; round < 12; round += 1) {
      await mustSend(cluster, 'PATCH', object, { data: { [`key-${round}`]: 'value' } });
      if (round % 5 !== 4) continue;
      await mustSend(cluster, 'DELETE', object);
      await mustSend(cluster, 'POST', configmaps, { metadata: { name: 'present' }, data: { round: `${round}` } });
    }
    const data = Object.fromEntries(Array.from({ length: 77 }, (_, index) => [`key-${index}`, 'value']));
    await mustSend(cluster, 'DELETE', object);
    await mustSend(cluster, 'POST', configmaps, { metadata: { name: 'present', labels: { app: 'a' } }, data });
    await mustSend(cluster, 'PATCH', object, { data: { 'zzz-after': 'value' } });
    await watches.untilEnd(pairs);
    await Promise.all(pairs.flatMap((pair) => [pair.kubectl.kill('SIGINT'), pair.navi.kill('SIGINT')]));
    for (const { args, kubectl, navi: ours } of pairs) {
      const line = `get ${args.join(' ')}`;
      expect([line, ...units(ours.stdout(), args)]).toEqual([line, ...units(kubectl.stdout(), args)]);
    }
  });

  test.each(['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const)(
    '%s ends both with the same code',
    { timeout: 200_000 },
    async (signal) => {
      const [pair] = await watches.startPairs([['configmaps', '-w']]);
      const ends = await Promise.all([pair?.kubectl.kill(signal), pair?.navi.kill(signal)]);
      expect(ends).toEqual([
        { code: 1, signal: null },
        { code: 1, signal: null },
      ]);
      expect(pair?.navi.stdout()).toContain('present');
    },
  );

  test.each([
    'go-template={{.metadata.name}} {{len .data}} {{"\\n"}}',
    'jsonpath={.metadata.name} {.metadata.annotations.x[0]}{"\\n"}',
  ])('an object that cannot be printed ends both: %s', { timeout: 200_000 }, async (format) => {
    const [pair] = await watches.startPairs([['configmaps', 'present', '-w', '-o', format]]);
    expect(pair?.navi.stderr()).toBe('');
    await mustSend(cluster, 'PATCH', `${configmaps}/present`, { data: null, metadata: { annotations: { x: 'text' } } });
    const ends = await Promise.all([pair?.kubectl.ended, pair?.navi.ended]);
    expect(ends[1]).toEqual(ends[0]);
    expect([pair?.navi.stdout(), pair?.navi.stderr()]).toEqual([pair?.kubectl.stdout(), pair?.kubectl.stderr()]);
    await mustSend(cluster, 'PATCH', `${configmaps}/present`, {
      data: { key: 'value' },
      metadata: { annotations: null },
    });
  });

  test.each([
    [['pods', 'missing', '-w']],
    [['pods', 'missing', '-w', '--ignore-not-found']],
    [['pods', '-w', '-n', 'missing', 'one', '--ignore-not-found=false']],
    [['nonsense', '-w']],
    [['namespaces', '-w', '--sort-by=.nope']],
    [['configmaps', '-w', '-o', 'jsonpath={.metadata[0]}']],
    [['pods,configmaps', '-w']],
    [['configmaps/present', 'secrets/present', '-w']],
    [['-w']],
  ])('ends at once as kubectl does: %j', async (args) => {
    const theirs = watches.get('kubectl', args);
    const ours = watches.get('navi', args);
    const ends = await Promise.all([theirs.ended, ours.ended]);
    expect(ends[1]).toEqual(ends[0]);
    expect(ours.stderr()).toBe(theirs.stderr());
    expect(units(ours.stdout(), args)).toEqual(units(theirs.stdout(), args));
  });
});
