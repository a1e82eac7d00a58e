import { globSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** The file of the largest mirror in NAVI_DATA_DIR: that of the cluster of as many objects as were asked for. */
export function largestMirror(): string {
  const dataFolder = process.env['NAVI_DATA_DIR'] ?? '';
  const stores = globSync('mirrors/*/mirror.db', { cwd: dataFolder }).map((file) => join(dataFolder, file));
  const [largest] = stores.toSorted((a, b) => statSync(b).size - statSync(a).size);
  if (largest === undefined) throw new Error(`there is no mirror in ${dataFolder}`);
  return largest;
}
