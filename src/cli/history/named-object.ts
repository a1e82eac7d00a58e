import { NaviError } from '../../errors/navi-error.ts';
import type { ContextSummary } from '../../kubeconfig/context-summary.ts';
import { notFoundObject } from '../../query/not-found.ts';
import { readTypes, type MirrorType } from '../../query/mirror-type.ts';
import { partsIn, type PlaceParts } from '../../query/place.ts';
import type { ObjectPlace } from '../../query/history/state-at.ts';
import type { MirrorReader } from '../../store/open-reader.ts';
import { namedType } from '../named-type.ts';
import type { OneObject } from '../typed-object.ts';

/** An object that is there, or was. */
export interface NamedObject extends PlaceParts {
  readonly type: MirrorType;
  readonly namespace: string;
  readonly name: string;
  readonly place: ObjectPlace;
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
export function namedObject(reader: MirrorReader, context: ContextSummary, asked: AskedObject): NamedObject {
  const type = namedType(asked.type, readTypes(reader));
  const namespace = type.namespaced ? (asked.namespace ?? context.namespace) : '';
  const parts = partsIn(type, type.namespaced ? [namespace] : undefined, type.resource);
  const { name } = asked;
  const place = { typeId: type.rowTypeId, key: namespace === '' ? name : `${namespace}/${name}` };
  if (isKnown(reader, place)) return { type, namespace, name, place, ...parts };
  const { message, hints } = notFoundObject(type, { namespace, name, isChosen: asked.namespace !== undefined });
  throw new NaviError('NAVI_NOT_FOUND', `${message}, and navi has never seen it`, {
    hints: [...hints, `navi search --deleted ${name} looks among what is gone`],
  });
}

function isKnown({ sqlite }: MirrorReader, { typeId, key }: ObjectPlace): boolean {
  const known = sqlite.prepare(
    `select exists (select 1 from object where type_id = @typeId and key = @key)
       or exists (select 1 from change where type_id = @typeId and key = @key)`,
  );
  return known.pluck().get({ typeId, key }) === 1;
}
