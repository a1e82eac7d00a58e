import type { KubeObject } from '../core/kube-object.ts';
import type { StoredRow } from '../store/object-writer.ts';
import { hashPrefix } from './object-source.ts';

/**
 * Whether a list without a resourceVersion is that of an API that has none, as metrics-server's: its objects have none
 * either, and where it is empty no stored row has one. Such a type is listed from time to time. Anything else is a broken
 * list of a type that can be watched.
 */
export function isOfUnversionedApi(
  objects: readonly Pick<KubeObject, 'metadata'>[],
  stored: () => readonly StoredRow[],
): boolean {
  if (objects.length > 0) return objects.every(({ metadata }) => (metadata.resourceVersion ?? '') === '');
  return stored().every((row) => row.resource_version.startsWith(hashPrefix));
}
