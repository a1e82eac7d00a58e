import { describe, expect, test } from 'vitest';
import { at, parsed, statusText, type Cluster } from './conformance-tools.ts';

function forbidden(message: string, details: Record<string, string>): string {
  return statusText(403, { message, reason: 'Forbidden', details });
}

/** Who is refused, and in which words. */
export function accessCases(cluster: Cluster): void {
  describe('access', () => {
    test('a bad token is unauthorized', async () => {
      const answer = await cluster.get('/api/v1/pods', { user: 'stranger' });

      expect([answer.status, answer.text]).toEqual([
        401,
        statusText(401, { message: 'Unauthorized', reason: 'Unauthorized' }),
      ]);
    });

    test.each([
      [
        '/api/v1/pods',
        'pods is forbidden: User "nobody" cannot list resource "pods" in API group "" at the cluster scope',
        { kind: 'pods' },
      ],
      [
        '/api/v1/namespaces/default/configmaps',
        'configmaps is forbidden: User "nobody" cannot list resource "configmaps" in API group "" in the namespace "default"',
        { kind: 'configmaps' },
      ],
      [
        '/apis/apps/v1/deployments?watch=1',
        'deployments.apps is forbidden: User "nobody" cannot watch resource "deployments" in API group "apps" at the cluster scope',
        { group: 'apps', kind: 'deployments' },
      ],
      [
        '/api/v1/namespaces/default/pods/x',
        'pods "x" is forbidden: User "nobody" cannot get resource "pods" in API group "" in the namespace "default"',
        { name: 'x', kind: 'pods' },
      ],
      [
        '/api/v1/namespaces/default',
        'namespaces "default" is forbidden: User "nobody" cannot get resource "namespaces" in API group "" in the namespace "default"',
        { name: 'default', kind: 'namespaces' },
      ],
      [
        '/api/v1/nodes/x',
        'nodes "x" is forbidden: User "nobody" cannot get resource "nodes" in API group "" at the cluster scope',
        { name: 'x', kind: 'nodes' },
      ],
      [
        '/api/v1/namespaces/default/pods?fieldSelector=metadata.name%3Da',
        'pods "a" is forbidden: User "nobody" cannot list resource "pods" in API group "" in the namespace "default"',
        { name: 'a', kind: 'pods' },
      ],
      [
        '/apis/nope/v1/things',
        'things.nope is forbidden: User "nobody" cannot list resource "things" in API group "nope" at the cluster scope',
        { group: 'nope', kind: 'things' },
      ],
      ['/nope', 'forbidden: User "nobody" cannot get path "/nope"', {}],
    ])('%s is refused to a user without rights', async (path, message, details: Record<string, string>) => {
      const answer = await cluster.get(path, { user: 'nobody' });

      expect([answer.status, answer.text]).toEqual([403, forbidden(message, details)]);
      expect(answer.headers['x-content-type-options']).toBe('nosniff');
    });

    test.each([
      ['PUT', '/api/v1/namespaces/default/pods/x/status', 'update resource "pods/status"'],
      ['PATCH', '/api/v1/namespaces/default/pods/x', 'patch resource "pods"'],
      ['DELETE', '/api/v1/namespaces/default/pods/x', 'delete resource "pods"'],
    ])('%s %s is refused in the words of its verb', async (method, path, words) => {
      const answer = await cluster.get(path, { method, user: 'nobody' });

      expect(answer.text).toBe(
        forbidden(`pods "x" is forbidden: User "nobody" cannot ${words} in API group "" in the namespace "default"`, {
          name: 'x',
          kind: 'pods',
        }),
      );
    });

    test.each(['/api', '/apis', '/api/v1', '/version', '/readyz'])(
      '%s is open to every user with a credential',
      async (path) => {
        expect((await cluster.get(path, { user: 'nobody' })).status).toBe(200);
      },
    );

    test('a user with rights in one namespace lists there and not across all', async () => {
      const [inside, across] = await Promise.all([
        cluster.get('/api/v1/namespaces/default/pods', { user: 'limited' }),
        cluster.get('/api/v1/pods', { user: 'limited' }),
      ]);

      expect([inside.status, across.status]).toEqual([200, 403]);
    });

    test('a reader may list and may not write', async () => {
      const list = await cluster.get('/apis/apps/v1/deployments', { user: 'viewer' });
      const body = { metadata: { name: 'a' } };
      const write = await cluster.get('/api/v1/namespaces/default/configmaps', {
        method: 'POST',
        body,
        user: 'viewer',
      });

      expect([list.status, write.status]).toEqual([200, 403]);
      expect(at(parsed(write), 'message')).toBe(
        'configmaps is forbidden: User "viewer" cannot create resource "configmaps" in API group "" in the namespace "default"',
      );
    });

    test('a review of oneself says who one is', async () => {
      const path = '/apis/authentication.k8s.io/v1/selfsubjectreviews';
      const body = { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' };
      const answer = await cluster.get(path, { method: 'POST', body, user: 'nobody' });

      expect(answer.status).toBe(201);
      expect(at(parsed(answer), 'status.userInfo.username')).toBe('nobody');
    });

    test.each([
      ['viewer', true],
      ['nobody', false],
    ])('an access review tells %s what it may do', async (user, allowed) => {
      const path = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews';
      const spec = { resourceAttributes: { verb: 'list', resource: 'pods' } };
      const body = { apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectAccessReview', spec };
      const answer = await cluster.get(path, { method: 'POST', body, user });

      expect(at(parsed(answer), 'status.allowed')).toBe(allowed);
    });
  });
}
