import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { NaviError, systemCodeOf } from '../../errors/navi-error.ts';
import { mirrorDirectory, mirrorFile, mirrorsDirectory } from '../../store/data-directory.ts';
import { openReader } from '../../store/open-reader.ts';
import { readFailure } from '../../store/read-failure.ts';

/** A mirror that lies in the data directory, whether or not a kubeconfig still knows its context. */
export interface StoredMirror {
  /** Name of its folder. */
  readonly id: string;
  readonly directory: string;
  /** Of all its files: rows, history, copies. */
  readonly sizeBytes: number;
  /** What it tells of itself, or why it cannot be read. */
  readonly facts: MirrorFacts | NaviError;
}

/** What a mirror tells of itself. */
export interface MirrorFacts {
  /** As it was called when it was last synced. */
  readonly context: string;
  readonly server: string;
  readonly principal: string | null;
  readonly objectCount: number;
  /** The last heartbeat that the cluster answered (epoch ms); null for a mirror that never worked. */
  readonly confirmedAtMs: number | null;
}

/** All mirrors of a data directory, in the order of their contexts' names; those that cannot be read last. @throws NAVI_STORE_UNUSABLE */
export function storedMirrors(dataDir: string): readonly StoredMirror[] {
  const mirrors = mirrorIds(dataDir).map((id) => {
    const directory = mirrorDirectory(dataDir, id);
    return { id, directory, sizeBytes: bytesIn(directory), facts: factsOf(mirrorFile(dataDir, id)) };
  });
  return mirrors.toSorted((a, b) => compare(sortKey(a), sortKey(b)));
}

const sortKey = ({ facts, id }: StoredMirror): string =>
  facts instanceof NaviError ? `\u{10ffff}${id}` : `${facts.context}\0${id}`;

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function mirrorIds(dataDir: string): readonly string[] {
  try {
    return readdirSync(mirrorsDirectory(dataDir), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name);
  } catch (error) {
    if (systemCodeOf(error) === 'ENOENT') return [];
    throw new NaviError('NAVI_STORE_UNUSABLE', `${mirrorsDirectory(dataDir)} cannot be read`, { cause: error });
  }
}

/** What its files take; one that goes while it is looked at takes nothing. */
function bytesIn(directory: string): number {
  const sizes = readdirSync(directory).map(
    (name) => statSync(join(directory, name), { throwIfNoEntry: false })?.size ?? 0,
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

const empty: MirrorFacts = { context: '', server: '', principal: null, objectCount: 0, confirmedAtMs: null };

function factsOf(file: string): MirrorFacts | NaviError {
  let reader: ReturnType<typeof openReader>;
  try {
    reader = openReader(file);
    if (reader === undefined) return empty;
    const row = reader.sqlite
      .prepare(
        'select context, server, principal, confirmed_at, (select count(*) from object) as object_count from mirror',
      )
      .get() as FactsRow | undefined;
    if (row === undefined) return empty;
    const { context, server, principal, confirmed_at: confirmedAtMs, object_count: objectCount } = row;
    return { context, server, principal, objectCount, confirmedAtMs };
  } catch (error) {
    const failure = reader === undefined ? error : readFailure(error, reader);
    if (failure instanceof NaviError) return failure;
    throw failure;
  } finally {
    reader?.close();
  }
}

interface FactsRow {
  readonly context: string;
  readonly server: string;
  readonly principal: string | null;
  readonly confirmed_at: number | null;
  readonly object_count: number;
}
