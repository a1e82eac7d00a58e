import { renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { systemCodeOf } from '../errors/navi-error.ts';
import { readTextFile } from '../util/read-text-file.ts';
import { sameTexts } from '../util/same-texts.ts';
import type { ContextSummary, KubeconfigSummary } from './context-summary.ts';

/** Raised when a summary comes to say something else of the same files: the name of a mirror, or a fault. */
const form = 1;

/** Lists of files (values of KUBECONFIG) that are remembered, those used last. */
const mostKept = 4;

/** Largest file that is written and read: thousands of contexts (bytes). */
const maxBytes = 2 * 1024 ** 2;

/**
 * How long a file must have been left alone before what it says is kept (ms). Clocks of file systems tick every few
 * milliseconds, some once in two seconds: a second write within a tick changes no time.
 */
const settledMs = 2_500;

/** Files of a kubeconfig, as they were when they were looked at: one text for each, in order of precedence. */
export type FileStamps = readonly string[];

interface KeptSummary {
  readonly files: readonly string[];
  readonly stamps: FileStamps;
  readonly summary: KubeconfigSummary;
}

interface KeptFile {
  readonly form: number;
  readonly kept: readonly KeptSummary[];
}

/**
 * What tells each of these files (absolute paths) from what it was before: device, inode, size, mtime and ctime. Undefined
 * where one of them is no plain file, or was written so lately that a further write might not show.
 */
export function stampFiles(files: readonly string[], nowMs: number): FileStamps | undefined {
  const stamps = files.map((file) => stampOf(file, nowMs));
  return stamps.every((stamp) => stamp !== undefined) ? stamps : undefined;
}

function stampOf(file: string, nowMs: number): string | undefined {
  try {
    const state = statSync(file, { bigint: true });
    if (!state.isFile() || nowMs - Number(state.ctimeMs) < settledMs) return undefined;
    return [state.dev, state.ino, state.size, state.mtimeNs, state.ctimeNs].join(' ');
  } catch (error) {
    return systemCodeOf(error) === 'ENOENT' ? 'absent' : undefined;
  }
}

/** What is kept in `keptFile` of these files as they are now; undefined where nothing is. */
export function keptSummary(
  keptFile: string,
  files: readonly string[],
  stamps: FileStamps,
): KubeconfigSummary | undefined {
  return readKept(keptFile).find((kept) => sameTexts(kept.files, files) && sameTexts(kept.stamps, stamps))?.summary;
}

/**
 * Keeps what these files say in `keptFile`, for this user alone (0600), in place of what was kept of them before. Two
 * processes at once do no harm: one of them prevails. Where it cannot be written, it is not kept.
 */
export function keepSummary(keptFile: string, kept: KeptSummary): void {
  const others = readKept(keptFile).filter((other) => !sameTexts(other.files, kept.files));
  const file: KeptFile = { form, kept: [kept, ...others].slice(0, mostKept) };
  const text = JSON.stringify(file);
  if (Buffer.byteLength(text) > maxBytes) return;
  const unfinished = `${keptFile}.${process.pid}`;
  try {
    writeFileSync(unfinished, text, { mode: 0o600, flag: 'wx' });
    renameSync(unfinished, keptFile);
  } catch {
    removeUnfinished(unfinished);
  }
}

/** In a folder that may not even be looked into there is none. */
function removeUnfinished(file: string): void {
  try {
    rmSync(file, { force: true });
  } catch {
    // What keeps it from being removed, the opening of a mirror will tell.
  }
}

/** Whatever cannot be read holds nothing. */
function readKept(keptFile: string): readonly KeptSummary[] {
  try {
    const file = JSON.parse(readTextFile(keptFile, maxBytes)) as KeptFile;
    return file.form === form && file.kept.every(isWhole) ? file.kept : [];
  } catch {
    return [];
  }
}

/** Whether everything is there that a query needs: what somebody changed by hand is no bug of navi's. @throws TypeError for some that lack more */
function isWhole({ files, stamps, summary }: KeptSummary): boolean {
  const { contexts, contextNames, clusterNames, userNames, currentContext } = summary;
  const lists = [files, stamps, summary.files, contextNames, clusterNames, userNames];
  return (
    lists.every((list) => Array.isArray(list) && list.every(isText)) &&
    isText(currentContext) &&
    contexts.every(isContext)
  );
}

function isContext({
  name,
  namespace,
  server,
  userName,
  mirrorId,
  insecureSkipTlsVerify,
  fault = '',
}: ContextSummary): boolean {
  const isSaid = typeof insecureSkipTlsVerify === 'boolean';
  return isSaid && [name, namespace, server, userName, mirrorId, fault].every(isText);
}

function isText(value: unknown): boolean {
  return typeof value === 'string';
}
