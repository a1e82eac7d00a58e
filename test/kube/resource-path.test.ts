import { expect, test } from 'vitest';
import { resourcePath, withQuery } from '../../src/kube/resource-path.ts';

const pods = { group: '', version: 'v1', resource: 'pods' };
const roles = { group: 'rbac.authorization.k8s.io', version: 'v1', resource: 'clusterroles' };

test('the path of a type names its group, and its namespace where there is one', () => {
  expect(resourcePath(pods, '')).toBe('/api/v1/pods');
  expect(resourcePath(pods, 'shop')).toBe('/api/v1/namespaces/shop/pods');
  expect(resourcePath(roles, '')).toBe('/apis/rbac.authorization.k8s.io/v1/clusterroles');
});

test('a name is escaped and keeps its case', () => {
  expect(resourcePath(roles, '', 'system:Foo')).toBe('/apis/rbac.authorization.k8s.io/v1/clusterroles/system%3AFoo');
  expect(resourcePath(pods, 'a/b', '../x?y#z')).toBe('/api/v1/namespaces/a%2Fb/pods/..%2Fx%3Fy%23z');
});

test('a query keeps its order, escapes its values and leaves out what is undefined', () => {
  expect(withQuery('/p', { limit: 500, continue: 'a+b/=&', includeObject: undefined, watch: 0 })).toBe(
    '/p?limit=500&continue=a%2Bb%2F%3D%26&watch=0',
  );
  expect(withQuery('/p', { limit: undefined })).toBe('/p');
});
