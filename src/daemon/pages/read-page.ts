import type { KubeObject } from '../../core/kube-object.ts';
import { unzipped } from '../../kube/answer.ts';
import {
  fetchListBody,
  readListPage,
  type ListPage,
  type ListTarget,
  type PagePosition,
} from '../../kube/list-page.ts';
import type { ServerTable } from '../../kube/representation.ts';
import type { Transport } from '../../kube/transport.ts';
import type { ObjectSource } from '../../store/object-record.ts';
import { objectSource, type TypeRecipe } from '../object-source.ts';
import type { PageDeriver } from './page-deriver.ts';
import type { PageAhead } from './pages-ahead.ts';

/** An object of a list on its way into the store. */
export interface ListedObject {
  /** Of one that another thread read only what says which object it is, and in which state. */
  readonly metadata: KubeObject['metadata'];
  /** @param nowMs when it was received, epoch ms */
  readonly source: (recipe: TypeRecipe, nowMs: number) => ObjectSource;
}

/** One page of a list, as a list pass takes it. */
export interface ReadPage extends Omit<ListPage, 'objects'> {
  readonly objects: readonly ListedObject[];
}

/** What pages are read with. */
export interface PageServices {
  readonly transport: Transport;
  /** Reads large pages of whole objects; this thread reads all unless given. */
  readonly deriver?: PageDeriver | undefined;
  /** Told the bytes of the page as it came, as they travelled. */
  readonly onReceived: (byteCount: number) => void;
}

/** Fetches one page of a list, and begins to read it; see `fetchListPage`. @throws RequestFailed */
export async function readPage(
  { transport, deriver, onReceived }: PageServices,
  { target, recipe, nowMs }: { readonly target: ListTarget; readonly recipe: TypeRecipe; readonly nowMs: number },
  position: PagePosition,
): Promise<PageAhead<ReadPage>> {
  const answer = await fetchListBody(transport, target, position);
  onReceived(answer.bytes.length);
  const { type, tableContext } = recipe;
  if (deriver !== undefined && tableContext !== undefined && target.representation === 'full') {
    const isLong = answer.bytes.length >= deriver.minBytes;
    const derived = isLong ? await deriver.derive({ answer, target, type, tableContext, nowMs }) : undefined;
    if (derived !== undefined) return derived;
  }
  const page = readListPage(target, await unzipped(answer, position.signal));
  const objects = listedObjects(page.objects, page.table);
  const { continueToken, byteCount } = page;
  return { continueToken, byteCount, page: Promise.resolve({ ...page, objects }) };
}

/** Objects of which nothing is derived until the store asks. */
export function listedObjects(objects: readonly KubeObject[], table?: ServerTable): readonly ListedObject[] {
  return objects.map((object, index) => ({
    metadata: object.metadata,
    source: (recipe, nowMs) => objectSource(recipe, { object, cells: table?.cells[index] }, nowMs),
  }));
}
