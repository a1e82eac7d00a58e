import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdtempSync,
  openSync,
  readSync,
  closeSync,
  fstatSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { effectiveSettings } from '../../config/effective-settings.ts';
import { configFile } from '../../config/config-file.ts';
import { configText } from '../../config/read-config.ts';
import { schema } from '../../config/schema.ts';
import { keyText, tomlOf } from '../../config/toml-document.ts';
import { sizeText } from '../../core/size-text.ts';
import { NaviError } from '../../errors/navi-error.ts';
import { plainMessageOf } from '../../errors/plain-words.ts';
import { withoutPassword } from '../../kubeconfig/url-password.ts';
import { dataDirectory } from '../../store/data-directory.ts';
import { buildInfo } from '../../util/build-info.ts';
import { os } from '../../util/late-modules.ts';
import { summaryOf } from '../chosen-contexts.ts';
import { readStatuses } from '../status/read-statuses.ts';
import { statusJson } from '../status/status-json.ts';
import type { Finding } from './finding.ts';

/** Of the log: its end (bytes). */
const logBytes = 1024 ** 2;

/** Settings below these hold addresses and tokens of receivers, of which only the names are told. */
const withheld = ['alerts'];

/**
 * Writes an archive (tar, gzip) of what a bug report needs: versions, findings, status, settings, contexts without credentials,
 * files with their sizes, and the end of the daemon's log. No object of a cluster is in it. Resolves with what is in it, as lines.
 * @throws NAVI_USAGE where it cannot be written
 */
export async function writeBundle(
  file: string,
  found: readonly Finding[],
  env: NodeJS.ProcessEnv,
): Promise<readonly string[]> {
  const folder = mkdtempSync(join(os().tmpdir(), 'navi-bundle-'));
  try {
    const parts = await bundleParts(found, env);
    for (const { name, text } of parts) writeFileSync(join(folder, name), text, { mode: 0o600 });
    archive(
      file,
      folder,
      parts.map(({ name }) => name),
    );
    return parts.map(({ name, what, text }) => `${name}: ${what} (${sizeText(Buffer.byteLength(text))})`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface BundlePart {
  readonly name: string;
  readonly what: string;
  readonly text: string;
}

async function bundleParts(found: readonly Finding[], env: NodeJS.ProcessEnv): Promise<readonly BundlePart[]> {
  const json = (name: string, what: string, value: unknown): BundlePart => ({
    name,
    what,
    text: `${JSON.stringify(value, null, 2)}\n`,
  });
  const told = found.map(({ subject, level, message, hints }) => ({ subject, level, message, hints }));
  const machine = {
    ...buildInfo,
    node: process.versions.node,
    platform: process.platform,
    release: os().release(),
    arch: process.arch,
    cpus: os().cpus().length,
    memoryBytes: os().totalmem(),
  };
  const parts = [
    json('navi.json', 'versions and machine', machine),
    json('findings.json', 'what navi doctor found', told),
  ];
  parts.push(json('settings.json', 'settings, without those of receivers', settings(env)));
  parts.push(json('files.json', 'files in the data directory with their sizes', files(dataDirectory(env))));
  const status = await statusOfAll();
  if (status !== undefined) parts.push(json('status.json', 'navi status --all-contexts -o json', status));
  const log = endOf(join(dataDirectory(env), 'daemon.log'));
  return log === ''
    ? parts
    : [...parts, { name: 'daemon.log', what: 'the end of the log of navi sync --detach', text: log }];
}

function settings(env: NodeJS.ProcessEnv): unknown {
  try {
    const file = configFile(env);
    const all = effectiveSettings(schema, tomlOf(existsSync(file) ? configText(file, env) : ''), env);
    return all.map(({ path, value, source }) => ({
      key: keyText(path),
      value: withheld.includes(path[0] ?? '') ? '(withheld)' : value,
      source,
    }));
  } catch (error) {
    return { error: plainMessageOf(error) };
  }
}

async function statusOfAll(): Promise<unknown> {
  try {
    const { summary } = await summaryOf(undefined);
    const contexts = summary.contexts.map((context) => ({ ...context, server: withoutPassword(context.server) }));
    return contexts.length === 0 ? undefined : statusJson(await readStatuses({ contexts, faults: [], types: [] }));
  } catch (error) {
    if (error instanceof NaviError) return { error: error.message };
    throw error;
  }
}

function files(
  folder: string,
): readonly { readonly path: string; readonly sizeBytes: number; readonly mode: string }[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true }).flatMap((path) => {
    const state = statSync(join(folder, String(path)), { throwIfNoEntry: false });
    return state === undefined
      ? []
      : [{ path: String(path), sizeBytes: state.size, mode: (state.mode & 0o777).toString(8) }];
  });
}

/** Whole lines of the end of a file; empty where there is none. */
function endOf(file: string): string {
  if (!existsSync(file)) return '';
  const handle = openSync(file, 'r');
  try {
    const { size } = fstatSync(handle);
    const buffer = Buffer.alloc(Math.min(size, logBytes));
    readSync(handle, buffer, 0, buffer.length, size - buffer.length);
    const text = buffer.toString('utf8');
    return size > logBytes ? text.slice(text.indexOf('\n') + 1) : text;
  } finally {
    closeSync(handle);
  }
}

/** By the system's own tar, which Linux, macOS and Windows have. */
function archive(file: string, folder: string, names: readonly string[]): void {
  const { error, status, stderr } = spawnSync('tar', ['-czf', file, '-C', folder, ...names], { encoding: 'utf8' });
  if (error === undefined && status === 0) return;
  const why = error === undefined ? (stderr.trim().split('\n')[0] ?? '') : plainMessageOf(error);
  throw new NaviError('NAVI_USAGE', `${file} cannot be written: ${why}`, {
    hints: ['name a file in a folder that you may write to'],
  });
}
