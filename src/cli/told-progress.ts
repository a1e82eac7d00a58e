import { askDaemon } from '../control/control-client.ts';
import type { LiveMirror } from '../core/live-status.ts';
import { NaviError } from '../errors/navi-error.ts';
import { isTerminal } from '../output/is-terminal.ts';
import { writeStderr } from '../output/stderr.ts';

/** From when on a person who waits is told what for, and how often (ms). */
const progressMs = 500;

const eraseLine = '\r\u001B[K';

/** Draws a line on a terminal while something is waited for, again and again; the function returned takes it away. */
export function tellProgress(lineNow: () => Promise<string>): () => void {
  if (!isTerminal(2)) return () => undefined;
  let isDrawn = false;
  let isEnded = false;
  const draw = async (): Promise<void> => {
    const line = await lineNow();
    if (isEnded) return;
    isDrawn = true;
    writeStderr(`${eraseLine}${line}`);
  };
  const timer = setInterval(() => void draw(), progressMs);
  return () => {
    isEnded = true;
    clearInterval(timer);
    if (isDrawn) writeStderr(eraseLine);
  };
}

/** What the daemon tells of its mirrors; none where it does not. */
export async function liveMirrors(path: string): Promise<readonly LiveMirror[]> {
  try {
    return ((await askDaemon(path, { method: 'live' })) ?? []) as readonly LiveMirror[];
  } catch (error) {
    if (error instanceof NaviError) return [];
    throw error;
  }
}
