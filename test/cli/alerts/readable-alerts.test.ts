import { expect, test } from 'vitest';
import { readableAlerts } from '../../../src/cli/alerts/readable-alerts.ts';
import type { MirrorType } from '../../../src/query/mirror-type.ts';
import type { KnownIncident } from '../../../src/store/incident-table.ts';

const scope = (phase: string): unknown => ({ phase });

/** As far as this asks for it. */
const type = (resource: string, phase: string, namespaces: Readonly<Record<string, string>> = {}): MirrorType =>
  ({
    group: '',
    resource,
    namespaced: resource !== 'nodes',
    scope: scope(phase),
    namespaceScopes: new Map(Object.entries(namespaces).map(([name, each]) => [name, scope(each)])),
  }) as unknown as MirrorType;

const alert = (kind: string, key: string): KnownIncident => ({ type: kind, key }) as unknown as KnownIncident;

test('alerts about what is refused are hidden, and no others', () => {
  const types = [
    type('pods', 'synced', { shop: 'denied' }),
    type('secrets', 'denied', { web: 'synced' }),
    type('nodes', 'denied'),
  ];
  const alerts = [
    alert('pods', 'shop/a'),
    alert('pods', 'web/a'),
    alert('secrets', 'shop/a'),
    alert('secrets', 'web/a'),
    alert('nodes', 'a'),
    alert('cluster', ''),
    alert('gone.example', 'shop/a'),
  ];
  expect(readableAlerts(alerts, types).map((each) => `${each.type}/${each.key}`)).toEqual([
    'pods/web/a',
    'secrets/web/a',
    'cluster/',
    'gone.example/shop/a',
  ]);
});
