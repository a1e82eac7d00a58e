import { createHash } from 'node:crypto';
import { isTable, tomlOf } from './toml-document.ts';

/** What tells two texts of config.toml apart by what they settle: comments, layout and order do not count. The text must have been read without an error. */
export function settingsDigest(text: string): string {
  return createHash('sha256')
    .update(JSON.stringify(sorted(tomlOf(text))))
    .digest('base64url');
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isTable(value)) return value;
  const keys = Object.keys(value).toSorted();
  return keys.map((key) => [key, sorted(value[key])]);
}
