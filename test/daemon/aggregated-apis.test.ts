import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../src/core/json.ts';
import { aggregatedApisOf } from '../../src/daemon/aggregated-apis.ts';

const local: JsonObject = {
  metadata: { name: 'v1.apps', uid: 'a' },
  spec: { group: 'apps', version: 'v1', groupPriorityMinimum: 17_800, versionPriority: 15 },
};
const service = { namespace: 'market', name: 'api', port: 443 };
const remote = (uid: string, given: JsonObject = service, condition = 'True'): JsonObject => ({
  metadata: { name: 'v1.market.example.org', uid, resourceVersion: '7' },
  spec: { group: 'market.example.org', version: 'v1', service: given },
  status: { conditions: [{ type: 'Available', status: condition }] },
});

describe('aggregated APIs', () => {
  test('are the API services that name a service', () => {
    expect([...aggregatedApisOf([local, remote('u')]).keys()]).toEqual(['market.example.org/v1']);
    expect(aggregatedApisOf([local]).size).toBe(0);
  });

  test('are others once another service answers, or the same one is registered anew; not when it is away', () => {
    const identity = (item: JsonObject): string | undefined => aggregatedApisOf([item]).get('market.example.org/v1');
    const known = identity(remote('u'));
    expect(known).toBeDefined();
    expect(identity(remote('u', { namespace: 'market', name: 'api' }, 'False'))).toBe(known);
    expect(identity(remote('v'))).not.toBe(known);
    expect(identity(remote('u', { ...service, name: 'other' }))).not.toBe(known);
    expect(identity(remote('u', { ...service, port: 8443 }))).not.toBe(known);
  });
});
