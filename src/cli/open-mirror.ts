import { statSync } from 'node:fs';
import { mirrorId, type ResolvedContext } from '../kubeconfig/resolve-context.ts';
import { withoutPassword } from '../kubeconfig/url-password.ts';
import { refuseUnusable } from '../kubeconfig/usable-context.ts';
import { NaviError } from '../errors/navi-error.ts';
import { checkPrivate, dataDirectory, mirrorFile, mirrorsDirectory } from '../store/data-directory.ts';
import { readDiscovery, type DiscoveryView } from '../query/mirror-status.ts';
import { openReader, type MirrorReader } from '../store/open-reader.ts';
import { readFailure } from '../store/read-failure.ts';
import { shellWord } from '../core/shell-word.ts';

/**
 * The data directory, which need not exist yet.
 * @throws NAVI_STORE_EXPOSED where others can enter it, NAVI_STORE_UNUSABLE where it is no directory.
 */
export function openDataDirectory(env: NodeJS.ProcessEnv): string {
  const directory = dataDirectory(env);
  if (statSync(directory, { throwIfNoEntry: false })?.isDirectory() === false) {
    throw new NaviError('NAVI_STORE_UNUSABLE', `data directory ${directory} is no directory`, {
      hints: ['choose another place with NAVI_DATA_DIR'],
    });
  }
  checkPrivate(directory, 'directory');
  checkPrivate(mirrorsDirectory(directory), 'directory');
  return directory;
}

/** The mirror of a context, or undefined where it was never synced. @throws what `openReader` throws. */
export function findMirror(context: ResolvedContext): MirrorReader | undefined {
  return openReader(mirrorFile(openDataDirectory(process.env), mirrorId(context)));
}

/**
 * The mirror of a context.
 * @throws NAVI_NOT_MIRRORED, also where the cluster has never told its types, with what to type, NAVI_CONTEXT_UNSUPPORTED where syncing it is not possible.
 */
export function openMirror(context: ResolvedContext): MirrorReader {
  const reader = findMirror(context);
  const discovery = reader === undefined ? undefined : discoveryOf(reader);
  if (reader !== undefined && discovery?.isKnown === true) return reader;
  reader?.close();
  refuseUnusable(context);
  const name = shellWord(context.name);
  const why = typeof discovery?.lastError === 'string' ? `: ${discovery.lastError}` : '';
  throw new NaviError(
    'NAVI_NOT_MIRRORED',
    `context "${context.name}" (${withoutPassword(context.cluster.server)}) is not mirrored yet${why}`,
    {
      hints: [`navi sync --context ${name}`, `navi sync --once --context ${name}`, 'navi status says how far it is'],
    },
  );
}

function discoveryOf(reader: MirrorReader): DiscoveryView {
  try {
    return readDiscovery(reader);
  } catch (error) {
    const failure = readFailure(error, reader);
    reader.close();
    throw failure;
  }
}

/** Runs `work` within one snapshot of the mirror, which ends with it, unless it ended that before. */
export async function inSnapshot<T>(reader: MirrorReader, work: () => Promise<T>): Promise<T> {
  try {
    reader.sqlite.exec('begin');
    return await work();
  } catch (error) {
    throw readFailure(error, reader);
  } finally {
    if (reader.sqlite.inTransaction) reader.sqlite.exec('rollback');
  }
}
