import { sameTexts } from '../util/same-texts.ts';
import type { KubeconfigSummary } from './context-summary.ts';
import { keepSummary, keptSummary, stampFiles } from './kept-summaries.ts';
import type { Kubeconfig } from './kubeconfig.ts';

/** A kubeconfig as a query reads it. */
export interface SummaryRead {
  readonly summary: KubeconfigSummary;
  /**
   * The whole of it, with its credentials. Files that were read already are not read again: a pipe (`--kubeconfig <(…)`) would be
   * empty. @throws what `readKubeconfigFiles` throws
   */
  readonly whole: () => Promise<Kubeconfig>;
}

/**
 * What the kubeconfig of `files` (absolute paths in order of precedence) says, taken from `keptFile` where that has it of
 * these very files: to load a YAML parser and to run it takes a third of Node's own start.
 * @param keptFile undefined where nothing is to be kept
 * @param nowMs epoch
 * @throws what `readKubeconfigFiles` throws
 */
export async function readSummary(
  files: readonly string[],
  keptFile: string | undefined,
  nowMs = Date.now(),
): Promise<SummaryRead> {
  const stamps = keptFile === undefined ? undefined : stampFiles(files, nowMs);
  if (keptFile === undefined || stamps === undefined) return await readAnew(files);
  const kept = keptSummary(keptFile, files, stamps);
  if (kept !== undefined) return { summary: kept, whole: async () => await readWhole(files) };
  const read = await readAnew(files);
  // Else they were changed while they were read.
  if (sameTexts(stampFiles(files, nowMs), stamps)) keepSummary(keptFile, { files, stamps, summary: read.summary });
  return read;
}

async function readAnew(files: readonly string[]): Promise<SummaryRead> {
  const kubeconfig = await readWhole(files);
  const { summarizeKubeconfig } = await import('./summarize-kubeconfig.ts');
  return { summary: summarizeKubeconfig(kubeconfig), whole: () => Promise.resolve(kubeconfig) };
}

async function readWhole(files: readonly string[]): Promise<Kubeconfig> {
  const { readKubeconfigFiles } = await import('./read-kubeconfig.ts');
  return readKubeconfigFiles(files);
}
