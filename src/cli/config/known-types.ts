import { readdirSync } from 'node:fs';
import { resourceName } from '../../core/api-resource.ts';
import { NaviError } from '../../errors/navi-error.ts';
import { readTypes } from '../../query/mirror-type.ts';
import { dataDirectory, mirrorFile, mirrorsDirectory } from '../../store/data-directory.ts';
import { openReader } from '../../store/open-reader.ts';

/** The types (`plural.group`) that any mirrored cluster serves; undefined where nothing is mirrored, or cannot be read. */
export function knownTypes(env: NodeJS.ProcessEnv): ReadonlySet<string> | undefined {
  const dataDir = dataDirectory(env);
  try {
    const names = readdirSync(mirrorsDirectory(dataDir)).flatMap((id) => typesOf(mirrorFile(dataDir, id)));
    return names.length === 0 ? undefined : new Set(names);
  } catch {
    // A data directory that is not there, or not to be read, is told of elsewhere.
    return undefined;
  }
}

function typesOf(file: string): readonly string[] {
  let reader: ReturnType<typeof openReader>;
  try {
    reader = openReader(file);
    return reader === undefined ? [] : readTypes(reader).map(resourceName);
  } catch (error) {
    if (error instanceof NaviError) return [];
    throw error;
  } finally {
    reader?.close();
  }
}
