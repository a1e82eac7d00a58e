import { fstatSync, statSync } from 'node:fs';

/**
 * Whether a file descriptor is a terminal. Node's own answer loads its streams and network first, which takes an eighth of its
 * start: it is asked only where there may be a terminal.
 */
export function isTerminal(descriptor: 0 | 1 | 2): boolean {
  try {
    const state = fstatSync(descriptor);
    const devNull = process.platform === 'win32' ? String.raw`\\.\nul` : '/dev/null';
    // A device for characters, and not the one that takes everything.
    if (!state.isCharacterDevice() || state.rdev === statSync(devNull).rdev) return false;
  } catch {
    // It is closed; of what this cannot look at, Node decides.
  }
  return process.getBuiltinModule('node:tty').isatty(descriptor);
}
