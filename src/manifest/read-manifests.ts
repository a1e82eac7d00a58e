/** The objects that `-f` and `-k` name, read as kubectl 1.36 reads them; no network is touched. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { NaviError } from '../errors/navi-error.ts';
import { decodeManifest } from './decode-manifest.ts';
import { readDocuments } from './document-stream.ts';
import { kustomize } from './kustomize.ts';
import { type ManifestEntry, manifestFault } from './manifest-entry.ts';
import { findManifests, systemWords } from './manifest-paths.ts';

/** The values of `-f`, `-k` and `-R`. */
export interface AskedManifests {
  /** In order; values with commas are split already, as kubectl splits them. */
  readonly filenames: readonly string[];
  /** The folder of `-k`; undefined or empty where it is not given. */
  readonly kustomize: string | undefined;
  readonly recursive: boolean;
}

/** What reading depends on besides files. */
export interface ManifestEffects {
  /** All of standard input; called once at most. */
  readonly stdin: () => Promise<Uint8Array>;
  /** Folder of relative paths. */
  readonly folder: string;
  /** Its PATH leads to kubectl, which `-k` needs. */
  readonly env: NodeJS.ProcessEnv;
}

/** What was found. */
export type ManifestResult =
  | {
      readonly ok: true;
      /** In kubectl's order: by value, by file, by document. Faults stand where kubectl meets them. */
      readonly entries: readonly ManifestEntry[];
      /** One file, not standard input: if it holds one object, that is printed alone and not as a List. */
      readonly isSingleImplied: boolean;
      /** Lines for stderr, before anything else. */
      readonly warnings: readonly string[];
    }
  /** All that kubectl writes to stderr, without the last newline, where it refuses before it reads; the exit code is 1. */
  | { readonly ok: false; readonly message: string };

/**
 * Reads every manifest asked for, of which there is at least one.
 * @throws NAVI_USAGE for a URL, and for `-k` where no kubectl is on PATH.
 */
export async function readManifests(asked: AskedManifests, effects: ManifestEffects): Promise<ManifestResult> {
  const target = asked.kustomize ?? '';
  const conflicts = conflictsOf(asked, target !== '');
  if (conflicts.length > 0) return refusal(conflicts);
  if (target !== '') return await readKustomization(target, effects);
  const url = asked.filenames.find((filename) => /^https?:\/\//.test(filename));
  if (url !== undefined) {
    throw new NaviError('NAVI_USAGE', `navi get reads no network, so not ${url}`, {
      hints: [`kubectl get -f ${url}`],
    });
  }
  const found = findManifests(asked.filenames, { folder: effects.folder, recursive: asked.recursive });
  if (found.faults.length > 0) return refusal(found.faults);
  const entries: ManifestEntry[] = [];
  for (const path of found.paths) {
    const read = path === undefined ? entriesOf(await effects.stdin(), 'STDIN') : readFile(path, effects.folder);
    for (const entry of read) entries.push(entry);
  }
  const isSingleImplied = !found.hasFolder && found.paths.length === 1 && found.paths[0] !== undefined;
  return { ok: true, entries, isSingleImplied, warnings: [] };
}

function conflictsOf(asked: AskedManifests, hasTarget: boolean): readonly string[] {
  return [
    ...(hasTarget && asked.filenames.length > 0 ? ['only one of -f or -k can be specified'] : []),
    ...(hasTarget && asked.recursive ? ["the -k flag can't be used with -f or -R"] : []),
  ];
}

function refusal(messages: readonly string[]): ManifestResult {
  return { ok: false, message: messages.length === 1 ? `error: ${messages[0]}` : messages.join('\n') };
}

async function readKustomization(target: string, effects: ManifestEffects): Promise<ManifestResult> {
  const built = await kustomize(target, effects);
  const entries = built.ok ? [...entriesOf(Buffer.from(built.text), target)] : [manifestFault(built.message)];
  return { ok: true, entries, isSingleImplied: true, warnings: built.ok ? built.warnings : [] };
}

function readFile(path: string, folder: string): readonly ManifestEntry[] {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(resolve(folder, path));
  } catch (error) {
    const words = systemWords(error);
    // kubectl opens a folder like a file and fails only when it reads.
    const isFolder = words === 'is a directory';
    return [manifestFault(isFolder ? `error parsing ${path}: read ${path}: ${words}` : `open ${path}: ${words}`)];
  }
  return [...entriesOf(bytes, path)];
}

function* entriesOf(bytes: Uint8Array, source: string): Generator<ManifestEntry, void, void> {
  for (const document of readDocuments(textOf(bytes))) {
    yield document.ok
      ? decodeManifest(document.json, source)
      : manifestFault(`error parsing ${source}: ${document.message}`);
  }
}

/** UTF-8, or what a byte order mark says; bytes that are no text become U+FFFD. */
function textOf(bytes: Uint8Array): string {
  const [first, second] = bytes;
  const encoding =
    first === 0xff && second === 0xfe ? 'utf-16le' : first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8';
  return new TextDecoder(encoding).decode(bytes);
}
