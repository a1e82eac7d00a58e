/**
 * A thread of the process of a statement, whose own thread is inside SQLite and sees nothing until that returns. It ends the
 * process when its parent is gone and when it takes too much memory.
 */
import { writeSync } from 'node:fs';
import { workerData } from 'node:worker_threads';
import { mostMemoryBytes, reportDescriptor } from './statement-request.ts';

/** How often it looks (ms): SQLite fills some 50 MiB meanwhile. */
const lookEveryMs = 25;

const { parentPid } = workerData as { readonly parentPid: number };
const never = new Int32Array(new SharedArrayBuffer(4));

/** Elsewhere than on Windows an orphan has another parent. */
function isOrphan(): boolean {
  if (process.platform !== 'win32') return process.ppid !== parentPid;
  try {
    return !process.kill(parentPid, 0);
  } catch {
    return true;
  }
}

for (;;) {
  Atomics.wait(never, 0, 0, lookEveryMs);
  const isTooLarge = process.memoryUsage.rss() > mostMemoryBytes;
  if (isTooLarge) writeSync(reportDescriptor, `\n${JSON.stringify({ kind: 'out-of-memory' })}\n`);
  if (isTooLarge || isOrphan()) process.kill(process.pid, 'SIGKILL');
}
