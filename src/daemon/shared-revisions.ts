import type { ApiResource } from '../core/api-resource.ts';

/**
 * Whether several objects of a type are deleted at one revision: etcd does that with core events whose time is over, by the
 * lease that they share, and each of those deletions carries that resourceVersion (kube-apiserver 1.36, etcd 3.6). A stream
 * that ends among them has to hear all of that revision again, and rows at such a resume point may lack the rest of them.
 */
export function sharesRevisions({ group, resource }: Pick<ApiResource, 'group' | 'resource'>): boolean {
  return group === '' && resource === 'events';
}
