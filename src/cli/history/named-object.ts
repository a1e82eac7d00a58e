import { resourceName } from '../../core/api-resource.ts';
import { NaviError } from '../../errors/navi-error.ts';
import type { ContextSummary } from '../../kubeconfig/context-summary.ts';
import { notFoundObject } from '../../query/not-found.ts';
import { readTypes, type MirrorType } from '../../query/mirror-type.ts';
import { partsIn, type PlaceParts } from '../../query/place.ts';
import type { Past, PlacedObject } from '../../query/history/past.ts';
import type { MirrorReader } from '../../store/open-reader.ts';
import { namedType } from '../named-type.ts';
import type { OneObject } from '../typed-object.ts';

/** An object that is there, or was. */
export interface NamedObject extends PlaceParts {
  readonly type: MirrorType;
  readonly namespace: string;
  readonly name: string;
  readonly placed: PlacedObject;
}

/** What names it: as typed, with the namespace of `-n`. */
export interface AskedObject extends OneObject {
  /** Undefined for that of the context. */
  readonly namespace: string | undefined;
}

/**
 * The object that is meant in a context, whether it still exists or not.
 * @throws NAVI_NOT_FOUND where the mirror has never seen one of that name, and what `namedType` and `partsIn` throw
 */
export function namedObject(
  { reader, past }: { readonly reader: MirrorReader; readonly past: Past },
  context: ContextSummary,
  asked: AskedObject,
): NamedObject {
  const type = namedType(asked.type, readTypes(reader));
  const namespace = type.namespaced ? (asked.namespace ?? context.namespace) : '';
  const parts = partsIn(type, type.namespaced ? [namespace] : undefined, type.resource);
  const { name } = asked;
  const placed = {
    typeId: type.rowTypeId,
    type: resourceName(type),
    key: namespace === '' ? name : `${namespace}/${name}`,
  };
  if (past.knows(placed)) return { type, namespace, name, placed, ...parts };
  const { message, hints } = notFoundObject(type, { namespace, name, isChosen: asked.namespace !== undefined });
  throw new NaviError('NAVI_NOT_FOUND', `${message}, and navi has never seen it`, {
    hints: [...hints, `navi search --deleted ${name} looks among what is gone`],
  });
}
