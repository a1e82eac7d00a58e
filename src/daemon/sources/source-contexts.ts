import { rmSync, writeFileSync } from 'node:fs';
import type { Config } from '../../config/config.ts';
import { readKubeconfigFiles } from '../../kubeconfig/read-kubeconfig.ts';
import { resolveContext, type ResolvedContext } from '../../kubeconfig/resolve-context.ts';
import { sourceServer } from '../../kubeconfig/source-server.ts';
import { sourcesFile } from '../../store/data-directory.ts';
import type { ContextOrigin } from '../followed-contexts.ts';

/** A source as a context that a daemon mirrors. */
export interface SourceContext {
  readonly context: ResolvedContext;
  readonly origin: ContextOrigin;
}

/**
 * Writes the contexts of the sources beside the mirrors, as a kubeconfig that questions read behind those of the user: so every command
 * knows them by their names. Without sources there is none.
 */
export function writeSourceContexts(dataDir: string, sources: Config['sources']): readonly SourceContext[] {
  const file = sourcesFile(dataDir);
  const names = [...sources.keys()];
  if (names.length === 0) {
    rmSync(file, { force: true });
    return [];
  }
  const kubeconfig = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: names.map((name) => ({ name: `source ${name}`, cluster: { server: sourceServer(name) } })),
    contexts: names.map((name) => ({ name, context: { cluster: `source ${name}` } })),
  };
  writeFileSync(file, `${JSON.stringify(kubeconfig, undefined, 2)}\n`, { mode: 0o600 });
  const read = readKubeconfigFiles([file]);
  return names.map((name) => ({ context: resolveContext(read, name), origin: { kubeconfig: [file], name } }));
}
