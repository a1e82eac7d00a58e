import { openReader, type MirrorReader } from '../../src/store/open-reader.ts';

/** A reader of a mirror that was filled. @throws where its file has no tables */
export function openedReader(file: string): MirrorReader {
  const reader = openReader(file);
  if (reader === undefined) throw new Error('the store has no tables');
  return reader;
}
