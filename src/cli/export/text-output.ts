import { terminalJson, terminalText } from '../../core/terminal-text.ts';
import { BoundedStdout } from '../../output/bounded-stdout.ts';
import { isTerminal } from '../../output/is-terminal.ts';
import type { HeldSnapshot } from '../get/held-snapshot.ts';
import { NewFile } from './target.ts';

/** Where the text of an export goes: a file, or stdout. */
export interface TextOutput {
  /** @throws OutputClosed, NaviError where it cannot be written */
  write(text: string): void;
  /** Everything was written. @throws as `write` */
  end(): void;
  /** Leaves no half file; after `end` without effect. */
  discard(): void;
}

/**
 * The output that `--to` names; undefined for stdout, which waits for its reader once the snapshot allows that.
 * @param snapshot that from which rows come now
 */
export function textOutput(
  to: string | undefined,
  isJson: boolean,
  snapshot: () => HeldSnapshot | undefined,
): TextOutput {
  if (to !== undefined) {
    const file = new NewFile(to);
    return { write: (text) => file.write(text), end: () => file.commit(), discard: () => file.discard() };
  }
  const stdout = new BoundedStdout(() => snapshot()?.mayWait !== false);
  const harmless = isJson ? terminalJson : terminalText;
  const isUntrusted = isTerminal(1);
  return {
    write: (text) => stdout.write(isUntrusted ? harmless(text) : text),
    end: () => stdout.flush(),
    discard: () => undefined,
  };
}
