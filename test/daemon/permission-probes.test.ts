import { describe, expect, test } from 'vitest';
import { PermissionProbes } from '../../src/daemon/permission-probes.ts';
import type { Reflector } from '../../src/daemon/reflector.ts';
import { fakeClock } from '../support/fake-clock.ts';

/** A refused scope that notes when it is asked for again. */
function refused(namespace: string, priority: number) {
  const asked: string[] = [];
  const reflector = {
    scope: { name: `type${priority}`, namespace, priority },
    state: { kind: 'denied' },
    relist: (reason: string) => asked.push(reason),
  };
  return { reflector: reflector as unknown as Reflector & { state: { kind: string } }, asked };
}

const minutes = (ms: number): number => ms / 60_000;

describe('a refused list is asked for again', () => {
  test('every ten minutes, and less often the more there are: the first type of each namespace comes round sooner', () => {
    const probes = new PermissionProbes(fakeClock(0));
    const scopes = Array.from({ length: 500 }, (_none, index) => refused(`n${index % 50}`, index % 10 === 0 ? 0 : 7));
    for (const { reflector } of scopes) probes.progressed(reflector);
    expect(minutes(probes.intervalMs({ name: 'pods', namespace: '', priority: 0 }))).toBe(10);
    expect(minutes(probes.intervalMs({ name: 'type0', namespace: 'n0', priority: 0 }))).toBe(10);
    expect(minutes(probes.intervalMs({ name: 'type7', namespace: 'n0', priority: 7 }))).toBe(30);
  });

  test('at once where another type of the namespace is allowed, and only there', () => {
    const probes = new PermissionProbes(fakeClock(0));
    const [pods, secrets, elsewhere] = [refused('a', 0), refused('a', 7), refused('b', 0)];
    for (const { reflector } of [pods, secrets, elsewhere]) probes.progressed(reflector);
    pods.reflector.state = { kind: 'connecting' } as never;
    probes.progressed(pods.reflector);
    probes.progressed(pods.reflector);
    expect([pods.asked, secrets.asked, elsewhere.asked]).toEqual([[], ['permission-probe'], []]);
  });

  test('two seconds after a binding changed, once for several changes, and not again within half a minute', () => {
    const clock = fakeClock(0);
    const probes = new PermissionProbes(clock);
    const { reflector, asked } = refused('a', 0);
    probes.progressed(reflector);
    probes.committed('pods');
    for (let change = 0; change < 3; change += 1) probes.committed('rolebindings.rbac.authorization.k8s.io');
    clock.advance(1_999);
    expect(asked).toHaveLength(0);
    clock.advance(1);
    expect(asked).toHaveLength(1);
    probes.committed('clusterrolebindings.rbac.authorization.k8s.io');
    clock.advance(29_000);
    expect(asked).toHaveLength(1);
    clock.advance(1_000);
    expect(asked).toHaveLength(2);
    probes.committed('roles.rbac.authorization.k8s.io');
    probes.stop();
    clock.advance(60_000);
    expect(asked).toHaveLength(2);
  });
});
