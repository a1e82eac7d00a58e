import { writeSync } from 'node:fs';
import { systemCodeOf } from '../errors/navi-error.ts';
import { awaitReader } from './stdout.ts';

/**
 * Writes to standard error, all of it before anything else happens. Where it cannot be written, since its reader has gone away
 * (`2>&1 | head`) or a disk is full, there is nobody to tell.
 */
export function writeStderr(text: string): void {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length;) {
    try {
      at += writeSync(2, bytes, at);
    } catch (error) {
      if (systemCodeOf(error) !== 'EAGAIN') return;
      awaitReader();
    }
  }
}
