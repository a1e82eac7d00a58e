import type { PrinterColumn } from '../../core/printer-column.ts';
import { asArray, asObject, asString, type Json } from '../../core/json.ts';
import { text, wide } from './column.ts';
import { specOf } from './field.ts';

/** The wide columns that describe what a workload runs. */
export const containerColumns: readonly PrinterColumn[] = wide(text('Containers'), text('Images'));

/** The cells under `containerColumns` for a PodTemplateSpec: names and images, in order, without init containers. */
export function containerCells(podTemplate: Json | undefined): readonly [names: string, images: string] {
  const containers = asArray(specOf(asObject(podTemplate))['containers']).map(asObject);
  const join = (field: string): string => containers.map((container) => asString(container[field])).join(',');
  return [join('name'), join('image')];
}
