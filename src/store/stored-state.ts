import { stateText, unpackText } from './state-blob.ts';

/** What is read of an object to have its state; from `stateTables`. */
export const stateColumns = 'json(object.cells) as cells, body.json as json, managed_fields.zstd as zstd';

/** The tables that hold the state of an object. */
export const stateTables =
  'object join body on body.object_id = object.id left join managed_fields on managed_fields.object_id = object.id';

/** A row of `stateColumns`. */
export interface StateRow {
  readonly cells: string;
  readonly json: string;
  readonly zstd: Buffer | null;
}

/** The state that a row holds, as `stateText` has it. */
export function storedState({ json, zstd, cells }: StateRow): string {
  return stateText({ body: json, managedFields: zstd === null ? '' : unpackText(zstd), cells });
}
