import { apiVersion } from '../core/api-resource.ts';
import type { JsonObject } from '../core/json.ts';
import type { KubeObject } from '../core/kube-object.ts';
import { goJson, rememberedGoJson } from './go-json.ts';
import type { ListPage } from './list-page.ts';
import { partialMetadata } from './object-shape.ts';
import type { ServedType } from './served-type.ts';

/** `metadata` of a list that is not one of custom resources. Aggregated types without versions leave revision out. */
export function listMetadata(page: ListPage): JsonObject {
  return {
    resourceVersion: String(page.revision),
    ...(page.continueToken === '' ? {} : { continue: page.continueToken }),
    ...(page.remainingCount === undefined ? {} : { remainingItemCount: page.remainingCount }),
  };
}

/** Items of built-in lists have no kind and no apiVersion of their own. */
function itemText(object: KubeObject): string {
  const text = rememberedGoJson(object);
  const head = goJson({ kind: object.kind, apiVersion: object.apiVersion }).slice(0, -1);
  return text.startsWith(`${head},`) ? `{${text.slice(head.length + 1)}` : text;
}

/** A list as kube-apiserver 1.36 writes it, with its line end. */
export function listBody(type: ServedType, page: ListPage): string {
  const { custom } = type;
  if (custom === undefined) {
    const items = page.objects.map(itemText).join(',');
    const head = goJson({ kind: `${type.kind}List`, apiVersion: apiVersion(type), metadata: listMetadata(page) });
    return `${head.slice(0, -1)},"items":[${items}]}\n`;
  }
  const items = page.objects.map(rememberedGoJson).join(',');
  const metadata = {
    continue: page.continueToken,
    ...(page.remainingCount === undefined ? {} : { remainingItemCount: page.remainingCount }),
    resourceVersion: String(page.revision),
  };
  const tail = goJson({ kind: custom.listKind, metadata }).slice(1);
  return `{"apiVersion":${goJson(apiVersion(type))},"items":[${items}],${tail}\n`;
}

/** The same list as metadata alone; its items are null when there are none. */
export function partialListBody(page: ListPage, formVersion: string): string {
  const items = page.objects.map((object) => partialMetadata(object, formVersion));
  const list = {
    kind: 'PartialObjectMetadataList',
    apiVersion: formVersion,
    metadata: listMetadata(page),
    items: items.length === 0 ? null : items,
  };
  return `${goJson(list)}\n`;
}
