import type { MirroredType } from '../../core/mirrored-type.ts';
import { tableDefinition, type TableContext } from '../../derive/table-definition.ts';
import { unzippedHere, type RawAnswer } from '../../kube/answer.ts';
import { failure, RequestFailed } from '../../kube/failure.ts';
import { continueTokenAhead, readListPage, type ListPage, type ListTarget } from '../../kube/list-page.ts';
import type { ObjectRecord } from '../../store/object-record.ts';
import { packText } from '../../store/state-blob.ts';
import { objectRecord } from '../object-source.ts';
import type { PageStart } from './pages-ahead.ts';

/** A page as it travelled, and how its objects become rows. Plain data: it goes from one thread to another. */
export interface PageWork {
  readonly answer: RawAnswer;
  readonly target: ListTarget;
  readonly type: MirroredType;
  readonly tableContext: TableContext;
  /** When it was received, epoch ms. */
  readonly nowMs: number;
}

/** An object with everything that is stored of it; its managedFields only as they are stored. */
export interface DerivedObject {
  /** What a list pass reads itself. */
  readonly metadata: Pick<ListPage['objects'][number]['metadata'], 'name' | 'namespace' | 'uid' | 'resourceVersion'>;
  readonly record: Omit<ObjectRecord, 'managedFields'>;
}

/** A page of which everything was derived. Plain data as well. */
export interface DerivedPage extends Omit<ListPage, 'objects' | 'table'> {
  readonly objects: readonly DerivedObject[];
}

/**
 * Unzips and parses a page, and derives what is stored of each object.
 * @param onStart told where the list goes on, long before the page is read
 * @throws RequestFailed
 */
export function derivePage(
  { answer, target, type, tableContext, nowMs }: PageWork,
  onStart: (start: PageStart) => void,
): DerivedPage {
  const body = unzippedHere(answer);
  const { byteCount } = body;
  const ahead = continueTokenAhead(body.text);
  if (ahead !== undefined) onStart({ continueToken: ahead, byteCount });
  const page = readListPage(target, body);
  if (ahead === undefined) onStart({ continueToken: page.continueToken, byteCount });
  else if (ahead !== page.continueToken) throw new RequestFailed(failure('malformed', 'a list goes on in two places'));
  const recipe = { type, table: tableDefinition(type, tableContext), tableContext };
  const objects = page.objects.map((object): DerivedObject => {
    const { managedFields, ...record } = objectRecord(recipe, { object }, nowMs);
    const { name, namespace, uid, resourceVersion } = object.metadata;
    // In memory of their own: what is sent to another thread takes all along that it is a part of.
    const packedManagedFields = managedFields === '' ? undefined : Uint8Array.from(packText(managedFields));
    return { metadata: { name, namespace, uid, resourceVersion }, record: { ...record, packedManagedFields } };
  });
  return { ...page, objects };
}
