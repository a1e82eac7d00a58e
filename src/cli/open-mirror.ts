import { mirrorId, unsupportedFeature, type ResolvedContext } from '../kubeconfig/resolve-context.ts';
import { NaviError } from '../errors/navi-error.ts';
import { dataDirectory, mirrorFile } from '../store/data-directory.ts';
import { openReader, type MirrorReader } from '../store/open-reader.ts';
import { storeError } from '../store/store-errors.ts';

/** The mirror of a context, or undefined where it was never synced. @throws what `openReader` throws. */
export function findMirror(context: ResolvedContext): MirrorReader | undefined {
  return openReader(mirrorFile(dataDirectory(process.env), mirrorId(context)));
}

/**
 * The mirror of a context.
 * @throws NAVI_NOT_MIRRORED with what to type, NAVI_CONTEXT_UNSUPPORTED where syncing it is not possible.
 */
export function openMirror(context: ResolvedContext): MirrorReader {
  const reader = findMirror(context);
  if (reader !== undefined) return reader;
  const feature = unsupportedFeature(context);
  if (feature !== undefined) {
    throw new NaviError(
      'NAVI_CONTEXT_UNSUPPORTED',
      `context "${context.name}" needs ${feature}, which navi does not support yet`,
      {
        hints: ['use a context with a client certificate, a token or a password'],
      },
    );
  }
  throw new NaviError(
    'NAVI_NOT_MIRRORED',
    `context "${context.name}" (${context.cluster.server}) is not mirrored yet`,
    {
      hints: [`navi sync --context ${context.name}`, `navi sync --once --context ${context.name}`],
    },
  );
}

/** Runs `work` within one snapshot of the mirror, which ends with it. */
export async function inSnapshot<T>(reader: MirrorReader, work: () => Promise<T>): Promise<T> {
  reader.sqlite.exec('begin');
  try {
    return await work();
  } catch (error) {
    throw storeError(error, reader.file);
  } finally {
    reader.sqlite.exec('commit');
  }
}
