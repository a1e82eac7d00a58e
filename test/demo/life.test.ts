import { describe, expect, test } from 'vitest';
import { asArray, asObject, asString } from '../../src/core/json.ts';
import { waitingReason } from '../../src/demo/company.ts';
import { Life } from '../../src/demo/life.ts';
import { isReady } from '../../src/demo/pods.ts';
import { workloads } from '../../src/demo/workload.ts';
import { allObjects, objectCount, orphans, virtualCompany, type VirtualWorld } from './virtual-world.ts';

interface Pace {
  readonly stepMs?: number;
  readonly eachStep?: () => void;
}

function live(world: VirtualWorld, stepCount: number, { stepMs = 1_000, eachStep }: Pace = {}): readonly string[] {
  const life = new Life(world);
  return Array.from({ length: stepCount }, () => {
    world.advance(stepMs);
    const happening = life.step();
    eachStep?.();
    return happening;
  });
}

describe('Life', () => {
  test.each([1, 2, 3])('200 steps of seed %i keep owners and stay within bounds', (seed) => {
    const world = virtualCompany(seed);
    const foundedCount = objectCount(world);
    live(world, 200, { eachStep: () => expect(orphans(world)).toEqual([]) });
    expect(objectCount(world)).toBeGreaterThanOrEqual(foundedCount - 10);
    expect(objectCount(world)).toBeLessThanOrEqual(450);
  });

  test('two hours end within the same bounds, and nothing that happened is older than an event lives', () => {
    const world = virtualCompany(4);
    live(world, 720, { stepMs: 10_000 });
    expect(objectCount(world)).toBeLessThanOrEqual(450);
    expect(orphans(world)).toEqual([]);
    const events = world.state.list('events');
    expect(events.length).toBeLessThanOrEqual(60);
    const oldestMs = Math.min(...events.map((event) => Date.parse(asString(event['lastTimestamp']))));
    expect(oldestMs).toBeGreaterThanOrEqual(world.clock.now() - 3_600_000);
  });

  test('every step changes the cluster and says what happened on one line', () => {
    const world = virtualCompany(5);
    let revision = world.state.revision;
    const unchanged: number[] = [];
    let step = 0;
    const note = (): void => {
      if (world.state.revision === revision) unchanged.push(step);
      revision = world.state.revision;
      step += 1;
    };
    const happenings = live(world, 200, { eachStep: note });
    expect(unchanged.filter((index) => happenings[index] !== 'no cron job is due this minute')).toEqual([]);
    expect(happenings.every((happening) => /^\S[^\n]+$/.test(happening))).toBe(true);
  });

  test('a rollout ends with all pods of the new version ready and none of the old one', () => {
    const world = virtualCompany(6);
    const life = new Life(world);
    let happening = '';
    for (let step = 0; step < 200 && !happening.includes('has rolled out'); step += 1) happening = life.step();
    const [place = '', , , , version = ''] = happening.split(' ');
    const [namespace = '', name = ''] = place.split('/');
    const pods = world.state
      .list('pods')
      .filter(
        (pod) => pod.metadata.namespace === namespace && pod.metadata.labels?.['app.kubernetes.io/name'] === name,
      );
    expect(pods).toHaveLength(workloads.find((entry) => entry.name === name)?.replicas ?? 0);
    expect(new Set(pods.map((pod) => pod.metadata.labels?.['app.kubernetes.io/version']))).toEqual(new Set([version]));
    expect(pods.every(isReady)).toBe(true);
    const deployment = world.state.get('deployments.apps', { namespace, name });
    expect(asObject(deployment['status'])).toMatchObject({ readyReplicas: pods.length, updatedReplicas: pods.length });
  });

  test('the crash loop counts its restarts and its events', () => {
    const world = virtualCompany(7);
    const crashing = world.state.list('pods').find((pod) => waitingReason(pod) === 'CrashLoopBackOff');
    const place = { namespace: crashing?.metadata.namespace, name: crashing?.metadata.name ?? '' };
    const restarts = (): number => {
      const [first] = asArray(asObject(world.state.get('pods', place)['status'])['containerStatuses']).map(asObject);
      return Number(first?.['restartCount']);
    };
    const backOffs = (): number => {
      const about = (event: unknown): boolean => asObject(event as never)['name'] === place.name;
      const event = world.state
        .list('events')
        .find((entry) => entry['reason'] === 'BackOff' && about(entry['involvedObject']));
      return Number(event?.['count']);
    };
    const before = { restarts: restarts(), backOffs: backOffs() };
    live(world, 150);
    expect(restarts()).toBeGreaterThan(before.restarts);
    expect(backOffs()).toBeGreaterThan(before.backOffs);
  });

  test('endpoint slices have the addresses of the pods that run', () => {
    const world = virtualCompany(8);
    live(world, 200);
    const slices = allObjects(world).get('endpointslices.discovery.k8s.io') ?? [];
    const web = slices.find((slice) => slice.metadata.labels?.['kubernetes.io/service-name'] === 'web');
    const addresses = asArray(web?.['endpoints']).flatMap((endpoint) => asArray(asObject(endpoint)['addresses']));
    const pods = world.state.list('pods').filter((pod) => pod.metadata.labels?.['app.kubernetes.io/name'] === 'web');
    const ips = pods.map((pod) => asObject(pod['status'])['podIP']).filter((ip) => ip !== undefined);
    expect(new Set(addresses)).toEqual(new Set(ips));
    expect(addresses.length).toBeGreaterThanOrEqual(4);
  });
});
