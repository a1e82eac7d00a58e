import type { ContextSummary } from '../kubeconfig/context-summary.ts';
import { unusableError } from '../kubeconfig/unusable-error.ts';
import { NaviError } from '../errors/navi-error.ts';
import { mirrorFile } from '../store/data-directory.ts';
import { readDiscovery, type DiscoveryView } from '../query/mirror-status.ts';
import { openReader, type MirrorReader } from '../store/open-reader.ts';
import { readFailure } from '../store/read-failure.ts';
import { shellWord } from '../core/shell-word.ts';
import { openDataDirectory } from './open-data-directory.ts';

/** The mirror of a context, or undefined where it was never synced. @throws what `openReader` throws. */
export function findMirror(context: ContextSummary): MirrorReader | undefined {
  return openReader(mirrorFile(openDataDirectory(process.env), context.mirrorId));
}

/**
 * The mirror of a context.
 * @throws NAVI_NOT_MIRRORED, also where the cluster has never told its types, with what to type, NAVI_CONTEXT_UNSUPPORTED where syncing it is not possible.
 */
export function openMirror(context: ContextSummary): MirrorReader {
  const reader = findMirror(context);
  const discovery = reader === undefined ? undefined : discoveryOf(reader);
  if (reader !== undefined && discovery?.isKnown === true) return reader;
  reader?.close();
  const unusable = unusableError(context);
  if (unusable !== undefined) throw unusable;
  const name = shellWord(context.name);
  const why = typeof discovery?.lastError === 'string' ? `: ${discovery.lastError}` : '';
  throw new NaviError('NAVI_NOT_MIRRORED', `context "${context.name}" (${context.server}) is not mirrored yet${why}`, {
    hints: [`navi sync --context ${name}`, `navi sync --once --context ${name}`, 'navi status says how far it is'],
  });
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
export async function inSnapshot<T>(reader: MirrorReader, work: () => T | Promise<T>): Promise<T> {
  try {
    reader.sqlite.exec('begin');
    return await work();
  } catch (error) {
    throw readFailure(error, reader);
  } finally {
    if (reader.sqlite.inTransaction) reader.sqlite.exec('rollback');
  }
}
