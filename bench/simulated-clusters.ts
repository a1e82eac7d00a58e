import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { Simulator } from '../src/simulator/simulator.ts';
import { homeNamespace } from './ask-objects.ts';

/** What a process of simulated clusters tells over IPC when they are filled. */
export interface ClusterFiles {
  /** Texts of kubeconfig files, one context each. */
  readonly kubeconfigs: readonly string[];
}

/** The kubeconfig of a cluster under the name of its context, whose namespace is `homeNamespace`. */
export function contextOf(simulator: Simulator, name = 'simulator'): string {
  const text = simulator.kubeconfig().replaceAll('simulator', name);
  return text.replace(/^ {4}user: /m, `    namespace: ${homeNamespace}\n$&`);
}

/** Simulated clusters in a process of their own, and where commands find them. */
export interface SimulatedClusters {
  /** The caller ends it. */
  readonly process: ChildProcess;
  /** The whole environment of navi, with an empty data folder. */
  readonly env: Readonly<Record<string, string>>;
}

/** Starts a program of this folder that tells `ClusterFiles`; everything lies in `folder`. */
export async function startClusters(
  program: string,
  args: readonly string[],
  folder: string,
): Promise<SimulatedClusters> {
  const process = fork(join(import.meta.dirname, program), args);
  const [{ kubeconfigs }] = (await once(process, 'message')) as [ClusterFiles];
  const files = kubeconfigs.map((text, index) => {
    const file = join(folder, `kubeconfig-${index}`);
    writeFileSync(file, text);
    return file;
  });
  const env = {
    PATH: globalThis.process.env['PATH'] ?? '',
    HOME: folder,
    KUBECONFIG: files.join(delimiter),
    NAVI_DATA_DIR: join(folder, 'data'),
  };
  return { process, env };
}
