import { statSync } from 'node:fs';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** A file of tests as far as its place in a run goes. */
export interface OrderedFile {
  readonly path: string;
  readonly bytes: number;
}

/** Kinds of files by what their tests mostly do: start control planes, wait for programs, run through time of their own. */
const kinds: readonly RegExp[] = [/\.cluster\./, /\.process\./, /\/daemon\/mirror\//];

function kindOf({ path }: OrderedFile): number {
  const kind = kinds.findIndex((pattern) => pattern.test(path));
  return kind === -1 ? kinds.length : kind;
}

/**
 * The order in which files run: long ones first, as a run is over with its last file; and the kinds that take long in turns, as
 * what waits takes nothing from what computes. Within a kind, the larger file is taken for the longer one.
 */
export function inRunOrder<T extends OrderedFile>(files: readonly T[]): readonly T[] {
  const byKind = [...kinds, undefined].map((_pattern, kind) =>
    files.filter((file) => kindOf(file) === kind).toSorted((a, b) => b.bytes - a.bytes || (a.path < b.path ? -1 : 1)),
  );
  const [short = []] = byKind.slice(-1);
  // The place of a file in its kind, as a part of the whole: so all kinds begin and end together.
  const long = byKind
    .slice(0, -1)
    .flatMap((ofKind, kind) => ofKind.map((file, index) => ({ file, kind, at: (index + 0.5) / ofKind.length })))
    .toSorted((a, b) => a.at - b.at || a.kind - b.kind)
    .map(({ file }) => file);
  return [...long, ...short];
}

/** Runs files `inRunOrder`, whatever earlier runs were like. */
export class FileOrder extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sized = files.map((file) => ({ file, path: file.moduleId, bytes: statSync(file.moduleId).size }));
    return await Promise.resolve(inRunOrder(sized).map(({ file }) => file));
  }
}
