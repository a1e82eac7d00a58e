import type { KubeObject } from '../core/kube-object.ts';
import { compareResourceVersions } from '../core/resource-version.ts';
import type { ObjectWriter } from '../store/object-writer.ts';
import { objectKey } from './object-source.ts';

/**
 * Whether a list shows an object as it cannot be in the history that the rows are of: older than the stored row of the
 * same uid, or alive though its deletion was told. A list asks for the newest state, so the server's store was put back.
 * Only for rows of the present timeline, and of types that kube-apiserver stores: others' versions mean nothing.
 */
export function isOfOtherHistory(
  objects: ObjectWriter,
  typeId: number,
  { metadata }: Pick<KubeObject, 'metadata'>,
): boolean {
  const key = objectKey(metadata);
  const row = objects.find(typeId, key);
  const uid = metadata.uid ?? '';
  if (row === undefined || row.uid !== uid) return objects.wasDeleted(typeId, key, uid);
  return (compareResourceVersions(row.resource_version, metadata.resourceVersion ?? '') ?? 0) > 0;
}
