import { join, resolve } from 'node:path';
import { crypto, os } from '../util/late-modules.ts';

/** Longest path of a Unix socket that every platform takes (bytes, macOS). */
const maxPathBytes = 100;

/**
 * Where the daemon of a data directory listens: in $XDG_RUNTIME_DIR/navi, else in the data directory itself, else (that
 * path being too long for a socket) in a private folder for temporary files.
 */
export function controlSocketPath(dataDir: string, env: NodeJS.ProcessEnv): string {
  const id = crypto().createHash('sha256').update(resolve(dataDir)).digest('hex').slice(0, 16);
  if (process.platform === 'win32') return `\\\\.\\pipe\\navi-${id}`;
  const runtime = env['XDG_RUNTIME_DIR'];
  const wanted =
    runtime === undefined || runtime === '' ? join(dataDir, 'control.sock') : join(runtime, 'navi', `${id}.sock`);
  if (Buffer.byteLength(wanted) <= maxPathBytes) return wanted;
  return join(os().tmpdir(), `navi-${process.getuid?.() ?? 0}`, `${id}.sock`);
}
